import { decodeId, encodeId } from '../kit/index.ts';

/*
 * The queue as it is kept: packed, because it is long and written often. Sources repeat from entry to entry, so they are
 * named once; tracks are row numbers; a flag is a digit. 5,000 entries take about 250 kB instead of 800.
 */
export type Repeat = 'off' | 'all' | 'one';
export type QueueEntry = { id: string; trackId: string; source: string; byYou: boolean; order: number };
export type QueuePlace = {
  index: number;
  positionMs: number;
  shuffle: boolean;
  repeat: Repeat;
  deviceId: string | undefined;
};

export const MOST_ENTRIES = 5000;

type PackedEntry = [id: string, track: number, source: number, byYou: 0 | 1, order: number];
type Packed = { sources: string[]; entries: PackedEntry[] };

export const packEntries = (entries: readonly QueueEntry[]): string => {
  const sources = new Map<string, number>();
  const packed = entries.map(({ id, trackId, source, byYou, order }): PackedEntry => {
    const at = sources.get(source) ?? sources.size;
    sources.set(source, at);
    return [id, decodeId('trk', trackId) ?? 0, at, byYou ? 1 : 0, order];
  });
  return JSON.stringify({ sources: [...sources.keys()], entries: packed } satisfies Packed);
};

export const unpackEntries = (text: string): QueueEntry[] => {
  const { sources, entries } = JSON.parse(text) as Packed;
  return entries.map(([id, track, source, byYou, order]) => ({
    id,
    trackId: encodeId('trk', track),
    source: sources[source] ?? '',
    byYou: byYou === 1,
    order,
  }));
};

/** Queued by hand and right behind the current one: "next up, by you". */
const handQueued = (entries: readonly QueueEntry[], index: number): number => {
  let n = 0;
  while (entries[index + 1 + n]?.byYou) n++;
  return n;
};

export type Added = { trackIds: readonly string[]; where: 'next' | 'end'; source: string; newId: () => string };

/** The entries with more put behind the current one: `next` right there, `end` behind what was queued by hand before. */
export const addEntries = (entries: readonly QueueEntry[], index: number, added: Added): QueueEntry[] => {
  const hand = added.where === 'end' ? handQueued(entries, index) : 0;
  const at = entries.length === 0 ? 0 : Math.min(entries.length, index + 1 + hand);
  // A fraction behind the entry it follows, so that undoing a shuffle puts it there.
  const first = (entries[at - 1]?.order ?? -1) + 0.5;
  const step = 0.4 / (added.trackIds.length + 1);
  const more = added.trackIds.map((trackId, i) => ({
    id: added.newId(),
    trackId,
    source: added.source,
    byYou: true,
    order: first + i * step,
  }));
  return [...entries.slice(0, at), ...more, ...entries.slice(at)];
};
