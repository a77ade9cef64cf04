/**
 * Over the end of a page and back. The place is kept in the browser as well as on the server, with the recording, so that a
 * reload shows and prepares the track before the server has answered anything.
 */
import { durationMs, positionMs, say, setQueue, type Inside } from './core.ts';
import type { Item } from './engine/timeline.ts';
import { itemOf, prepareNext } from './going.ts';
import { currentOf, type QueueEntry, type Repeat } from './queue/queue.ts';

type Kept = { entry: QueueEntry; item?: Item; positionMs: number; shuffle: boolean; repeat: Repeat };

export function leave(inside: Inside): void {
  const { needs, state, engine } = inside;
  const entry = currentOf(state.queue);
  const current = engine.deck().current();
  const item = current && {
    key: current.key,
    recording: current.recording,
    ...(current.span && { span: current.span }),
  };
  const kept: Kept | undefined = entry && {
    entry,
    positionMs: positionMs(inside),
    shuffle: state.queue.shuffle,
    repeat: state.queue.repeat,
    ...(item && engine.rung() === 'deck' ? { item } : {}),
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
    if (kept.item) await lay(inside, kept.item, kept.positionMs);
  }
  const stored = await inside.sync.pull();
  // Somebody already pressed play: theirs is the queue now.
  if (turn !== inside.turn || !stored || stored.queue.entries.length === 0) return;
  const current = currentOf(stored.queue);
  const same = kept !== undefined && current?.id === kept.entry.id;
  if (!same) state.restoredMs = stored.positionMs;
  setQueue(inside, stored.queue, 'quiet');
  if (current && engine.deck().current()?.key !== current.id) {
    const item = await itemOf(inside, current);
    if (turn !== inside.turn || !item) return;
    await lay(inside, item, state.restoredMs);
  }
  say(inside, 'track');
  await prepareNext(inside);
  // Laid from what was kept here, it was not asked for: how it is sent is told now.
  if (current && (await engine.recordings.resolve(current.track))) say(inside, 'track');
}

async function lay(inside: Inside, item: Item, atMs: number): Promise<void> {
  const { engine, needs, state } = inside;
  const entry = currentOf(state.queue);
  inside.expecting = item.key;
  if (entry) needs.plays.begin(entry.track, entry.source);
  await engine.deckFor(item).load(item, atMs / 1000, []);
  needs.plays.jump(Math.min(atMs, durationMs(inside)));
  say(inside, 'time');
}
