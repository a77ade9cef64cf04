/**
 * The queue as a value: what plays, in which order, and what each wish of the listener makes of it. Pure; whoever acts on it
 * is in player.ts, the server's copy in sync.ts.
 *
 * Entries stand in the order in which they play. `order` remembers where an entry stood before a shuffle: what is queued later
 * gets a fraction behind the entry it follows, so that undoing the shuffle puts it there. An entry `byYou` was queued by hand;
 * those right behind the current one are "Next up, by you", the rest continues from its source.
 */
import type { Track } from '../track.ts';

export type Repeat = 'off' | 'all' | 'one';
/** Why a song is passed over: its file is gone, nothing decodes it, the server will not give it. */
export type Unplayable = 'missing' | 'undecodable' | 'refused';
export type QueueEntry = {
  id: string;
  track: Track;
  source: string;
  byYou: boolean;
  order: number;
  /** Found out while playing, on this device. The entry stays where it is: nobody took it out. */
  unplayable?: Unplayable;
};
export type Queue = { entries: readonly QueueEntry[]; index: number; shuffle: boolean; repeat: Repeat };

export const EMPTY_QUEUE: Queue = { entries: [], index: 0, shuffle: false, repeat: 'off' };

/** Chance and ids come from outside, so that tests can tell what happens. */
export type Dice = { random(): number; newId(): string };

export const currentOf = (queue: Queue): QueueEntry | undefined => queue.entries[queue.index];

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(dice.random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}

const asEntry =
  (dice: Dice, how: { source: string; byYou: boolean; firstOrder: number; step: number }) =>
  (track: Track, i: number): QueueEntry => ({
    id: dice.newId(),
    track,
    source: how.source,
    byYou: how.byYou,
    order: how.firstOrder + i * how.step,
  });

/** One that cannot is passed over when its turn comes, but it stays in the queue, where it can be seen. */
export const canSound = (entry: QueueEntry | undefined): boolean =>
  entry !== undefined && !entry.track.missing && entry.unplayable === undefined;

export function markUnplayable(queue: Queue, id: string | undefined, why: Unplayable | undefined): Queue {
  const entry = queue.entries.find((it) => it.id === id);
  if (!entry || entry.unplayable === why) return queue;
  const { unplayable: _, ...plain } = entry;
  const marked = why ? { ...plain, unplayable: why } : plain;
  return { ...queue, entries: queue.entries.map((it) => (it === entry ? marked : it)) };
}

export type Start = { tracks: readonly Track[]; source: string; startAt: number; shuffle: boolean; dice: Dice };

/** A new queue, from `tracks[startAt]` on. */
export function startQueue(before: Queue, start: Start): Queue {
  const { source, dice, shuffle } = start;
  const wanted = start.tracks[start.startAt];
  const entries = start.tracks.map(asEntry(dice, { source, byYou: false, firstOrder: 0, step: 1 }));
  const index = Math.max(
    0,
    entries.findIndex(({ track }) => track === wanted),
  );
  const queue = { ...before, entries, index, shuffle: false };
  return shuffle ? setShuffle(queue, true, dice) : queue;
}

/** More of the same source, fetched after playing began. */
export function extendQueue(queue: Queue, tracks: readonly Track[], how: { source: string; dice: Dice }): Queue {
  const firstOrder = Math.max(-1, ...queue.entries.map(({ order }) => Math.floor(order))) + 1;
  const more = tracks.map(asEntry(how.dice, { source: how.source, byYou: false, firstOrder, step: 1 }));
  if (!queue.shuffle) return { ...queue, entries: [...queue.entries, ...more] };
  const from = queue.index + 1 + upNext(queue).byYou.length;
  const rest = shuffled([...queue.entries.slice(from), ...more], how.dice);
  return { ...queue, entries: [...queue.entries.slice(0, from), ...rest] };
}

/** `next`: right behind the current one. `end`: behind what was queued by hand before. */
export function enqueue(
  queue: Queue,
  tracks: readonly Track[],
  how: { where: 'next' | 'end'; source: string; dice: Dice },
): Queue {
  const at = queue.entries.length === 0 ? 0 : queue.index + 1 + (how.where === 'end' ? upNext(queue).byYou.length : 0);
  const before = queue.entries[at - 1];
  const placed = {
    source: how.source,
    byYou: true,
    firstOrder: (before?.order ?? -1) + 0.5,
    step: 0.4 / (tracks.length + 1),
  };
  const added = tracks.map(asEntry(how.dice, placed));
  return { ...queue, entries: [...queue.entries.slice(0, at), ...added, ...queue.entries.slice(at)] };
}

