/**
 * From a track to something the deck can play: asks the server's playback decision once per track and keeps the answers of
 * the session. Chooses the family: FLAC where the source is lossless, the browser decodes it and the link carries it. An
 * album can be had as one recording, for runs of it in AAC: their joins are then free of the encoder's cold start.
 */
import { API } from '../api.ts';
import type { Quality } from '../quality.ts';
import type { Loader } from './loader.ts';
import { MIME } from './pump.ts';
import { scopeOf } from './signed.ts';
import { canDecode } from './sink.ts';
import type { Recording, Span } from './timeline.ts';

/** The server's grid of one family (POST /api/v1/playback). */
type Grid = {
  codec: 'aac' | 'flac';
  sampleRateHz: number;
  samples: number;
  segmentSamples: number;
  priming: number;
  count: number;
  rates: readonly { kbps: number; base: string; init: string }[];
  /** Of an album: where each track lies on it. */
  offsets?: readonly { trackId: string; start: number; samples: number }[];
};

export type PlaybackAnswer = {
  mode: 'direct' | 'hls';
  url: string;
  durationMs?: number;
  codec: string;
  reasons: readonly { code: string; text: string }[];
  grid?: Grid;
  /** The same music in AAC, where `grid` is FLAC. */
  fallback?: Grid;
};

export type Resolved = { recording: Recording; answer: PlaybackAnswer };

/** A whole album as one AAC recording, and where on it each track lies, in its order. */
export type AlbumRecording = { recording: Recording; tracks: readonly (Span & { trackId: string })[] };

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

/**
 * `linkBps` 0: nothing is known yet, so the first track starts in AAC and tells. Who wants the original waits for FLAC on any
 * link.
 */
