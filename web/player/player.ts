/**
 * The player: the queue, the engine and the listener's wishes brought together. Everything a page can ask for is a function
 * here; whoever shows something subscribes to a topic. How the wishes change the queue is decided in queue/queue.ts.
 */
import { createInside, durationMs, gainOf, positionMs, setPlaying, setWaiting } from './core.ts';
import type { PlayerNeeds, PlayerState, Topic } from './core.ts';
import { editing, loudness } from './editing.ts';
import { warm } from './going.ts';
import { currentOf } from './queue/queue.ts';
import { connect, tick } from './reports.ts';
import { comeBack, leave, restore } from './restore.ts';
import { createSleep } from './sleep.ts';
import { transport } from './transport.ts';

export type Player = ReturnType<typeof createPlayer>;

export function createPlayer(needs: PlayerNeeds) {
  const inside = createInside(needs);
  connect(inside);
  const { state, engine } = inside;
  engine.on('play', () => setPlaying(inside, true));
  engine.on('pause', () => engine.audio().ended || setPlaying(inside, false));
  engine.on('waiting', () => setWaiting(inside, true));
  engine.on('playing', () => setWaiting(inside, false));
  engine.on('timeupdate', () => tick(inside));
  return {
    engine,
    state: (): Readonly<PlayerState> => state,
    current: () => currentOf(state.queue),
    positionMs: () => positionMs(inside),
    durationMs: () => durationMs(inside),
    gain: () => gainOf(inside, currentOf(state.queue)),
    /** What the server decided about the current track, once it was asked. */
    resolved: () => engine.recordings.known(currentOf(state.queue)?.track.id ?? ''),
    on(topic: Topic, heard: () => void): void {
      inside.listeners[topic].push(heard);
    },
    ...transport(inside),
    ...editing(inside),
    ...loudness(inside),
    sleep: createSleep(inside),
    warm: (trackId: string, source: string) => warm(inside, trackId, source),
    restore: () => restore(inside),
    leave: () => leave(inside),
    comeBack: () => comeBack(inside),
  };
}
