/** What the listener does to the queue and the loudness. Every edit answers how to undo it. */
import type { Levelling } from './engine/sound.ts';
import { gainOf, prepareNext, say, setQueue, type Inside } from './core.ts';
import { clearUpcoming, currentOf, enqueue, moveEntry, nextRepeat, removeEntry, setShuffle } from './queue/queue.ts';
import type { Queue } from './queue/queue.ts';
import { go } from './core.ts';
import type { Track } from './track.ts';

export type Undo = () => void;

function edit(inside: Inside, queue: Queue): Undo {
  const before = inside.state.queue;
  setQueue(inside, queue, 'entries');
  void prepareNext(inside);
  return () => {
    // What plays goes on: the old order comes back around it.
    const playing = currentOf(inside.state.queue);
    const index = before.entries.findIndex(({ id }) => id === playing?.id);
    setQueue(inside, index < 0 ? before : { ...before, index }, 'entries');
    void prepareNext(inside);
  };
}

async function add(inside: Inside, source: string, where: 'next' | 'end'): Promise<{ count: number; undo: Undo }> {
  const { state, needs } = inside;
  const tracks: Track[] = [];
  for await (const page of needs.sources.read(source)) tracks.push(...page);
  const wasEmpty = state.queue.entries.length === 0;
  const undo = edit(inside, enqueue(state.queue, tracks, { where, source, dice: needs.dice }));
  if (wasEmpty && tracks.length > 0) await go(inside, { index: 0, start: false, why: 'left' });
  return { count: tracks.length, undo };
}

export function editing(inside: Inside) {
  const { state, needs } = inside;
  return {
    add: (source: string, where: 'next' | 'end') => add(inside, source, where),
    remove: (id: string): Undo => edit(inside, removeEntry(state.queue, id)),
    move: (id: string, to: number): Undo => edit(inside, moveEntry(state.queue, id, to)),
    clear(): Undo {
      inside.filling++;
      return edit(inside, clearUpcoming(state.queue, 'by-you'));
    },
    shuffle: (): Undo => edit(inside, setShuffle(state.queue, !state.queue.shuffle, needs.dice)),
    repeat(): void {
      setQueue(inside, { ...state.queue, repeat: nextRepeat(state.queue.repeat) }, 'place');
      void prepareNext(inside);
    },
    /** A heart was pressed somewhere: the same track in the queue knows. */
    noteLiked(trackId: string, liked: boolean): void {
      const entries = state.queue.entries.map((entry) =>
        entry.track.id === trackId ? { ...entry, track: { ...entry.track, liked } } : entry,
      );
      setQueue(inside, { ...state.queue, entries }, 'quiet');
    },
  };
}

export function loudness(inside: Inside) {
  const { state, engine, needs } = inside;
  const apply = (): void => {
    engine.sound().setVolume(state.muted ? 0 : state.volume);
    say(inside, 'volume');
  };
  return {
    setVolume(volume: number): void {
      state.volume = Math.min(1, Math.max(0, volume));
      state.muted = false;
      needs.shelf.write('volume', state.volume);
      apply();
    },
    mute(): void {
      state.muted = !state.muted;
      apply();
    },
    setLevelling(levelling: Levelling): void {
      state.levelling = levelling;
      needs.shelf.write('levelling', levelling);
      engine.sound().level(gainOf(inside, currentOf(state.queue)).db);
      say(inside, 'volume');
    },
  };
}