export function chooseRecording(
  id: string,
  answer: PlaybackAnswer,
  how: { traits: Traits; linkBps: number; original?: boolean },
): Recording | undefined {
  const families = [answer.grid, answer.fallback].filter((grid) => grid !== undefined);
  const aac = families.find(({ codec }) => codec === 'aac');
  const flac = how.traits.flac ? families.find(({ codec }) => codec === 'flac') : undefined;
  const lossy = aac && asRecording(id, aac, how.traits);
  const carries = how.original || how.linkBps > 1500 * (flac?.rates[0]?.kbps ?? Infinity);
  if (!flac || (lossy && !carries)) return lossy;
  const pinned = how.original ?? false;
  return { ...asRecording(id, flac, how.traits), pinned, ...(lossy ? { lossy } : {}) };
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

/** Two tracks that follow each other on the album, in this order. */
export const areNeighbours = (album: AlbumRecording, before: string | undefined, after: string | undefined): boolean =>
  album.tracks.some(({ trackId }, i) => trackId === before && album.tracks[i + 1]?.trackId === after);

export type Recordings = {
  /** Undefined: the server refuses this track. While the server is away it is asked again. */
  resolve(track: { id: string; durationMs: number }): Promise<Resolved | undefined>;
  album(albumId: string): Promise<AlbumRecording | undefined>;
  /** Its addresses are void: the album is taken track by track from now on. */
  refuseAlbum(albumId: string): void;
  forget(trackId: string): void;
  forgetAll(): void;
  known(trackId: string): Resolved | undefined;
  /** An address within the scope of a signed one whose time is over; undefined when what it led to is not there any more. */
  sign(url: string): Promise<string | undefined>;
  /** FLAC broke here: everything in AAC from now on. */
  avoidFlac(): void;
};

type RecordingsNeeds = {
  loader: Pick<Loader, 'ask'>;
  rung: () => Rung;
  traits: Traits;
  linkBps: () => number;
  quality: () => Quality;
  /** What the bare element plays: for the original as it is. */
  plays: { containers: readonly string[]; codecs: readonly string[] };
};

const KEPT = 200;

type Subject = { trackId: string } | { albumId: string };

/** What is said to the server: what can be played here, and what is wanted. */
function asking(needs: RecordingsNeeds, subject: Subject): object {
  const hls = needs.rung() !== 'file';
  const { mode, maxKbps } = needs.quality();
  const { containers, codecs } = needs.plays;
  const own = mode === 'direct' || !hls ? [...codecs] : ['aac', 'mp3'];
  const can = { containers, codecs: [...own, ...(needs.traits.flac && !own.includes('flac') ? ['flac'] : [])], hls };
  const prefer = { mode: !hls || mode === 'direct' ? 'auto' : 'hls', ...(maxKbps === null ? {} : { maxKbps }) };
  // A lossless file stays what it is in FLAC segments too, and those join without a gap.
  if (hls) can.containers = containers.filter((name) => name !== 'flac' && name !== 'wav');
  return { ...subject, can, prefer };
}

export function createRecordings(needs: RecordingsNeeds): Recordings {
  const { traits } = needs;
  const asked = new Map<string, Promise<Resolved | undefined>>();
  const albums = new Map<string, Promise<AlbumRecording | undefined>>();
  const known = new Map<string, Resolved>();
  async function ask(subject: Subject): Promise<PlaybackAnswer | undefined> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(asking(needs, subject)) };
    const answer = await needs.loader.ask(`${API}/playback`, init).catch(() => undefined);
    return (await answer?.json().catch(() => undefined)) as PlaybackAnswer | undefined;
  }
  async function askTrack(track: { id: string; durationMs: number }): Promise<Resolved | undefined> {
    const answer = await ask({ trackId: track.id });
    if (!answer) return undefined;
    const how = { traits, linkBps: needs.linkBps(), original: needs.quality().mode === 'direct' };
    const recording =
      needs.rung() === 'deck' && answer.mode === 'hls'
        ? chooseRecording(track.id, answer, how)
        : elementRecording(track.id, answer.url, track.durationMs || answer.durationMs || 0);
    return recording && { recording, answer };
  }
  async function askAlbum(albumId: string): Promise<AlbumRecording | undefined> {
    const answer = await ask({ albumId });
    const grid = [answer?.grid, answer?.fallback].find((it) => it?.codec === 'aac');
    if (!grid?.offsets) return undefined;
    const tracks = grid.offsets.map(({ trackId, start, samples }) => ({ trackId, fromSample: start, samples }));
    const recording = asRecording(albumId, grid, traits);
    // Who asks how one of them is sent is told of the whole; what was answered for the track itself stays.
    for (const { trackId } of tracks) if (answer && !known.has(trackId)) known.set(trackId, { recording, answer });
    return { recording, tracks };
  }
  return {
    async resolve(track) {
      const resolved = await once(asked, track.id, () => askTrack(track));
      if (resolved) known.set(track.id, resolved);
      return resolved;
    },
    album: (albumId) => once(albums, albumId, () => askAlbum(albumId)),
    refuseAlbum: (albumId) => void albums.set(albumId, Promise.resolve(undefined)),
    forget(trackId) {
      asked.delete(trackId);
      known.delete(trackId);
    },
    forgetAll() {
      for (const kept of [asked, albums, known]) kept.clear();
    },
    known: (trackId) => known.get(trackId),
    async sign(url) {
      const scope = scopeOf(url);
      const [thing = ''] = scope?.split('/') ?? [];
      const [albumId] = /^alb_[0-9a-z]+(?=_)/.exec(thing) ?? [];
      const answer = await ask(albumId ? { albumId } : { trackId: thing });
      const bases = [answer?.grid, answer?.fallback].map((grid) => grid?.rates[0]?.base);
      return [answer?.url, ...bases].find((it) => it !== undefined && scopeOf(it) === scope);
    },
    avoidFlac() {
      traits.flac = false;
      this.forgetAll();
    },
  };
}

/** Asked once; a refusal is not remembered. The oldest answers go when there are many. */
async function once<T>(
  kept: Map<string, Promise<T | undefined>>,
  key: string,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const known = kept.get(key);
  if (known) return known;
  const asking = ask();
  kept.set(key, asking);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
  const answer = await asking;
  if (answer === undefined && kept.get(key) === asking) kept.delete(key);
  return answer;
}
