/** What the listener does to the queue and the loudness. Every edit answers how to undo it. */
import { gainOf, qualityOf, say, setQueue, type Inside } from './core.ts';
import { hush } from './crossing.ts';
import { go, prepareNext, reconsider } from './going.ts';
import type { PlaybackSettings } from './quality.ts';
import { clearUpcoming, currentOf, enqueue, moveEntry, nextRepeat, removeEntry, setShuffle } from './queue/queue.ts';
import type { Queue } from './queue/queue.ts';
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
    engine.sound.setVolume(state.muted ? 0 : state.volume);
    say(inside, 'volume');
  };
  const change = (act: () => void): void => {
    const before = JSON.stringify(qualityOf(inside));
    act();
    engine.channel().level(gainOf(inside, currentOf(state.queue)).db);
    void (before === JSON.stringify(qualityOf(inside)) ? prepareNext(inside) : reconsider(inside));
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
    /** The person's settings, as they are now. Kept, so that the next page starts with them. */
    follow: (settings: Partial<PlaybackSettings>): void =>
      change(() => {
        if (settings.crossfadeSec === 0) hush(inside);
        state.settings = { ...state.settings, ...settings };
        needs.shelf.write('settings', state.settings);
      }),
    /** This device's own: `auto`, `original`, a number of kbit/s; empty: as everywhere. */
    setDeviceQuality: (choice: string): void => change(() => needs.shelf.write('quality', choice || undefined)),
    /** For spoken word; the pitch stays. */
    setSpeed(rate: number): void {
      engine.audio().playbackRate = Math.min(3, Math.max(0.5, rate));
      say(inside, 'state');
    },
  };
}
