/**
 * The deck: plays recordings of any rate and codec end to end without a gap, by one media element and one SourceBuffer.
 * This file is its outside: play, seek, follow, and what happens when the element reports. The filling is in pump.ts, the
 * arithmetic in timeline.ts.
 */
import type { Bandwidth, chooseLevel } from './bandwidth.ts';
import { pause, type Loader } from './loader.ts';
import { createPump, MIME, type Pump } from './pump.ts';
import { openSink, type Sink } from './sink.ts';
import { bufferedEnd, endOf, entryAt, firstSegment, freshStart, lengthOf, relay } from './timeline.ts';
import type { Entry, Item } from './timeline.ts';

export type DeckEvents = {
  /** Another entry sounds now. */
  onTrack(item: Item): void;
  /** The track's files are gone or nothing can decode it: it left the line. */
  onGone(item: Item, why: 'missing' | 'undecodable'): void;
  onEnd(): void;
  /** This way of playing does not work here. */
  onFail(): void;
  /** FLAC broke the decoder: this track goes on in AAC, and so should those that follow. */
  onFlacFailed(): void;
};

export type DeckNeeds = {
  audio: HTMLAudioElement;
  loader: Loader;
  bandwidth: Bandwidth;
  chooseLevel?: typeof chooseLevel;
  events: DeckEvents;
  /** Asks the server again for an item whose files are gone: a changed file has new addresses. */
  renew(key: string): Promise<Item | undefined>;
};

export type Deck = {
  /** Lays `item` on the line, `positionSec` into it, with what follows. Does not start the element. */
  load(item: Item, positionSec: number, next: readonly Item[]): Promise<void>;
  seek(positionSec: number): void;
  follow(next: readonly Item[]): void;
  /** The same music in another recording from a moment ahead of the playhead on. What follows has to be laid anew. */
  swap(item: Item): void;
  /** Resolves when it is wise to start: at once on a good link, with 1.5 s in hand on one hardly faster than the music. */
  primed(): Promise<void>;
  current(): Item | undefined;
  positionSec(): number;
  /** Seconds until the current entry ends. */
  remainingSec(): number;
  bufferedSec(): number;
  rendition(): { codec: string; kbps: number } | undefined;
  warm(item: Item): Promise<void>;
  close(): void;
};

/** What the outside and the pump share. */
export type DeckState = {
  line: Entry[];
  sink: Sink | undefined;
  sounding: Entry | undefined;
  level: number;
  /** Rises with every jump: what was fetched for an older one is thrown away. */
  epoch: number;
  fetching: AbortController;
  cutFromSec: number | undefined;
  dropBeforeSec: number;
};

export type ErrorStep = 'reopen' | 'lossy' | 'drop' | 'give-up';

/** After an element error: the same place again (in AAC where it was FLAC), then without the track, then another way of playing. */
export function decideAfterError(codec: string, errorsInTenSec: number): ErrorStep {
  if (errorsInTenSec > 2) return 'give-up';
  if (codec === 'flac') return 'lossy';
  return errorsInTenSec > 1 ? 'drop' : 'reopen';
}

