/**
 * The arithmetic of the deck's one timeline, apart from any browser: recordings lie end to end, each trimmed to its
 * exact samples. Segment k of a recording holds its samples [k*N, (k+1)*N) - priming: an AAC encoder puts 1024
 * samples of silence in front, so its grid is shifted by that much, a FLAC encoder none. Times are seconds on the timeline
 * (doubles: a sample of 2^20 s is still resolved to 10^-10); the last sample of a recording is the first instant of the next.
 */
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
  /** What the element itself can open: the HLS master or the file. For the lower rungs. */
  url?: string;
};

/** `key` is the queue's: one recording may stand in the queue more than once. */
export type Item = { key: string; recording: Recording };
export type Entry = Item & { startSec: number };
export type TimeRange = readonly [startSec: number, endSec: number];

export const FAR_SEC = 2 ** 20;
/** Closer than this to a join the next track is already in the decoder (measured: exact to 0.28 s, heard at 0.10 s). */
export const LOCK_SEC = 0.5;
const JOIN_SEC = 2e-3;

export const lengthOf = (recording: Recording): number => recording.totalSamples / recording.sampleRateHz;
export const endOf = (entry: Entry): number => entry.startSec + lengthOf(entry.recording);

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
  const { sampleRateHz, primingSamples, segmentSamples, segmentCount } = entry.recording;
  const sample = Math.max(0, Math.round((fromSec - entry.startSec) * sampleRateHz));
  // 8 samples of grace: browsers report buffered ends rounded to microseconds.
  const segment = Math.min(segmentCount - 1, Math.floor((sample + primingSamples + 8) / segmentSamples));
  return { entry, segment, fromSec };
}

export type AppendWindow = { startSec: number; endSec: number; offsetSec: number };

/**
 * Where a segment's samples go. `editSamples` is the start its init segment's edit list asks for: a browser that obeys it
 * shifts by itself, so that much must not be shifted again. In the middle of a half-filled segment what is there stays.
 */
export function appendWindow(missing: Missing, nowSec: number, editSamples: number): AppendWindow {
  const { entry, segment, fromSec } = missing;
  const { sampleRateHz, primingSamples, segmentSamples } = entry.recording;
  const atSec = entry.startSec + (segment * segmentSamples - primingSamples) / sampleRateHz;
  const halfFilled =
    fromSec > nowSec + 1e-3 && fromSec > atSec + 0.05 && fromSec < atSec + segmentSamples / sampleRateHz - 0.05;
  return {
    startSec: halfFilled ? fromSec : entry.startSec,
    endSec: endOf(entry),
    offsetSec: entry.startSec - (primingSamples - editSamples) / sampleRateHz,
  };
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
  const locked = line[place + 1];
  if (locked && endOf(at.current) - at.nowSec < LOCK_SEC && locked.key !== next[0]?.key) kept.push(locked);
  let taken = 0;
  while (taken < next.length && line[kept.length] && line[kept.length]?.key === next[taken]?.key) {
    const same = line[kept.length];
    if (same) kept.push(same);
    taken++;
  }
  const cut = line[kept.length];
  for (const item of next.slice(taken)) {
    const last = kept.at(-1);
    kept.push({ ...item, startSec: last ? endOf(last) : 0 });
  }
  return { line: kept, cutSec: cut?.startSec };
}

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
