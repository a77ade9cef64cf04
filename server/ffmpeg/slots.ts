/*
 * Who may run ffmpeg now. There are `cores` slots. What somebody waits for ("playing") goes before work that can wait
 * ("background"): it takes a free slot, else the slot of a background run that agreed to be stopped, else one of a few
 * slots above the cores. Listeners take turns, each with a few runs at a time, so that one of them cannot starve the house.
 * Background work starts only in a free slot while nobody waits to play. A run that was stopped has its slot taken at once,
 * but only one of them may still be dying while the next one starts: on a slow machine a storm of seeks would pile them up.
 */
export type Kind = 'playing' | 'background';

export type Claim = {
  kind: Kind;
  /** The listener, or the name of a job. */
  owner: string;
  /** Ends the work at once (SIGKILL). Work without it cannot be taken a slot from once it runs. */
  preempt?: (() => void) | undefined;
};

export type Ticket = {
  /** Resolves when the work may start. Never rejects; a released ticket is simply never called. */
  started: Promise<void>;
  running: () => boolean;
  /** A run that somebody begins or ceases to wait for. */
  become: (kind: Kind) => void;
  /** Gives the slot back, or leaves the queue. Harmless when done twice. */
  release: () => void;
};

export type Slots = {
  /** Undefined when this listener has too many waiting already. */
  claim: (claim: Claim) => Ticket | undefined;
  counts: () => { running: number; playing: number; waiting: number };
};

export type SlotLimits = { cores: number; overflow?: number; perOwner?: number; maxWaiting?: number };

type Entry = {
  claim: Claim;
  kind: Kind;
  start: () => void;
  stopping: boolean;
  /** Stopped just now. */ dying: boolean;
};
type State = {
  waiting: Entry[];
  running: Set<Entry>;
  /** Owners as they were served, the latest last. */ turns: string[];
};

const playingOf = (state: State, owner: string): number =>
  [...state.running].filter((e) => e.kind === 'playing' && e.claim.owner === owner).length;

/** One that hangs in the kernel, on a disk that is away, holds nobody up for longer. */
const DYING_MS = 500;

const dying = (state: State): number => [...state.running].filter((e) => e.dying).length;

const busy = (state: State): number => [...state.running].filter((e) => !e.stopping).length;

/** Of the listeners who may have one more: the one who was served longest ago, and the oldest of their wishes. */
const nextToPlay = (state: State, perOwner: number): Entry | undefined => {
  const able = state.waiting.filter((e) => e.kind === 'playing' && playingOf(state, e.claim.owner) < perOwner);
  const rank = (e: Entry): number => state.turns.indexOf(e.claim.owner);
  return able.reduce<Entry | undefined>((best, e) => (best && rank(best) <= rank(e) ? best : e), undefined);
};

/** The background run that has done least: the latest one. */
const victimOf = (state: State): Entry | undefined =>
  [...state.running].findLast((e) => e.kind === 'background' && !e.stopping && e.claim.preempt);

const forget = (state: State, owner: string): void => {
  if ([...state.waiting, ...state.running].some((e) => e.claim.owner === owner)) return;
  state.turns = state.turns.filter((name) => name !== owner);
};

const leave = (state: State, entry: Entry): void => {
  state.waiting = state.waiting.filter((e) => e !== entry);
  state.running.delete(entry);
  forget(state, entry.claim.owner);
};

const stop = (entry: Entry, pump: () => void): void => {
  entry.stopping = true;
  entry.dying = true;
  setTimeout(() => {
    entry.dying = false;
    pump();
  }, DYING_MS).unref();
  entry.claim.preempt?.();
};

export const createSlots = ({ cores, overflow = 2, perOwner = 3, maxWaiting = 16 }: SlotLimits): Slots => {
  const state: State = { waiting: [], running: new Set(), turns: [] };

  const start = (entry: Entry): void => {
    state.waiting = state.waiting.filter((e) => e !== entry);
    state.running.add(entry);
    state.turns = [...state.turns.filter((name) => name !== entry.claim.owner), entry.claim.owner];
    entry.start();
  };

  const hasFreeSlot = (): boolean => busy(state) < cores && dying(state) <= 1;

  const makeRoom = (): boolean => {
    if (busy(state) < cores) return hasFreeSlot();
    const victim = victimOf(state);
    if (!victim) return busy(state) < cores + overflow;
    stop(victim, pump);
    return hasFreeSlot();
  };

  const pump = (): void => {
    for (let next = nextToPlay(state, perOwner); next; next = nextToPlay(state, perOwner)) {
      if (!makeRoom()) return;
      start(next);
    }
    while (hasFreeSlot()) {
      const next = state.waiting.find((e) => e.kind === 'background');
      if (!next) return;
      start(next);
    }
  };

  const claim = (wish: Claim): Ticket | undefined => {
    const mine = state.waiting.filter((e) => e.kind === 'playing' && e.claim.owner === wish.owner).length;
    if (wish.kind === 'playing' && mine >= maxWaiting) return undefined;
    const entry: Entry = { claim: wish, kind: wish.kind, start: () => undefined, stopping: false, dying: false };
    const started = new Promise<void>((resolve) => (entry.start = resolve));
    state.waiting.push(entry);
    pump();
    return {
      started,
      running: () => state.running.has(entry),
      become: (kind) => {
        if (entry.kind === kind) return;
        entry.kind = kind;
        pump();
      },
      release: () => {
        leave(state, entry);
        pump();
      },
    };
  };

  const counts = () => ({
    running: state.running.size,
    playing: [...state.running].filter((e) => e.kind === 'playing').length,
    waiting: state.waiting.length,
  });
  return { claim, counts };
};
