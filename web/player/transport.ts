/** Play, pause, next, previous, seek: what the listener does with what is there, and starting something new. */
import type { Dice } from './queue/queue.ts';
import { canSound, currentOf, extendQueue, nextIndex, previousIndex, startQueue } from './queue/queue.ts';
import { MOST_ENTRIES } from './queue/sources.ts';
import type { Track } from './track.ts';
import { durationMs, positionMs, say, setQueue, type Inside } from './core.ts';
import { hush } from './crossing.ts';
import { go, prepareNext, resume } from './going.ts';

export type PlayHow = {
  index?: number | undefined;
  trackId?: string | undefined;
  shuffle?: boolean;
  positionMs?: number;
};

/** Where in what was read so far to start; undefined: the wanted track is not among it yet. */
export function findStart(tracks: readonly Track[], how: PlayHow, dice: Dice): number | undefined {
  if (tracks.length === 0) return undefined;
  const { index, trackId } = how;
  if (trackId) {
    // A list may hold a track twice: the row that was clicked counts, if it still stands there.
    if (index !== undefined && tracks[index]?.id === trackId) return index;
    const found = tracks.findIndex(({ id }) => id === trackId);
    return found < 0 ? undefined : found;
  }
  if (index !== undefined) return index < tracks.length ? index : undefined;
  return how.shuffle ? Math.floor(dice.random() * tracks.length) : 0;
}

export function seek(inside: Inside, toMs: number): void {
  const { state, engine, needs } = inside;
  const current = currentOf(state.queue);
  if (!current) return;
  const boundedMs = Math.min(Math.max(0, toMs), durationMs(inside));
  needs.plays.jump(boundedMs);
  engine.channel().dropPlan();
  hush(inside);
  state.restoredMs = boundedMs;
  if (engine.deck().current()?.key === current.id) engine.deck().seek(boundedMs / 1000);
  inside.sync.push('place');
  say(inside, 'time');
}

function play(inside: Inside): void {
  const { state, engine, needs } = inside;
  void engine.sound.wake();
  const current = currentOf(state.queue);
  if (!current) return needs.onNotice({ kind: 'empty' });
  if (engine.deck().current()?.key === current.id) void resume(inside, inside.turn).then(() => prepareNext(inside));
  else void go(inside, { index: state.queue.index, positionMs: state.restoredMs, why: 'left' });
}

function pause(inside: Inside): void {
  // Whatever was on its way to sound is not wanted any more.
  if (!inside.state.playing) inside.turn++;
  hush(inside);
  inside.engine.audio().pause();
  void inside.needs.plays.flush();
}

function step(inside: Inside, index: number | undefined): void {
  void inside.engine.sound.wake();
  if (index === undefined || index < 0) return;
  if (index !== inside.state.queue.index) return void go(inside, { index, why: 'moved' });
  seek(inside, 0);
  if (!inside.state.playing) play(inside);
}

type Begin = { tracks: Track[]; source: string; startAt: number; shuffle: boolean; positionMs: number };

function begin(inside: Inside, what: Begin): void {
  const { state, needs } = inside;
  needs.plays.end('moved');
  const queue = startQueue(state.queue, { ...what, dice: needs.dice });
  setQueue(inside, queue, 'entries');
  if (canSound(currentOf(queue))) void go(inside, { index: queue.index, positionMs: what.positionMs, why: 'moved' });
  else step(inside, nextIndex(queue, 'asked'));
}

async function playSource(inside: Inside, source: string, how: PlayHow = {}): Promise<void> {
  const { state, engine, needs } = inside;
  void engine.sound.wake();
  const filling = ++inside.filling;
  const first: Track[] = [];
  let started = false;
  const start = (startAt: number): void => {
    started = true;
    begin(inside, {
      tracks: first,
      source,
      startAt,
      positionMs: how.positionMs ?? 0,
      shuffle: how.shuffle ?? (how.index === undefined && state.queue.shuffle),
    });
  };
  for await (const tracks of needs.sources.read(source)) {
    if (filling !== inside.filling) return;
    if (started) {
      const queue = extendQueue(state.queue, tracks, { source, dice: needs.dice });
      setQueue(inside, { ...queue, entries: queue.entries.slice(0, MOST_ENTRIES) }, 'entries');
      await prepareNext(inside);
      continue;
    }
    first.push(...tracks);
    const startAt = findStart(first, how, needs.dice);
    if (startAt !== undefined) start(startAt);
  }
  if (started || filling !== inside.filling) return;
  if (first.length > 0) start(0);
  else needs.onNotice({ kind: 'empty' });
}

export function transport(inside: Inside) {
  const { state } = inside;
  return {
    play: () => play(inside),
    pause: () => pause(inside),
    toggle: () => (state.playing ? pause(inside) : play(inside)),
    seek: (toMs: number) => seek(inside, toMs),
    next: () => step(inside, nextIndex(state.queue, 'asked')),
    previous: () => step(inside, previousIndex(state.queue, positionMs(inside))),
    playEntry: (id: string) =>
      step(
        inside,
        state.queue.entries.findIndex((entry) => entry.id === id),
      ),
    playSource: (source: string, how?: PlayHow) => playSource(inside, source, how),
  };
}