export function upNext(queue: Queue): { byYou: QueueEntry[]; rest: QueueEntry[] } {
  const after = queue.entries.slice(queue.index + 1);
  const firstOther = after.findIndex(({ byYou }) => !byYou);
  const split = firstOther < 0 ? after.length : firstOther;
  return { byYou: after.slice(0, split), rest: after.slice(split) };
}

export function removeEntry(queue: Queue, id: string): Queue {
  const at = queue.entries.findIndex((entry) => entry.id === id);
  if (at < 0 || at === queue.index) return queue;
  const entries = queue.entries.filter((entry) => entry.id !== id);
  return { ...queue, entries, index: at < queue.index ? queue.index - 1 : queue.index };
}

/** Takes an entry to another place. Moved among what was queued by hand, it counts as queued by hand. */
export function moveEntry(queue: Queue, id: string, to: number): Queue {
  const from = queue.entries.findIndex((entry) => entry.id === id);
  const entry = queue.entries[from];
  const place = Math.min(Math.max(to, queue.index + 1), queue.entries.length - 1);
  if (!entry || from === queue.index || from === place) return queue;
  const others = queue.entries.filter((other) => other !== entry);
  const currentAt = others.findIndex((other) => other === currentOf(queue));
  const behind = others[place];
  const moved = { ...entry, byYou: behind?.byYou ?? entry.byYou };
  const entries = [...others.slice(0, place), moved, ...others.slice(place)];
  return {
    ...queue,
    entries: queue.shuffle ? entries : renumber(entries),
    index: currentAt + (place <= currentAt ? 1 : 0),
  };
}

const renumber = (entries: readonly QueueEntry[]): QueueEntry[] => entries.map((entry, order) => ({ ...entry, order }));

/** Only what plays stays. */
export function clearUpcoming(queue: Queue, which: 'by-you' | 'all'): Queue {
  const { byYou, rest } = upNext(queue);
  const kept = queue.entries.slice(0, queue.index + 1);
  return { ...queue, entries: which === 'all' || byYou.length === 0 ? kept : [...kept, ...rest] };
}

/** On: the whole set is mixed behind the current track. Off: everything stands where it stood. */
export function setShuffle(queue: Queue, on: boolean, dice: Dice): Queue {
  const current = currentOf(queue);
  if (!current) return { ...queue, shuffle: on };
  if (!on) {
    const entries = queue.entries.toSorted((a, b) => a.order - b.order);
    return { ...queue, entries, index: entries.indexOf(current), shuffle: false };
  }
  const { byYou } = upNext(queue);
  const queued = new Set(byYou);
  const others = queue.entries.filter((entry) => entry !== current && !queued.has(entry));
  return { ...queue, entries: [current, ...byYou, ...shuffled(others, dice)], index: 0, shuffle: true };
}

export const REPEATS: readonly Repeat[] = ['off', 'all', 'one'];
export const nextRepeat = (repeat: Repeat): Repeat => REPEATS[(REPEATS.indexOf(repeat) + 1) % REPEATS.length] ?? 'off';

/** The first at or after `from` that can sound; -1 where there is none. */
const soundingFrom = ({ entries }: Queue, from: number): number =>
  entries.findIndex((entry, i) => i >= from && canSound(entry));

export const firstIndex = (queue: Queue): number => Math.max(0, soundingFrom(queue, 0));

/** Where playing goes on. By itself it obeys "repeat one"; the button does not. */
export function nextIndex(queue: Queue, why: 'ended' | 'asked'): number | undefined {
  if (why === 'ended' && queue.repeat === 'one' && canSound(currentOf(queue))) return queue.index;
  const ahead = soundingFrom(queue, queue.index + 1);
  const index = ahead < 0 && queue.repeat !== 'off' ? soundingFrom(queue, 0) : ahead;
  return index < 0 ? undefined : index;
}

/** Previous: the start of the track, or the one before when it has hardly begun. */
export function previousIndex(queue: Queue, positionMs: number): number {
  if (positionMs > 3000) return queue.index;
  const before = queue.entries.findLastIndex((entry, i) => i < queue.index && canSound(entry));
  if (before >= 0) return before;
  return queue.repeat === 'all' ? Math.max(0, queue.entries.findLastIndex(canSound)) : queue.index;
}

/** The entries that will sound after the current one, as far as the deck prepares them. */
export function upcoming(queue: Queue, count: number): QueueEntry[] {
  const coming: QueueEntry[] = [];
  let at: Queue = queue;
  while (coming.length < count) {
    const index = nextIndex(at, 'ended');
    const entry = index === undefined ? undefined : queue.entries[index];
    if (index === undefined || !entry) break;
    coming.push(entry);
    at = { ...queue, index };
  }
  return coming;
}
