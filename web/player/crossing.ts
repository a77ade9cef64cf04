/**
 * Crossfade: for some seconds the end of one song and the beginning of the next sound together, each from its own voice, at
 * equal power. Never within an album, which was made to join, and never where somebody speaks.
 */
import { gainOf, say, setQueue, type Inside } from './core.ts';
import { lengthOf } from './engine/timeline.ts';
import { itemOf, prepareNext } from './going.ts';
import { upcoming, type QueueEntry } from './queue/queue.ts';

/** So long before the crossing the other voice is filled. */
const READY_SEC = 6;

const isSpoken = ({ source }: QueueEntry): boolean => /^(podcast|episode)/.test(source);

export function crosses(inside: Inside, before: QueueEntry | undefined, after: QueueEntry | undefined): boolean {
  const { state, engine } = inside;
  if (state.settings.crossfadeSec === 0 || !before || !after || engine.voice().isElement) return false;
  const album = before.track.album?.id;
  return (album === undefined || album !== after.track.album?.id) && !isSpoken(before) && !isSpoken(after);
}

/** Called as the song plays: fills the other voice in time, and crosses over to it. */
export function approach(inside: Inside): void {
  const { state, engine } = inside;
  const [next] = state.sleep === 'track' ? [] : upcoming(state.queue, 1);
  const before = state.queue.entries[state.queue.index];
  if (!next || !crosses(inside, before, next)) return;
  const item = engine.deck().current();
  // Of a short song no more than a third is given away.
  const crossSec = Math.min(state.settings.crossfadeSec, item ? lengthOf(item) / 3 : 0);
  const remainingSec = engine.deck().remainingSec();
  if (remainingSec > crossSec + READY_SEC) return;
  if (inside.standby !== next.id) return void prepare(inside, next);
  const { deck } = engine.other();
  const ready = deck.current()?.key === next.id && deck.bufferedSec() > 1;
  if (ready && remainingSec <= crossSec) void cross(inside, next, remainingSec);
}

async function prepare(inside: Inside, next: QueueEntry): Promise<void> {
  inside.standby = next.id;
  const item = await itemOf(inside, next);
  if (inside.standby !== next.id || !item || item.recording.url !== undefined) return;
  const { deck, channel } = inside.engine.other();
  channel.level(gainOf(inside, next).db);
  await deck.load(item, 0, []);
}

async function cross(inside: Inside, next: QueueEntry, sec: number): Promise<void> {
  const { engine, needs, state } = inside;
  const index = state.queue.entries.findIndex(({ id }) => id === next.id);
  inside.standby = undefined;
  const old = engine.voice();
  const fresh = engine.other();
  const turn = ++inside.turn;
  inside.crossed = fresh.deck.current();
  fresh.channel.fade('out', 0);
  engine.cross();
  needs.plays.end('ended');
  needs.plays.begin(next.track, next.source);
  setQueue(inside, { ...state.queue, index }, 'place');
  await fresh.audio.play().catch(() => undefined);
  if (turn !== inside.turn) return;
  old.channel.fade('out', sec);
  fresh.channel.fade('in', sec);
  say(inside, 'track');
  void needs.plays.flush();
  void prepareNext(inside);
  // A timer that a hidden tab delays does no harm: what it stops is silent by then.
  setTimeout(() => turn === inside.turn && old.audio.pause(), sec * 1000 + 500);
}

/** Whatever still fades away is silent now: the listener went elsewhere. */
export function hush(inside: Inside): void {
  const used = inside.standby !== undefined || inside.crossed !== undefined;
  inside.standby = undefined;
  inside.crossed = undefined;
  if (!used) return;
  inside.engine.channel().fade('in', 0);
  inside.engine.other().audio.pause();
}
