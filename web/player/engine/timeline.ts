/**
 * The arithmetic of the deck's one timeline, apart from any browser: recordings lie end to end, each trimmed to its
 * exact samples. Segment k of a recording holds its samples [k*N, (k+1)*N) - priming: an AAC encoder puts 1024
 * samples of silence in front, so its grid is shifted by that much, a FLAC encoder none. Times are seconds on the timeline
 * (doubles: a sample of 2^20 s is still resolved to 10^-10); the last sample of a recording is the first instant of the next.
 */
import { withoutToken } from './signed.ts';

export type Codec = 'aac' | 'flac';

/** One bitrate of a recording: an init segment and `{base}/{k}.m4s`. */
export type Rendition = { kbps: number; base: string; init: string };

/** What the deck must know of a track. Renditions come best first. */
export type Recording = {
  id: string;
  codec: Codec;
  sampleRateHz: number;
  totalSamples: number;
  segmentSamples: number;
  primingSamples: number;
  segmentCount: number;
  renditions: Rendition[];
  /** The same music in AAC: taken when FLAC cannot be decoded or the link cannot carry it. */
  lossy?: Recording;
  /** The listener wants this and no less: a slow link makes it wait, not change. */
  pinned?: boolean;
  /** What the element itself can open: the HLS master or the file. For the lower rungs. */
  url?: string;
};

/**
 * `key` is the queue's: one recording may stand in the queue more than once. `span`: only these samples of it, where an
 * album is one recording and the item a track of it. Neighbours on it share their segments: their join is no join.
 */
export type Item = { key: string; recording: Recording; span?: Span };
export type Span = { fromSample: number; samples: number };
export type Entry = Item & { startSec: number };
export type TimeRange = readonly [startSec: number, endSec: number];

export const FAR_SEC = 2 ** 20;
/** Closer than this to a join the next track is already in the decoder (measured: exact to 0.28 s, heard at 0.10 s). */
export const LOCK_SEC = 0.5;
const JOIN_SEC = 2e-3;

const spanOf = ({ span, recording }: Item): Span => span ?? { fromSample: 0, samples: recording.totalSamples };
export const lengthOf = (item: Item): number => spanOf(item).samples / item.recording.sampleRateHz;
export const endOf = (entry: Entry): number => entry.startSec + lengthOf(entry);

/** The segment that holds a sample of the recording. */
export const segmentAt = ({ primingSamples, segmentSamples, segmentCount }: Recording, sample: number): number =>
  // 8 samples of grace: browsers report buffered ends rounded to microseconds.
  Math.min(segmentCount - 1, Math.floor((sample + primingSamples + 8) / segmentSamples));

export const firstSegment = (item: Item): number => segmentAt(item.recording, spanOf(item).fromSample);

/** The entries around `entry` that follow each other on one recording too: what is appended for one is right for all. */
export function stretchOf(line: readonly Entry[], entry: Entry): { first: Entry; last: Entry } {
  const joined = (before: Entry | undefined, after: Entry | undefined): boolean =>
    before?.recording === after?.recording &&
    before?.span !== undefined &&
    before.span.fromSample + before.span.samples === after?.span?.fromSample;
  let from = line.indexOf(entry);
  let to = from;
  while (joined(line[from - 1], line[from])) from--;
  while (joined(line[to], line[to + 1])) to++;
  return { first: line[from] ?? entry, last: line[to] ?? entry };
}

/** The entry that sounds at an instant: the last one that has begun, else the first. */
export function entryAt(line: readonly Entry[], atSec: number): Entry | undefined {
  return line.findLast((entry) => atSec >= entry.startSec - 1e-4) ?? line[0];
}

/** Where the audio that holds `atSec` ends; `atSec` itself where there is none. */
export function bufferedEnd(ranges: readonly TimeRange[], atSec: number): number {
  const range = ranges.find(([startSec, endSec]) => atSec >= startSec - 0.05 && atSec < endSec + 1e-3);
  return range ? range[1] : atSec;
}

export type Missing = { entry: Entry; segment: number; fromSec: number };

