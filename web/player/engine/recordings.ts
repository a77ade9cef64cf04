/**
 * From a track to something the deck can play: asks the server's playback decision once per track and keeps the answers of
 * the session. Chooses the family: FLAC where the source is lossless, the browser decodes it and the link carries it.
 */
import type { Api } from '../api.ts';
import { MIME } from './pump.ts';
import { canDecode } from './sink.ts';
import type { Recording } from './timeline.ts';

/** The server's grid of one family (POST /api/v1/playback). */
type Grid = {
  codec: 'aac' | 'flac';
  sampleRateHz: number;
  samples: number;
  segmentSamples: number;
  priming: number;
  count: number;
  rates: readonly { kbps: number; base: string; init: string }[];
};

export type PlaybackAnswer = {
  mode: 'direct' | 'hls';
  url: string;
  codec: string;
  reasons: readonly { code: string; text: string }[];
  grid?: Grid;
  /** The same music in AAC, where `grid` is FLAC. */
  fallback?: Grid;
};

export type Resolved = { recording: Recording; answer: PlaybackAnswer };

export type Traits = {
  flac: boolean;
  /** WebKit drops an AAC frame that straddles the append window: tracks end on a whole frame there. */
  wholeFrames: boolean;
};

export type Rung = 'deck' | 'native' | 'file';

/** Firefox swaps decoders between codecs with an audible gap (82 ms measured): one codec for the whole queue there. */
export function readTraits(userAgent: string): Traits {
  const isWebKit = /AppleWebKit/.test(userAgent) && !/Chrome|Chromium|Edg/.test(userAgent);
  return { flac: !/Firefox/.test(userAgent) && canDecode(MIME.flac), wholeFrames: isWebKit };
}

const asRecording = (id: string, grid: Grid, traits: Traits): Recording => ({
  id,
  codec: grid.codec,
  sampleRateHz: grid.sampleRateHz,
  totalSamples: traits.wholeFrames && grid.codec === 'aac' ? Math.ceil(grid.samples / 1024) * 1024 : grid.samples,
  segmentSamples: grid.segmentSamples,
  primingSamples: grid.priming,
  segmentCount: grid.count,
  renditions: grid.rates.map(({ kbps, base, init }) => ({ kbps, base, init })),
});

/** `linkBps` 0: nothing is known yet, so the first track starts in AAC and tells. */
export function chooseRecording(
  id: string,
  answer: PlaybackAnswer,
  how: { traits: Traits; linkBps: number },
): Recording | undefined {
  const families = [answer.grid, answer.fallback].filter((grid) => grid !== undefined);
  const aac = families.find(({ codec }) => codec === 'aac');
  const flac = how.traits.flac ? families.find(({ codec }) => codec === 'flac') : undefined;
  const lossy = aac && asRecording(id, aac, how.traits);
  const carries = how.linkBps > 1500 * (flac?.rates[0]?.kbps ?? Infinity);
  if (!flac || (lossy && !carries)) return lossy;
  return { ...asRecording(id, flac, how.traits), ...(lossy ? { lossy } : {}) };
}

/** What an element alone needs: an address and a length. */
export const elementRecording = (id: string, url: string, durationMs: number): Recording => ({
  id,
  codec: 'aac',
  sampleRateHz: 1000,
  totalSamples: durationMs,
  segmentSamples: 1,
  primingSamples: 0,
  segmentCount: 0,
  renditions: [],
  url,
});

export type Recordings = {
  resolve(track: { id: string; durationMs: number }): Promise<Resolved | undefined>;
  forget(trackId: string): void;
  forgetAll(): void;
  known(trackId: string): Resolved | undefined;
};

type RecordingsNeeds = { api: Api; rung: () => Rung; traits: Traits; linkBps: () => number; saveData: boolean };

const KEPT = 200;

export function createRecordings(needs: RecordingsNeeds): Recordings {
  const asked = new Map<string, Promise<Resolved | undefined>>();
  const known = new Map<string, Resolved>();
  async function ask(track: { id: string; durationMs: number }): Promise<Resolved | undefined> {
    const { traits } = needs;
    const hls = needs.rung() !== 'file';
    const codecs = ['aac', 'mp3', ...(traits.flac ? ['flac'] : [])];
    const can = { containers: ['mp4', 'mp3', 'flac', 'ogg', 'wav'], codecs, hls };
    const body = { trackId: track.id, can, prefer: { mode: hls ? 'hls' : 'direct' } };
    const answered = await needs.api.send<PlaybackAnswer>('POST', '/playback', { body });
    if (!answered.ok) return undefined;
    const answer = answered.data;
    const linkBps = needs.saveData ? 1 : needs.linkBps();
    const recording =
      needs.rung() === 'deck'
        ? chooseRecording(track.id, answer, { traits, linkBps })
        : elementRecording(track.id, answer.url, track.durationMs);
    return recording && { recording, answer };
  }
  return {
    async resolve(track) {
      let asking = asked.get(track.id);
      if (!asking) {
        asking = ask(track);
        asked.set(track.id, asking);
        if (asked.size > KEPT) asked.delete(asked.keys().next().value as string);
      }
      const resolved = await asking;
      if (resolved) known.set(track.id, resolved);
      else asked.delete(track.id);
      return resolved;
    },
    forget(trackId) {
      asked.delete(trackId);
      known.delete(trackId);
    },
    forgetAll() {
      asked.clear();
      known.clear();
    },
    known: (trackId) => known.get(trackId),
  };
}