export function createDeck(needs: DeckNeeds): Deck {
  const state: DeckState = {
    line: [],
    sink: undefined,
    sounding: undefined,
    level: 0,
    epoch: 0,
    fetching: new AbortController(),
    cutFromSec: undefined,
    dropBeforeSec: 0,
  };
  const { audio } = needs;
  const closing = new AbortController();
  const here = (): Entry | undefined => entryAt(state.line, audio.currentTime);
  const inside: Inside = { state, needs, here, pump: undefined as never, errorsAt: [] };
  inside.pump = createPump({ ...needs, state, here, drop: (entry) => drop(inside, entry, 'missing') });
  const on = (type: string, heard: () => void): void => audio.addEventListener(type, heard, { signal: closing.signal });
  on('timeupdate', () => notice(inside));
  on('seeking', () => inside.pump.run());
  on('waiting', () => inside.pump.run());
  on('play', () => inside.pump.run());
  on('ended', () => needs.events.onEnd());
  on('error', () => void recover(inside));
  return {
    load: (item, positionSec, next) => load(inside, { item, positionSec, next }),
    seek: (positionSec) => {
      const entry = here();
      if (entry) seekTo(inside, entry, positionSec);
    },
    follow: (next) => follow(inside, next, here()),
    primed: () => primed(inside),
    current: here,
    positionSec: () => Math.max(0, audio.currentTime - (here()?.startSec ?? audio.currentTime)),
    remainingSec: () => {
      const entry = here();
      return entry ? endOf(entry) - audio.currentTime : 0;
    },
    bufferedSec: () => bufferedEnd(state.sink?.ranges() ?? [], audio.currentTime) - audio.currentTime,
    rendition: () => {
      const recording = here()?.recording;
      const kbps = recording?.renditions[Math.min(state.level, recording.renditions.length - 1)]?.kbps;
      return recording && { codec: recording.codec, kbps: kbps ?? 0 };
    },
    swap: (item) => swap(inside, item),
    warm: (item) => warm(inside, item),
    close() {
      closing.abort();
      inside.pump.close();
      state.fetching.abort();
      state.sink?.close();
      audio.removeAttribute('src');
      audio.load();
    },
  };
}

type Inside = {
  state: DeckState;
  needs: DeckNeeds;
  here: () => Entry | undefined;
  pump: Pump;
  errorsAt: number[];
  opening?: Promise<Sink> | undefined;
};

function jump(state: DeckState): void {
  state.epoch++;
  state.fetching.abort();
}

async function open(inside: Inside): Promise<Sink> {
  const { state, needs, pump } = inside;
  inside.opening ??= openSink(needs.audio, { mime: MIME.aac, onWant: pump.run, onQuota: pump.learnQuota });
  state.sink = await inside.opening;
  return state.sink;
}

async function load(inside: Inside, ask: { item: Item; positionSec: number; next: readonly Item[] }): Promise<void> {
  const { state, needs } = inside;
  const { item, positionSec, next } = ask;
  const epoch = ++state.epoch;
  const sink = await open(inside);
  await sink.idle();
  if (epoch !== state.epoch) return; // another click came in between
  sink.reopen();
  const place = state.line.findIndex((entry) => entry === inside.here());
  const ready = state.line.slice(Math.max(0, place)).find((entry) => entry.key === item.key);
  // Whatever was told to play is reported when it sounds, also where it sounded before.
  state.sounding = undefined;
  if (ready) {
    seekTo(inside, ready, positionSec);
    follow(inside, next, ready);
    return;
  }
  const startSec = freshStart(state.line, sink.ranges());
  jump(state);
  const entry = { ...item, startSec };
  state.line = [entry];
  state.dropBeforeSec = startSec;
  // Seek before anything sounds: play() first would let the old track be heard for a moment.
  needs.audio.currentTime = startSec + Math.min(positionSec, lengthOf(item) - 0.05);
  follow(inside, next, entry);
}

function seekTo(inside: Inside, entry: Entry, positionSec: number): void {
  const { state, needs, pump } = inside;
  jump(state);
  state.sink?.reopen();
  needs.audio.currentTime = entry.startSec + Math.max(0, Math.min(positionSec, lengthOf(entry) - 0.05));
  pump.run();
}

function follow(inside: Inside, next: readonly Item[], current: Entry | undefined): void {
  const { state, needs, pump } = inside;
  if (!current) return;
  const relaid = relay(state.line, next, { current, nowSec: needs.audio.currentTime });
  state.line = relaid.line;
  if (relaid.cutSec !== undefined) {
    jump(state);
    state.cutFromSec = Math.min(state.cutFromSec ?? Infinity, relaid.cutSec);
  }
  pump.run();
}

/** So far ahead the old recording is kept: the new one has this long to arrive. */
const SWAP_AHEAD_SEC = 2;