/** The first stretch after the playhead that is not buffered yet; undefined when the line is whole. */
export function firstMissing(
  line: readonly Entry[],
  ranges: readonly TimeRange[],
  nowSec: number,
): Missing | undefined {
  let fromSec = bufferedEnd(ranges, nowSec);
  let entry = entryAt(line, fromSec + JOIN_SEC);
  if (entry && endOf(entry) - fromSec < JOIN_SEC) {
    entry = line[line.indexOf(entry) + 1];
    fromSec = entry?.startSec ?? fromSec;
  }
  if (!entry) return undefined;
  const sample = Math.max(0, Math.round((fromSec - entry.startSec) * entry.recording.sampleRateHz));
  return { entry, segment: segmentAt(entry.recording, spanOf(entry).fromSample + sample), fromSec };
}

export type AppendWindow = { startSec: number; endSec: number; offsetSec: number };

/**
 * Where a segment's samples go. `editSamples` is the start its init segment's edit list asks for: a browser that obeys it
 * shifts by itself, so that much must not be shifted again. In the middle of a half-filled segment what is there stays.
 */
export function appendWindow(
  line: readonly Entry[],
  missing: Missing,
  how: { nowSec: number; editSamples: number },
): AppendWindow {
  const { entry, segment, fromSec } = missing;
  const { sampleRateHz, primingSamples, segmentSamples } = entry.recording;
  const { first, last } = stretchOf(line, entry);
  const zeroSec = first.startSec - (spanOf(first).fromSample + primingSamples) / sampleRateHz;
  const atSec = zeroSec + (segment * segmentSamples) / sampleRateHz;
  const halfFilled =
    fromSec > how.nowSec + 1e-3 && fromSec > atSec + 0.05 && fromSec < atSec + segmentSamples / sampleRateHz - 0.05;
  return {
    startSec: halfFilled ? fromSec : first.startSec,
    endSec: endOf(last),
    offsetSec: zeroSec + how.editSamples / sampleRateHz,
  };
}

/** After a change of `entry` those behind it begin anew where it ends. */
export function closeRanks(line: readonly Entry[], entry: Entry): Entry[] {
  const place = line.indexOf(entry);
  const closed = line.slice(0, place + 1);
  for (const item of line.slice(place + 1)) closed.push({ ...item, startSec: endOf(closed.at(-1) ?? entry) });
  return closed;
}

/**
 * The line after `current` re-laid to what shall come next. What is already there in the same order is kept, the rest starts
 * at `cutSec`, from where prepared audio no longer fits. Just before a join the next entry is kept whatever is asked.
 */
export function relay(
  line: readonly Entry[],
  next: readonly Item[],
  at: { current: Entry; nowSec: number },
): { line: Entry[]; cutSec: number | undefined } {
  const place = line.indexOf(at.current);
  const kept = line.slice(0, place + 1);
  let taken = 0;
  const locked = line[place + 1];
  if (locked && endOf(at.current) - at.nowSec < LOCK_SEC) {
    kept.push(locked);
    if (locked.key === next[0]?.key) taken = 1;
  }
  for (let same = line[kept.length]; same && isSame(same, next[taken]); same = line[kept.length]) {
    kept.push(same);
    taken++;
  }
  const cut = line[kept.length];
  for (const item of next.slice(taken)) {
    const last = kept.at(-1);
    kept.push({ ...item, startSec: last ? endOf(last) : 0 });
  }
  return { line: kept, cutSec: cut?.startSec };
}

/** Where its bytes lie: signed anew, it is the same. */
export const placeOf = ({ recording }: Pick<Item, 'recording'>): string =>
  withoutToken(recording.renditions[0]?.base ?? '');

const isSame = (entry: Entry, item: Item | undefined): boolean =>
  entry.key === item?.key && placeOf(entry) === placeOf(item) && entry.span?.fromSample === item.span?.fromSample;

/** Where a track that is not on the line begins: after everything, on a whole second, so that time only grows. */
export function freshStart(line: readonly Entry[], ranges: readonly TimeRange[]): number {
  const last = line.at(-1);
  if (!last) return 0;
  return Math.ceil(Math.max(endOf(last), ranges.at(-1)?.[1] ?? 0)) + 1;
}

/** Start of the edit list (`elst` media_time) of an init segment in samples, 0 where there is none. ISO 14496-12 8.6.6 */
export function editListStart(init: ArrayBuffer): number {
  const bytes = new Uint8Array(init);
  const view = new DataView(init);
  for (let i = 0; i + 24 < bytes.length; i++) {
    if (view.getUint32(i) !== 0x656c7374) continue;
    const wide = view.getUint8(i + 4) === 1;
    return Math.max(0, wide ? view.getInt32(i + 24) : view.getInt32(i + 16));
  }
  return 0;
}
