/**
 * Over the end of a page and back. The place is kept in the browser as well as on the server, with the recording, so that a
 * reload shows and prepares the track before the server has answered anything.
 */
import { durationMs, positionMs, prepareNext, say, setQueue, type Inside } from './core.ts';
import type { Recording } from './engine/timeline.ts';
import { currentOf, type QueueEntry, type Repeat } from './queue/queue.ts';

type Kept = { entry: QueueEntry; recording?: Recording; positionMs: number; shuffle: boolean; repeat: Repeat };

export function leave(inside: Inside): void {
  const { needs, state, engine } = inside;
  const entry = currentOf(state.queue);
  const recording = engine.deck().current()?.recording;
  const kept: Kept | undefined = entry && {
    entry,
    positionMs: positionMs(inside),
    shuffle: state.queue.shuffle,
    repeat: state.queue.repeat,
    ...(recording && engine.rung() === 'deck' ? { recording } : {}),
  };
  needs.shelf.write('place', kept);
  if (engine.linkBps()) needs.shelf.write('link', Math.round(engine.linkBps()));
  needs.plays.end('left');
  void needs.plays.flush(true);
  inside.sync.pushClosing();
}

/** A page that was only put aside comes back: the listen that `leave` closed goes on as a new one. */
export function comeBack(inside: Inside): void {
  const entry = currentOf(inside.state.queue);
  if (!entry || !inside.state.playing) return;
  inside.needs.plays.begin(entry.track, entry.source);
  inside.needs.plays.jump(positionMs(inside));
}

export async function restore(inside: Inside): Promise<void> {
  const { needs, state, engine } = inside;
  const kept = needs.shelf.read<Kept>('place');
  const { turn } = inside;
  if (kept) {
    state.restoredMs = kept.positionMs;
    setQueue(inside, { entries: [kept.entry], index: 0, shuffle: kept.shuffle, repeat: kept.repeat }, 'quiet');
    if (kept.recording) await lay(inside, { key: kept.entry.id, recording: kept.recording }, kept.positionMs);
  }
  const stored = await inside.sync.pull();
  // Somebody already pressed play: theirs is the queue now.
  if (turn !== inside.turn || !stored || stored.queue.entries.length === 0) return;
  const current = currentOf(stored.queue);
  const same = kept !== undefined && current?.id === kept.entry.id;
  if (!same) state.restoredMs = stored.positionMs;
  setQueue(inside, stored.queue, 'quiet');
  if (current && engine.deck().current()?.key !== current.id) {
    const resolved = await engine.recordings.resolve(current.track);
    if (turn !== inside.turn || !resolved) return;
    await lay(inside, { key: current.id, recording: resolved.recording }, state.restoredMs);
  }
  say(inside, 'track');
  await prepareNext(inside);
}

async function lay(inside: Inside, item: { key: string; recording: Recording }, atMs: number): Promise<void> {
  const { engine, needs, state } = inside;
  const entry = currentOf(state.queue);
  inside.expecting = item.key;
  if (entry) needs.plays.begin(entry.track, entry.source);
  await engine.deck().load(item, atMs / 1000, []);
  needs.plays.jump(Math.min(atMs, durationMs(inside)));
  say(inside, 'time');
}
