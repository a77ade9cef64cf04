import type { ReplayGain } from './shapes.ts';

/*
 * By how much a track is to be turned up or down, from its tags where they say, else as measured. An album is levelled from
 * one source alone: its measured loudness is written only where not every one of its tracks brings the album's gain, and
 * then it counts for all of them; two programs differ by a tenth of a LU, and that would be a step between its tracks.
 */
export type Levels = {
  /** As tagged. */
  trackDb: number | null;
  albumDb: number | null;
  trackPeak: number | null;
  albumPeak: number | null;
  /** As measured: LUFS, linear. */
  loudness: number | null;
  truePeak: number | null;
  albumLoudness: number | null;
  albumTruePeak: number | null;
};

/** ReplayGain 2 aims here. */
const TARGET_LUFS = -18;

const toTarget = (lufs: number): number => Math.round((TARGET_LUFS - lufs) * 100) / 100;
const rounded = (peak: number | null): number | null => (peak === null ? null : Math.round(peak * 1e5) / 1e5);

const trackOf = ({ trackDb, trackPeak, loudness, truePeak }: Levels) => {
  // R128 tags bring no peak: the measured one keeps the gain from clipping.
  if (trackDb !== null) return { trackDb, trackPeak: trackPeak ?? rounded(truePeak), trackFrom: 'tags' as const };
  const peak = rounded(truePeak) ?? trackPeak;
  if (loudness === null) return { trackDb: null, trackPeak: peak, trackFrom: null };
  return { trackDb: toTarget(loudness), trackPeak: peak, trackFrom: 'measured' as const };
};

const albumOf = ({ albumDb, albumPeak, albumLoudness, albumTruePeak }: Levels) => {
  const measuredPeak = rounded(albumTruePeak);
  if (albumLoudness !== null)
    return { albumDb: toTarget(albumLoudness), albumPeak: measuredPeak ?? albumPeak, albumFrom: 'measured' as const };
  const albumFrom = albumDb === null ? null : ('tags' as const);
  return { albumDb, albumPeak: albumPeak ?? measuredPeak, albumFrom };
};

/** Null where nothing at all is known. */
export const replayGainOf = (levels: Levels): ReplayGain | null => {
  const track = trackOf(levels);
  const album = albumOf(levels);
  const known = [track.trackDb, track.trackPeak, album.albumDb, album.albumPeak].some((it) => it !== null);
  return known ? { ...track, ...album } : null;
};
