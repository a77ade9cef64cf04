/**
 * The core of the player: its state and what can be read from it. How a wish becomes sound is in going.ts, what the deck
 * reports in reports.ts, the wishes themselves in transport.ts and editing.ts.
 */
import type { Engine } from './engine/engine.ts';
import type { DeckEvents, DeckNeeds } from './engine/deck.ts';
import type { LoadState } from './engine/loader.ts';
import { decideGain, withinReach, type Gain } from './engine/sound.ts';
import { lengthOf, type Item } from './engine/timeline.ts';
import type { Shelf } from './device.ts';
import type { PlayLog } from './queue/plays.ts';
import { decideQuality, DEFAULTS, type PlaybackSettings, type Quality } from './quality.ts';
import { currentOf, EMPTY_QUEUE, type Dice, type Queue, type QueueEntry, type Unplayable } from './queue/queue.ts';
import type { Sources } from './queue/sources.ts';
import type { Place, QueueSync } from './queue/sync.ts';
import type { Track } from './track.ts';

export type Topic = 'track' | 'queue' | 'state' | 'time' | 'volume';
export type Notice =
  | { kind: 'skipped'; track: Track; why: Unplayable }
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
  settings: PlaybackSettings;
  /** The music stops at the end of this song, or at this time. */
  sleep: 'track' | number | undefined;
  /** Between a reload and the first play the deck may still be empty: this is where it will start. */
  restoredMs: number;
};

export type PlayerNeeds = {
  engine: (how: {
    events: DeckEvents;
    renew: DeckNeeds['renew'];
    quality: () => Quality;
    onLink: (state: LoadState) => void;
  }) => Engine;
  /** The browser was told to save data. */
  savesData: boolean;
  sources: Sources;
  plays: PlayLog;
  shelf: Shelf;
  dice: Dice;
  sync: (now: () => Place, adopt: (queue: Queue) => void) => QueueSync;
  onNotice: (notice: Notice) => void;
};

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
  /** What the other voice has ready for a crossing, and what it began with: reported already. */
  standby: string | undefined;
  crossed: Item | undefined;
  /** Rises with every new queue: the rest of an older source is not filled in any more. */
  filling: number;
};

export function createInside(needs: PlayerNeeds): Inside {
  const { shelf } = needs;
  return {
    needs,
    state: {
      queue: EMPTY_QUEUE,
      playing: false,
      waiting: false,
      link: 'ok',
      volume: shelf.read<number>('volume') ?? 1,
      muted: false,
      settings: { ...DEFAULTS, ...shelf.read<Partial<PlaybackSettings>>('settings') },
      sleep: undefined,
      restoredMs: 0,
    },
    listeners: { track: [], queue: [], state: [], time: [], volume: [] },
    turn: 0,
    expecting: undefined,
    skips: 0,
    placedAtMs: 0,
    standby: undefined,
    crossed: undefined,
    filling: 0,
  } as unknown as Inside;
}

export const qualityOf = ({ needs, state }: Inside): Quality =>
  decideQuality({ device: needs.shelf.read<string>('quality'), person: state.settings, savesData: needs.savesData });

export const say = (inside: Inside, topic: Topic): void => {
  for (const heard of inside.listeners[topic]) heard();
};

export function setPlaying(inside: Inside, playing: boolean): void {
  inside.state.playing = playing;
  if (!playing) {
    inside.engine.channel().dropPlan();
    inside.sync.push('place');
  }
  say(inside, 'state');
}

export function setWaiting(inside: Inside, waiting: boolean): void {
  inside.state.waiting = waiting;
  say(inside, 'state');
}

export function setLink(inside: Inside, link: LoadState): void {
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
  const item = inside.engine.deck().current();
  const known = item && item.key === current?.id ? 1000 * lengthOf(item) : 0;
  return known || current?.track.durationMs || 0;
}

export function positionMs(inside: Inside): number {
  const deck = inside.engine.deck();
  const current = currentOf(inside.state.queue);
  return current && deck.current()?.key === current.id ? deck.positionSec() * 1000 : inside.state.restoredMs;
}

/** The album as it was made while it is played in its order; in a mix and in shuffle track by track. */
export function gainOf(inside: Inside, entry: QueueEntry | undefined): Gain {
  const { queue, settings } = inside.state;
  const inAlbum = !queue.shuffle && albumOfRun(queue, entry) !== undefined;
  return withinReach(decideGain(entry?.track.replayGain, settings.levelling, inAlbum), inside.engine.sound.reach());
}

/** The album of an entry, where what stands before or behind it in the queue is of the same one. */
export function albumOfRun({ entries }: Queue, entry: QueueEntry | undefined): string | undefined {
  const album = entry?.track.album?.id;
  const at = entries.findIndex(({ id }) => id === entry?.id);
  const near = [entries[at - 1], entries[at + 1]];
  return album !== undefined && near.some((other) => other?.track.album?.id === album) ? album : undefined;
}
