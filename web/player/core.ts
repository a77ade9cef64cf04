/**
 * The core of the player: its state, and the one way from a wish to sound (`go`), with what the deck reports on the way. The
 * wishes themselves are in transport.ts and editing.ts.
 */
import type { Engine } from './engine/engine.ts';
import type { DeckEvents } from './engine/deck.ts';
import type { LoadState } from './engine/loader.ts';
import { decideGain, type Gain, type Levelling } from './engine/sound.ts';
import type { Item } from './engine/timeline.ts';
import type { Shelf } from './device.ts';
import type { PlayLog } from './queue/plays.ts';
import { currentOf, EMPTY_QUEUE, nextIndex, removeEntry, upcoming } from './queue/queue.ts';
import type { Dice, Queue, QueueEntry } from './queue/queue.ts';
import type { Sources } from './queue/sources.ts';
import type { Place, QueueSync } from './queue/sync.ts';
import type { Track } from './track.ts';

export type Topic = 'track' | 'queue' | 'state' | 'time' | 'volume';
export type Notice =
  | { kind: 'skipped'; track: Track; why: 'missing' | 'undecodable' | 'refused' }
  | { kind: 'signed-out' }
  | { kind: 'not-allowed' }
  | { kind: 'empty' };

export type PlayerState = {
  queue: Queue;
  playing: boolean;
  waiting: boolean;
  link: LoadState;
  volume: number;
  muted: boolean;
  levelling: Levelling;
  /** Between a reload and the first play the deck may still be empty: this is where it will start. */
  restoredMs: number;
};

export type PlayerNeeds = {
  engine: (events: DeckEvents, onLink: (state: LoadState) => void) => Engine;
  sources: Sources;
  plays: PlayLog;
  shelf: Shelf;
  dice: Dice;
  sync: (now: () => Place, adopt: (queue: Queue) => void) => QueueSync;
  onNotice: (notice: Notice) => void;
};

const AHEAD = 3;
const SKIPS_IN_A_ROW = 10;
const PLACE_EVERY_MS = 15_000;

export type Inside = {
  needs: PlayerNeeds;
  state: PlayerState;
  engine: Engine;
  sync: QueueSync;
  listeners: Record<Topic, (() => void)[]>;
  /** Rises with every wish to play something else: an answer to an older one is ignored. */
  turn: number;
  /** The key the deck was told to play and has not yet reported. */
  expecting: string | undefined;
  skips: number;
  placedAtMs: number;
  /** Rises with every new queue: the rest of an older source is not filled in any more. */
  filling: number;
};

export function openInside(needs: PlayerNeeds): Inside {
  const { shelf } = needs;
  const inside = {
    needs,
    state: {
      queue: EMPTY_QUEUE,
      playing: false,
      waiting: false,
      link: 'ok',
      volume: shelf.read<number>('volume') ?? 1,
      muted: false,
      levelling: shelf.read<Levelling>('levelling') ?? 'auto',
      restoredMs: 0,
    },
    listeners: { track: [], queue: [], state: [], time: [], volume: [] },
    turn: 0,
    expecting: undefined,
    skips: 0,
    placedAtMs: 0,
    filling: 0,
  } as unknown as Inside;
  inside.engine = needs.engine(deckEvents(inside), (link) => setLink(inside, link));
  inside.sync = needs.sync(
    () => ({ queue: inside.state.queue, positionMs: positionMs(inside) }),
    (queue) => {
      setQueue(inside, queue, 'quiet');
      void prepareNext(inside);
    },
  );
  inside.engine.sound().setVolume(inside.state.volume);
  return inside;
}

export const say = (inside: Inside, topic: Topic): void => {
  for (const heard of inside.listeners[topic]) heard();
};

export function setPlaying(inside: Inside, playing: boolean): void {
  inside.state.playing = playing;
  if (!playing) {
    inside.engine.sound().dropPlan();
    inside.sync.push('place');
  }
  say(inside, 'state');
}

export function setWaiting(inside: Inside, waiting: boolean): void {
  inside.state.waiting = waiting;
  say(inside, 'state');
}

function setLink(inside: Inside, link: LoadState): void {
  if (inside.state.link === link) return;
  inside.state.link = link;
  if (link === 'signed-out') inside.needs.onNotice({ kind: 'signed-out' });
  say(inside, 'state');
}

export function setQueue(inside: Inside, queue: Queue, how: 'entries' | 'place' | 'quiet'): void {
  const before = currentOf(inside.state.queue);
  inside.state.queue = queue;
  if (how !== 'quiet') inside.sync.push(how);
  say(inside, 'queue');
  if (currentOf(queue)?.id !== before?.id || currentOf(queue)?.track !== before?.track) say(inside, 'track');
}

export function durationMs(inside: Inside): number {
  const current = currentOf(inside.state.queue);
  const recording = inside.engine.deck().current();
  if (recording && recording.key === current?.id) {
    return (1000 * recording.recording.totalSamples) / recording.recording.sampleRateHz;
  }
  return current?.track.durationMs ?? 0;
}

export function positionMs(inside: Inside): number {
  const deck = inside.engine.deck();
  const current = currentOf(inside.state.queue);
  return current && deck.current()?.key === current.id ? deck.positionSec() * 1000 : inside.state.restoredMs;
}

