import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Track } from '../track.ts';
import {
  clearUpcoming,
  currentOf,
  EMPTY_QUEUE,
  enqueue,
  extendQueue,
  markUnplayable,
  moveEntry,
  nextIndex,
  nextRepeat,
} from './queue.ts';
import {
  previousIndex,
  removeEntry,
  setShuffle,
  startQueue,
  upcoming,
  upNext,
  type Dice,
  type Queue,
} from './queue.ts';

const track = (id: string, missing = false): Track => ({ id, title: id, artists: [], durationMs: 1000, missing });
const tracks = (ids: string): Track[] => ids.split('').map((id) => track(id));
const dice = (seed = 1): Dice => {
  let state = seed;
  let ids = 0;
  return {
    random: () => (state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647) / 2_147_483_647,
    newId: () => `ent_${seed}_${ids++}`,
  };
};
const start = (ids: string, startAt = 0, shuffle = false): Queue =>
  startQueue(EMPTY_QUEUE, { tracks: tracks(ids), source: 'album:a', startAt, shuffle, dice: dice() });
const ids = (queue: Queue): string => queue.entries.map(({ track: { id } }) => id).join('');

describe('the queue', () => {
  const withMissing = (): Queue =>
    startQueue(EMPTY_QUEUE, {
      tracks: [track('a'), track('b', true), track('c'), track('d')],
      source: 'album:a',
      startAt: 0,
      shuffle: false,
      dice: dice(),
    });

  it('keeps songs whose files are missing where they are, and passes over them', () => {
    const queue = withMissing();
    expect(ids(queue)).toBe('abcd');
    expect(nextIndex(queue, 'ended')).toBe(2);
    expect(nextIndex(queue, 'asked')).toBe(2);
    expect(previousIndex({ ...queue, index: 2 }, 0)).toBe(0);
    expect(upcoming(queue, 3).map((entry) => entry.track.id)).toEqual(['c', 'd']);
  });

  it('keeps what turned out to be unplayable, marked, until it is asked for again', () => {
    const queue = withMissing();
    const id = queue.entries[2]?.id;
    const marked = markUnplayable(queue, id, 'undecodable');
    expect(ids(marked)).toBe('abcd');
    expect(nextIndex(marked, 'ended')).toBe(3);
    expect(nextIndex(markUnplayable(marked, id, undefined), 'ended')).toBe(2);
    const alone = markUnplayable(marked, marked.entries[3]?.id, 'missing');
    expect(nextIndex(alone, 'ended')).toBeUndefined();
    const none = { ...markUnplayable(alone, alone.entries[0]?.id, 'missing'), repeat: 'one' as const };
    expect(nextIndex(none, 'ended')).toBeUndefined();
  });

  it('plays next right behind the current track, and adds behind what was queued by hand before', () => {
    let queue = start('abc', 0);
    queue = enqueue(queue, tracks('x'), { where: 'end', source: 'track:x', dice: dice(2) });
    queue = enqueue(queue, tracks('y'), { where: 'end', source: 'track:y', dice: dice(3) });
    queue = enqueue(queue, tracks('z'), { where: 'next', source: 'track:z', dice: dice(4) });
    expect(ids(queue)).toBe('azxybc');
    expect(upNext(queue).byYou.map((e) => e.track.id)).toEqual(['z', 'x', 'y']);
    expect(upNext(queue).rest.map((e) => e.track.id)).toEqual(['b', 'c']);
  });

  it('undoes a shuffle exactly, with what was queued meanwhile behind the track it followed', () => {
    const original = start('abcdefgh', 3);
    let queue = setShuffle(original, true, dice(5));
    expect(ids(queue)).not.toBe('abcdefgh');
    expect(currentOf(queue)?.track.id).toBe('d');
    queue = enqueue(queue, tracks('xy'), { where: 'next', source: 'track:x', dice: dice(6) });
    queue = setShuffle(queue, false, dice(7));
    expect(ids(queue)).toBe('abcdxyefgh');
    expect(currentOf(queue)?.track.id).toBe('d');
  });

  it('shuffles the whole set: nothing is lost, nothing doubled, the current track goes on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1e6 }), (size, seed) => {
        const all = Array.from({ length: size }, (_, i) => track(`t${i}`));
        const how = { tracks: all, source: 's', startAt: seed % size, shuffle: true, dice: dice(seed) };
        const queue = startQueue(EMPTY_QUEUE, how);
        expect(new Set(queue.entries.map((e) => e.track.id)).size).toBe(size);
        expect(currentOf(queue)?.track.id).toBe(`t${seed % size}`);
        expect(queue.index).toBe(0);
        const back = setShuffle(queue, false, dice(seed));
        expect(back.entries.map((e) => e.track.id)).toEqual(all.map(({ id }) => id));
      }),
    );
  });

  it('takes in the rest of a long list after playing began, also when shuffled', () => {
    const more = extendQueue(start('ab', 1), tracks('cd'), { source: 'album:a', dice: dice(8) });
    expect(ids(more)).toBe('abcd');
    const mixed = extendQueue(start('ab', 0, true), tracks('cdef'), { source: 'album:a', dice: dice(9) });
    expect(mixed.entries).toHaveLength(6);
    expect(ids(setShuffle(mixed, false, dice()))).toBe('abcdef');
  });

  it('moves an entry without moving what plays, never before it', () => {
    const queue = start('abcde', 2);
    const id = queue.entries[4]?.id ?? '';
    expect(ids(moveEntry(queue, id, 3))).toBe('abced');
    expect(ids(moveEntry(queue, id, 0))).toBe('abced');
    const early = queue.entries[0]?.id ?? '';
    const moved = moveEntry(queue, early, 4);
    expect(ids(moved)).toBe('bcdea');
    expect(currentOf(moved)?.track.id).toBe('c');
  });

  it('keeps a moved order after an undone shuffle', () => {
    const queue = start('abcd', 0);
    const moved = moveEntry(queue, queue.entries[3]?.id ?? '', 1);
    expect(ids(setShuffle(setShuffle(moved, true, dice(3)), false, dice(3)))).toBe('adbc');
  });

  it('removes what is not playing, and clears what was queued by hand before the rest', () => {
    let queue = start('abc', 1);
    expect(ids(removeEntry(queue, queue.entries[0]?.id ?? ''))).toBe('bc');
    expect(currentOf(removeEntry(queue, queue.entries[0]?.id ?? ''))?.track.id).toBe('b');
    expect(removeEntry(queue, queue.entries[1]?.id ?? '')).toBe(queue);
    queue = enqueue(queue, tracks('x'), { where: 'next', source: 't', dice: dice(2) });
    expect(ids(clearUpcoming(queue, 'by-you'))).toBe('abc');
    expect(ids(clearUpcoming(queue, 'all'))).toBe('ab');
  });
});

