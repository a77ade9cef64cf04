/**
 * The player: the queue, the engine and the listener's wishes brought together. Everything a page can ask for is a function
 * here; whoever shows something subscribes to a topic. How the wishes change the queue is decided in queue/queue.ts.
 */
import { durationMs, gainOf, openInside, positionMs, setPlaying, setWaiting, tick } from './core.ts';
import type { PlayerNeeds, PlayerState, Topic } from './core.ts';
import { editing, loudness } from './editing.ts';
import { currentOf } from './queue/queue.ts';
import { comeBack, leave, restore } from './restore.ts';
import { transport } from './transport.ts';

export type Player = ReturnType<typeof createPlayer>;

export function createPlayer(needs: PlayerNeeds) {
  const inside = openInside(needs);
  const { state, engine } = inside;
  const { audio } = engine;
  audio.addEventListener('play', () => setPlaying(inside, true));
  audio.addEventListener('pause', () => audio.ended || setPlaying(inside, false));
  audio.addEventListener('waiting', () => setWaiting(inside, true));
  audio.addEventListener('playing', () => setWaiting(inside, false));
  audio.addEventListener('timeupdate', () => tick(inside));
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
    restore: () => restore(inside),
    leave: () => leave(inside),
    comeBack: () => comeBack(inside),
  };
}
