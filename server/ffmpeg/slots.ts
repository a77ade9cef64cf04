/*
 * Who may run ffmpeg now. There are `cores` slots. What somebody waits for ("playing") goes before work that can wait
 * ("background"): it takes a free slot, else the slot of a background run that agreed to be stopped, else one of a few
 * slots above the cores. Listeners take turns, each with a few runs at a time, so that one of them cannot starve the house.
 * Background work starts only in a free slot while nobody waits to play.
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

type Entry = { claim: Claim; kind: Kind; start: () => void; stopping: boolean };

export const createSlots = ({ cores, overflow = 2, perOwner = 3, maxWaiting = 16 }: SlotLimits): Slots => {
  const waiting: Entry[] = [];
  const running = new Set<Entry>();
  /** Owners in the order in which they were served last: the head has waited longest. */
  const turns: string[] = [];

  const count = (owner: string | undefined, kind: Kind): number =>
    [...running].filter((e) => e.kind === kind && (owner === undefined || e.claim.owner === owner)).length;
  const busy = (): number => [...running].filter((e) => !e.stopping).length;

  const start = (entry: Entry): void => {
    waiting.splice(waiting.indexOf(entry), 1);
    running.add(entry);
    const at = turns.indexOf(entry.claim.owner);
    if (at >= 0) turns.splice(at, 1);
    turns.push(entry.claim.owner);
    entry.start();
  };

  const nextListener = (): Entry | undefined => {
    const able = waiting.filter((e) => e.kind === 'playing' && count(e.claim.owner, 'playing') < perOwner);
    const rank = (e: Entry): number => turns.indexOf(e.claim.owner);
    return able.reduce<Entry | undefined>((best, e) => (best && rank(best) <= rank(e) ? best : e), undefined);
  };

  const makeRoom = (): boolean => {
    if (busy() < cores) return true;
    const victim = [...running].findLast((e) => e.kind === 'background' && !e.stopping && e.claim.preempt);
    if (victim) {
      victim.stopping = true;
      victim.claim.preempt?.();
      return true;
    }
    return busy() < cores + overflow;
  };

  const pump = (): void => {
    for (let next = nextListener(); next && makeRoom(); next = nextListener()) start(next);
    while (busy() < cores) {
      const next = waiting.find((e) => e.kind === 'background');
      if (!next) return;
      start(next);
    }
  };

  const forget = (owner: string): void => {
    const idle = ![...waiting, ...running].some((e) => e.claim.owner === owner);
    if (idle) turns.splice(0, turns.length, ...turns.filter((name) => name !== owner));
  };

  const claim = (wish: Claim): Ticket | undefined => {
    const mine = waiting.filter((e) => e.kind === 'playing' && e.claim.owner === wish.owner).length;
    if (wish.kind === 'playing' && mine >= maxWaiting) return undefined;
    const entry: Entry = { claim: wish, kind: wish.kind, start: () => undefined, stopping: false };
    const started = new Promise<void>((resolve) => (entry.start = resolve));
    waiting.push(entry);
    pump();
    return {
      started,
      running: () => running.has(entry),
      become: (kind) => {
        if (entry.kind === kind) return;
        entry.kind = kind;
        pump();
      },
      release: () => {
        const at = waiting.indexOf(entry);
        if (at >= 0) waiting.splice(at, 1);
        running.delete(entry);
        forget(wish.owner);
        pump();
      },
    };
  };

  return {
    claim,
    counts: () => ({ running: running.size, playing: count(undefined, 'playing'), waiting: waiting.length }),
  };
};