describe('what plays next', () => {
  it('stops at the end, begins anew with repeat all, stays with repeat one unless Next is pressed', () => {
    const queue = start('ab', 1);
    expect(nextIndex(queue, 'ended')).toBeUndefined();
    expect(nextIndex({ ...queue, repeat: 'all' }, 'ended')).toBe(0);
    expect(nextIndex({ ...queue, repeat: 'one' }, 'ended')).toBe(1);
    expect(nextIndex({ ...queue, repeat: 'one' }, 'asked')).toBe(0);
    expect(nextIndex(EMPTY_QUEUE, 'asked')).toBeUndefined();
  });

  it('goes back to the start of a track, and to the one before only within its first three seconds', () => {
    const queue = start('abc', 1);
    expect(previousIndex(queue, 4000)).toBe(1);
    expect(previousIndex(queue, 2000)).toBe(0);
    expect(previousIndex({ ...queue, index: 0, repeat: 'all' }, 0)).toBe(2);
  });

  it('prepares three tracks ahead, round the corner with repeat', () => {
    const queue = { ...start('abc', 1), repeat: 'all' as const };
    expect(upcoming(queue, 3).map((e) => e.track.id)).toEqual(['c', 'a', 'b']);
    expect(upcoming({ ...queue, repeat: 'one' }, 2).map((e) => e.track.id)).toEqual(['b', 'b']);
    expect(upcoming({ ...queue, repeat: 'off' }, 3).map((e) => e.track.id)).toEqual(['c']);
  });

  it('turns repeat from off to all to one to off', () => {
    expect([nextRepeat('off'), nextRepeat('all'), nextRepeat('one')]).toEqual(['all', 'one', 'off']);
  });
});
