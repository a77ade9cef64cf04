/** The one way from a wish to sound: `go`, and what it prepares behind it. */
import { albumOfRun, gainOf, positionMs, say, setQueue, type Inside } from './core.ts';
import { crosses, hush } from './crossing.ts';
import { areNeighbours } from './engine/recordings.ts';
import type { Item } from './engine/timeline.ts';
import { currentOf, markUnplayable, nextIndex, upcoming } from './queue/queue.ts';
import type { QueueEntry, Unplayable } from './queue/queue.ts';
import { splitSource } from './queue/sources.ts';

const AHEAD = 3;
const SKIPS_IN_A_ROW = 10;
/** An album that the server has to measure first is not waited for longer: this track is then played by itself. */
const ALBUM_WAIT_MS = 250;

const soon = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));

/** In AAC a run of an album plays as parts of one recording; everything else by itself. */
export async function itemOf(inside: Inside, entry: QueueEntry): Promise<Item | undefined> {
  const { recordings, rung } = inside.engine;
  const albumId = rung() === 'deck' ? albumOfRun(inside.state.queue, entry) : undefined;
  const asked = albumId === undefined ? undefined : recordings.album(albumId);
  const own = await recordings.resolve(entry.track);
  if (!own) return undefined;
  const alone = { key: entry.id, recording: own.recording };
  if (!asked || own.recording.codec !== 'aac' || own.recording.url !== undefined) return alone;
  const album = await Promise.race([asked, soon(ALBUM_WAIT_MS)]);
  const { entries } = inside.state.queue;
  const at = entries.findIndex(({ id }) => id === entry.id);
  const [before, here, after] = [entries[at - 1], entries[at], entries[at + 1]].map((it) => it?.track.id);
  const span = album?.tracks.find(({ trackId }) => trackId === here);
  if (!album || !span || !(areNeighbours(album, before, here) || areNeighbours(album, here, after))) return alone;
  const { fromSample, samples } = span;
  return { ...alone, recording: album.recording, span: { fromSample, samples } };
}

/** Fetches what a click on it would need. */
export async function warm(inside: Inside, trackId: string, source: string): Promise<void> {
  const { recordings, deck, rung } = inside.engine;
  if (rung() !== 'deck') return;
  const { kind, rest } = splitSource(source);
  const [own, album] = await Promise.all([
    recordings.resolve({ id: trackId, durationMs: 0 }),
    kind === 'album' ? recordings.album(rest) : undefined,
  ]);
  if (!own || own.recording.url !== undefined) return;
  const span = own.recording.codec === 'aac' ? album?.tracks.find((it) => it.trackId === trackId) : undefined;
  await deck().warm({
    key: '',
    ...(album && span ? { recording: album.recording, span } : { recording: own.recording }),
  });
}

/** Its files are gone: asked for anew, an album's track by itself. */
export async function renew(inside: Inside, key: string): Promise<Item | undefined> {
  const entry = inside.state.queue.entries.find(({ id }) => id === key);
  if (!entry) return undefined;
  const { recordings } = inside.engine;
  recordings.forget(entry.track.id);
  if (entry.track.album) recordings.refuseAlbum(entry.track.album.id);
  return itemOf(inside, entry);
}

/** What the deck shall join to the current song: as far as it can, and no further than the next crossing or bedtime. */
export async function prepareNext(inside: Inside): Promise<void> {
  const { turn, state, engine } = inside;
  const { queue, sleep } = state;
  const coming = sleep === 'track' ? [] : upcoming(queue, AHEAD);
  const items: Item[] = [];
  for (const [i, entry] of coming.entries()) {
    if (crosses(inside, i === 0 ? currentOf(queue) : coming[i - 1], entry)) break;
    const item = await itemOf(inside, entry);
    if (turn !== inside.turn) return;
    // The queue changed meanwhile: whoever changed it prepares anew.
    if (state.queue.entries !== queue.entries || state.queue.index !== queue.index || state.sleep !== sleep)
      return prepareNext(inside);
    if (!item) return pass(inside, entry, 'refused');
    if (!engine.takes(item)) break;
    items.push(item);
  }
  if (engine.deck().current()?.key === currentOf(state.queue)?.id) engine.deck().follow(items);
}

/** One that cannot be played stays where it is, marked, and is passed over with a word. */
export function pass(inside: Inside, entry: QueueEntry, why: Unplayable): Promise<void> {
  inside.needs.onNotice({ kind: 'skipped', track: entry.track, why });
  setQueue(inside, markUnplayable(inside.state.queue, entry.id, why), 'quiet');
  return prepareNext(inside);
}

type Go = { index: number; positionMs?: number; start?: boolean; why: 'moved' | 'ended' | 'left' };

/** Plays another entry. A newer wish overtakes it anywhere. */
export async function go(inside: Inside, { index, positionMs: fromMs = 0, start = true, why }: Go): Promise<void> {
  const { engine, state, needs } = inside;
  const turn = ++inside.turn;
  needs.plays.end(why);
  hush(inside);
  state.restoredMs = fromMs;
  const wanted = state.queue.entries[index];
  // Asked for by name it gets another chance.
  setQueue(inside, { ...markUnplayable(state.queue, wanted?.id, undefined), index }, 'place');
  const entry = currentOf(state.queue);
  if (!entry) return;
  const item = await itemOf(inside, entry);
  if (turn !== inside.turn) return;
  if (!item) return skip(inside, entry, 'refused');
  inside.skips = 0;
  inside.expecting = entry.id;
  needs.plays.begin(entry.track, entry.source);
  needs.plays.jump(fromMs);
  engine.channel().level(gainOf(inside, entry).db);
  await engine.deckFor(item).load(item, fromMs / 1000, []);
  if (turn !== inside.turn) return;
  say(inside, 'track');
  if (start) await resume(inside, turn);
  await prepareNext(inside);
}

export async function resume(inside: Inside, turn: number): Promise<void> {
  const { engine } = inside;
  await engine.deck().primed();
  if (turn !== inside.turn) return;
  try {
    await engine.audio().play();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError')
      inside.needs.onNotice({ kind: 'not-allowed' });
  }
}

async function skip(inside: Inside, entry: QueueEntry, why: Unplayable): Promise<void> {
  await pass(inside, entry, why);
  const index = nextIndex({ ...inside.state.queue, repeat: 'off' }, 'ended');
  if (index !== undefined && ++inside.skips <= SKIPS_IN_A_ROW) return go(inside, { index, why: 'left' });
  inside.engine.audio().pause();
}

/** The same music on other terms (another quality, a lower rung), from where it is. */
export async function reconsider(inside: Inside): Promise<void> {
  const { engine, state, turn } = inside;
  engine.recordings.forgetAll();
  const entry = currentOf(state.queue);
  if (!entry || engine.deck().current()?.key !== entry.id) return;
  const item = await itemOf(inside, entry);
  if (!item || turn !== inside.turn) return;
  if (engine.takes(item)) {
    engine.deck().swap(item);
    return prepareNext(inside);
  }
  return go(inside, { index: state.queue.index, positionMs: positionMs(inside), start: state.playing, why: 'left' });
}
