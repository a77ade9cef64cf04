import type { NativeTags } from './native-tags.ts';
import type { ReplayGain } from './reading.ts';

/** R128_* are relative to -23 LUFS in 1/256 dB (RFC 7845 5.2.1); ReplayGain 2 aims at -18 LUFS. */
const R128_TO_REPLAYGAIN_DB = 5;

export function decibels(value: string | undefined): number | undefined {
  const match = /^\s*([-+−]?\d+(?:[.,]\d+)?)/.exec(value ?? '');
  const db = match ? Number(match[1]!.replace('−', '-').replace(',', '.')) : Number.NaN;
  return Math.abs(db) <= 60 ? db : undefined;
}

const peak = (value: string | undefined): number | undefined => {
  const linear = Number.parseFloat(value ?? ''.replace(',', '.'));
  return linear > 0 && linear <= 16 ? linear : undefined;
};

const r128 = (value: string | undefined): number | undefined => {
  const q78 = Number.parseInt(value ?? '', 10);
  return Math.abs(q78) <= 32_768 ? q78 / 256 + R128_TO_REPLAYGAIN_DB : undefined;
};

export function readGain(tags: NativeTags, lame: { trackDb?: number | undefined }): ReplayGain | undefined {
  const of = (name: string): string | undefined => tags.text(name);
  const gain = {
    trackDb: decibels(of('REPLAYGAIN_TRACK_GAIN')),
    albumDb: decibels(of('REPLAYGAIN_ALBUM_GAIN')),
    trackPeak: peak(of('REPLAYGAIN_TRACK_PEAK')),
    albumPeak: peak(of('REPLAYGAIN_ALBUM_PEAK')),
  };
  const fromR128 = { trackDb: r128(of('R128_TRACK_GAIN')), albumDb: r128(of('R128_ALBUM_GAIN')) };
  const isR128 = gain.trackDb === undefined && gain.albumDb === undefined && defined(fromR128);
  if (isR128) return { ...strip({ ...gain, ...fromR128 }), fromR128: true };
  // LAME writes its own estimate into the first frame; 0 there means that it made none.
  if (!defined(gain) && lame.trackDb) return { trackDb: lame.trackDb, fromR128: false };
  return defined(gain) ? { ...strip(gain), fromR128: false } : undefined;
}

const defined = (record: Record<string, number | undefined>): boolean =>
  Object.values(record).some((value) => value !== undefined);

function strip(gain: { [K in Exclude<keyof ReplayGain, 'fromR128'>]?: number | undefined }): Partial<ReplayGain> {
  return Object.fromEntries(Object.entries(gain).filter(([, value]) => value !== undefined));
}