/** The album as it was made while its neighbours in the queue are of it too; in a mix track by track. */
export function gainOf(inside: Inside, entry: QueueEntry | undefined): Gain {
  const { queue, levelling } = inside.state;
  const at = queue.entries.findIndex(({ id }) => id === entry?.id);
  const albumOf = (i: number): string | undefined => queue.entries[i]?.track.album?.id;
  const album = entry?.track.album?.id;
  const inAlbum = album !== undefined && (albumOf(at - 1) === album || albumOf(at + 1) === album);
  return decideGain(entry?.track.replayGain, levelling, inAlbum);
}

export function tick(inside: Inside): void {
  const { engine, state, needs } = inside;
  const atMs = positionMs(inside);
  if (state.playing) needs.plays.advance(atMs);
  const remainingSec = engine.deck().remainingSec();
  const next = upcoming(state.queue, 1)[0];
  if (state.playing && next && remainingSec < 2) engine.sound().planLevel(gainOf(inside, next).db, remainingSec);
  if (state.playing && Date.now() - inside.placedAtMs > PLACE_EVERY_MS) {
    inside.placedAtMs = Date.now();
    inside.sync.push('place');
    void needs.plays.flush();
  }
  say(inside, 'time');
}

async function itemOf(inside: Inside, entry: QueueEntry): Promise<Item | undefined> {
  const resolved = await inside.engine.recordings.resolve(entry.track);
  return resolved && { key: entry.id, recording: resolved.recording };
}

export async function prepareNext(inside: Inside): Promise<void> {
  const { turn } = inside;
  const coming = upcoming(inside.state.queue, AHEAD);
  const items: Item[] = [];
  for (const entry of coming) {
    const item = await itemOf(inside, entry);
    if (turn !== inside.turn) return;
    if (item) items.push(item);
  }
  const still = upcoming(inside.state.queue, AHEAD);
  if (still.length !== coming.length || still.some(({ id }, i) => id !== coming[i]?.id)) return prepareNext(inside);
  if (inside.engine.deck().current()?.key === currentOf(inside.state.queue)?.id) inside.engine.deck().follow(items);
}

type Go = { index: number; positionMs?: number; start?: boolean; why: 'moved' | 'ended' | 'left' };

/** Plays another entry. The whole way from a wish to sound; a newer wish overtakes it anywhere. */
export async function go(inside: Inside, { index, positionMs: fromMs = 0, start = true, why }: Go): Promise<void> {
  const { engine, state, needs } = inside;
  const turn = ++inside.turn;
  needs.plays.end(why);
  state.restoredMs = fromMs;
  setQueue(inside, { ...state.queue, index }, 'place');
  const entry = currentOf(state.queue);
  if (!entry) return;
  const item = await itemOf(inside, entry);
  if (turn !== inside.turn) return;
  if (!item) return skip(inside, entry, 'refused');
  inside.skips = 0;
  inside.expecting = entry.id;
  needs.plays.begin(entry.track, entry.source);
  needs.plays.jump(fromMs);
  engine.sound().level(gainOf(inside, entry).db);
  await engine.deck().load(item, fromMs / 1000, []);
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
    await engine.audio.play();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError')
      inside.needs.onNotice({ kind: 'not-allowed' });
  }
}

function skip(inside: Inside, entry: QueueEntry, why: 'missing' | 'undecodable' | 'refused'): Promise<void> {
  inside.needs.onNotice({ kind: 'skipped', track: entry.track, why });
  const index = nextIndex({ ...inside.state.queue, repeat: 'off' }, 'ended');
  if (index === undefined || ++inside.skips > SKIPS_IN_A_ROW) {
    inside.engine.audio.pause();
    return Promise.resolve();
  }
  return go(inside, { index, why: 'left' });
}

function deckEvents(inside: Inside): DeckEvents {
  return {
    onTrack({ key }) {
      const { state, needs, engine } = inside;
      if (inside.expecting === key) {
        inside.expecting = undefined;
        return;
      }
      if (inside.expecting !== undefined) return;
      const index = state.queue.entries.findIndex(({ id }) => id === key);
      const entry = state.queue.entries[index];
      if (!entry) {
        // It was taken out of the queue in the last half second, when the deck would not change its mind any more.
        const next = nextIndex(state.queue, 'ended');
        if (next !== undefined) void go(inside, { index: next, why: 'ended' });
        return;
      }
      needs.plays.end('ended');
      needs.plays.begin(entry.track, entry.source);
      engine.sound().level(gainOf(inside, entry).db);
      setQueue(inside, { ...state.queue, index }, 'place');
      say(inside, 'track');
      void needs.plays.flush();
      void prepareNext(inside);
    },
    onGone(item, why) {
      const entry = inside.state.queue.entries.find(({ id }) => id === item.key);
      if (!entry) return;
      inside.needs.onNotice({ kind: 'skipped', track: entry.track, why });
      if (entry === currentOf(inside.state.queue)) inside.needs.plays.end('left');
      else setQueue(inside, removeEntry(inside.state.queue, entry.id), 'entries');
    },
    onEnd() {
      const index = nextIndex(inside.state.queue, 'ended');
      if (index !== undefined) return void go(inside, { index, why: 'ended' });
      setPlaying(inside, false);
      void go(inside, { index: 0, start: false, why: 'ended' });
    },
    onFail() {
      const { engine, state } = inside;
      const atMs = positionMs(inside);
      if (!engine.stepDown()) return;
      void go(inside, { index: state.queue.index, positionMs: atMs, start: state.playing, why: 'left' });
    },
  };
}