function swap(inside: Inside, item: Item): void {
  const { state, needs, pump } = inside;
  const entry = inside.here();
  if (!entry || entry.key !== item.key) return;
  delete entry.span;
  Object.assign(entry, item);
  state.line = state.line.slice(0, state.line.indexOf(entry) + 1);
  jump(state);
  state.cutFromSec = Math.min(state.cutFromSec ?? Infinity, needs.audio.currentTime + SWAP_AHEAD_SEC);
  pump.run();
}

function notice(inside: Inside): void {
  const { state, needs, pump } = inside;
  const entry = inside.here();
  if (entry && entry !== state.sounding) {
    state.sounding = entry;
    state.line = state.line.slice(Math.max(0, state.line.indexOf(entry) - 1));
    needs.events.onTrack(entry);
  }
  pump.run();
}

/** A track that is gone leaves the line; what was to come after it moves up. */
function drop(inside: Inside, entry: Entry, why: 'missing' | 'undecodable'): void {
  const { state, needs } = inside;
  const place = state.line.indexOf(entry);
  const rest = state.line.slice(place + 1);
  const before = state.line[place - 1];
  const sounding = entry === inside.here();
  needs.events.onGone(entry, why);
  if (!sounding && before) {
    state.line = state.line.slice(0, place);
    follow(inside, rest, before);
  } else if (rest[0]) {
    void load(inside, { item: rest[0], positionSec: 0, next: rest.slice(1) });
  } else {
    state.line = [];
    needs.events.onEnd();
  }
}

/** The element broke: a new MediaSource at the same place, as `decideAfterError` says. */
async function recover(inside: Inside): Promise<void> {
  const { state, needs, pump } = inside;
  const entry = inside.here();
  if (!entry || !state.sink) return;
  const nowMs = performance.now();
  inside.errorsAt = [...inside.errorsAt.filter((at) => nowMs - at < 10_000), nowMs];
  const step = decideAfterError(entry.recording.codec, inside.errorsAt.length);
  if (step === 'give-up') return needs.events.onFail();
  const positionSec = Math.max(0, needs.audio.currentTime - entry.startSec);
  const next = state.line.slice(state.line.indexOf(entry) + 1);
  const wasPlaying = !needs.audio.paused;
  jump(state);
  state.sink.close();
  state.sink = undefined;
  inside.opening = undefined;
  state.line = [];
  state.sounding = undefined;
  pump.forget();
  const { lossy } = entry.recording;
  if (step === 'lossy') needs.events.onFlacFailed();
  if (step === 'drop' || (step === 'lossy' && !lossy)) {
    needs.events.onGone(entry, 'undecodable');
    if (state.line.length === 0 && next[0]) await load(inside, { item: next[0], positionSec: 0, next: next.slice(1) });
  } else {
    const item = step === 'lossy' && lossy ? { key: entry.key, recording: lossy } : { ...entry };
    await load(inside, { item, positionSec, next });
  }
  if (wasPlaying) await needs.audio.play().catch(() => undefined);
}

async function primed(inside: Inside): Promise<void> {
  const { state, needs, here } = inside;
  const recording = here()?.recording;
  const kbps = recording?.renditions[Math.min(state.level, recording.renditions.length - 1)]?.kbps ?? 900;
  const bps = needs.bandwidth.bps();
  if (!bps || bps >= 2000 * kbps) return;
  const { epoch } = state;
  const signal = AbortSignal.timeout(15_000);
  const { audio } = needs;
  const inHandSec = (): number => bufferedEnd(state.sink?.ranges() ?? [], audio.currentTime) - audio.currentTime;
  while (epoch === state.epoch && !signal.aborted && inHandSec() < 1.5) await pause(50, signal).catch(() => undefined);
}

function warm(inside: Inside, item: Item): Promise<void> {
  const { recording } = item;
  const rendition = recording.renditions[Math.min(inside.state.level, recording.renditions.length - 1)];
  if (!rendition) return Promise.resolve();
  return inside.needs.loader.warm([rendition.init, `${rendition.base}/${firstSegment(item)}.m4s`]);
}
