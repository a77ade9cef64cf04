import type { Fact, Journal } from '../events/index.ts';
import type { Log } from '../kit/index.ts';
import type { Change, Cursor, SearchEngine } from './engine.ts';
import type { Kind, Thing, ThingId } from './question.ts';

/*
 * The index follows the journal by a cursor of its own, kept with the index: a crash between a write to the library and
 * its indexing heals at the next start, and a restore (another epoch) makes the index anew.
 */
export type SearchSource = {
  kind: Kind;
  /** Everything, the most popular first, in chunks. */
  all: () => Iterable<readonly Thing[]>;
  byIds: (ids: readonly ThingId[]) => ReadonlyMap<ThingId, readonly Thing[]>;
};

export type Touched = ReadonlyMap<Kind, ReadonlySet<ThingId>>;

export type FollowNeeds = {
  engine: SearchEngine;
  sources: readonly SearchSource[];
  journal: Pick<Journal, 'since' | 'lastSeq' | 'epoch' | 'follow'>;
  /** What facts say has changed; undefined for facts that are none of ours. */
  touched: (facts: ReturnType<Journal['since']>) => Touched;
  /** While a scan adds much, waiting for more of it is cheaper; its end is told by a fact. */
  isScanning: () => boolean;
  log: Log;
  /** How long to wait after each failure in a row; the last one from then on. */
  retryMs?: readonly number[];
};

const BATCH = 500;
/** Facts come in bursts: a breath gathers them. */
const BREATH_MS = 100;
const RETRY_MS = [1000, 5000, 30_000, 120_000] as const;

type Lag = { behind: number; ranked: number; fresh: number; scanning: boolean };

/**
 * What to do with what has changed: take it in piece by piece, wait for more of it, or make the index anew, which costs a
 * fifth of that per thing. A first scan is met with an index made anew each time the library is four times what it was.
 */
export const decideCatchUp = ({ behind, ranked, fresh, scanning }: Lag): 'follow' | 'wait' | 'rebuild' => {
  if (behind > Math.max(1000, scanning ? 3 * ranked : ranked / 2)) return 'rebuild';
  if (scanning && behind > BATCH) return 'wait';
  return fresh > Math.max(5000, ranked / 10) && !scanning ? 'rebuild' : 'follow';
};

const everything = async function* (sources: readonly SearchSource[]) {
  for (const { kind, all } of sources) for (const things of all()) yield { kind, things };
};

const changesOf = (sources: readonly SearchSource[], touched: Touched): Change[] =>
  sources.flatMap(({ kind, byIds }) => {
    const ids = [...(touched.get(kind) ?? [])];
    if (ids.length === 0) return [];
    const things = byIds(ids);
    return ids.map((id) => ({ kind, id, things: things.get(id) ?? [] }));
  });

export type Follower = {
  /** Settles when the index holds all that the journal told of when this was called. */
  caughtUp: () => Promise<void>;
  rebuild: () => Promise<void>;
  /** Somebody was answered with things that are not there: those that are gone are taken out. */
  lookAgain: (touched: Touched) => void;
  /** Whether the index has caught up and nothing was amiss with it since. */
  isCurrent: () => boolean;
  /** Why the last try failed, where it did. */
  trouble: () => string | undefined;
  /** Somebody asked it and it failed: it is looked at again after a while, the longer the more often that happens. */
  doubt: (error: unknown) => void;
  /** Somebody asked it and it answered. */
  trust: () => void;
  close: () => Promise<void>;
};

/** Takes the index on by one batch at a time. */
const createSteps = ({ engine, sources, journal, touched, isScanning, log }: FollowNeeds) => {
  let cursor: Cursor | undefined;
  const rebuild = async (): Promise<void> => {
    const at = { epoch: journal.epoch(), seq: journal.lastSeq() };
    const began = Date.now();
    await engine.rebuild(everything(sources), at);
    cursor = at;
    log.debug({ ms: Date.now() - began }, 'Search index made anew');
  };
  /** The facts that come next, or undefined when some were forgotten before we saw them or there is no index to go on. */
  const next = (): Fact[] | undefined => {
    // An index elsewhere may be ahead of a library that was put back by hand.
    if (!cursor || cursor.epoch !== journal.epoch() || cursor.seq > journal.lastSeq()) return undefined;
    const facts = journal.since(cursor.seq, BATCH);
    return journal.lastSeq() > cursor.seq && facts[0]?.seq !== cursor.seq + 1 ? undefined : facts;
  };
  /** Answers whether there may be more. The patient wait while a scan is adding much. */
  const step = async (patient: boolean): Promise<boolean> => {
    cursor ??= await engine.cursor();
    const facts = next();
    if (!facts || !cursor) return rebuild().then(() => true);
    if (facts.length === 0) return false;
    const behind = journal.lastSeq() - cursor.seq;
    const what = decideCatchUp({ behind, ...(await engine.health()), scanning: patient && isScanning() });
    if (what === 'wait') return false;
    if (what === 'rebuild') return rebuild().then(() => true);
    const at = { epoch: cursor.epoch, seq: facts.at(-1)!.seq };
    await engine.change(changesOf(sources, touched(facts)), at);
    cursor = at;
    return true;
  };
  return {
    rebuild,
    step,
    takeOutGone: async (touched: Touched): Promise<void> => {
      const gone = changesOf(sources, touched).filter(({ things }) => things.length === 0);
      if (cursor && gone.length > 0) await engine.change(gone, cursor);
    },
    /** After a failure: whatever the index says itself counts. */
    doubt: (): void => {
      cursor = undefined;
    },
  };
};

/** A client that wraps what the server said tells little by itself. */
const reasonOf = (error: unknown): string => {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
};

export const createFollower = (needs: FollowNeeds): Follower => {
  const { engine, journal, log, retryMs = RETRY_MS } = needs;
  const { step, rebuild, takeOutGone, doubt } = createSteps(needs);
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let current = false;
  let doubted = false;
  let trouble: string | undefined;
  let running: Promise<void> = Promise.resolve();

  const catchUp = async (patient: boolean): Promise<void> => {
    while (!closed && (await step(patient)));
    current = !closed;
    trouble = undefined;
    if (!doubted) failures = 0;
  };
  /** One after the other, whoever asks. */
  const queue = (work: () => Promise<void>): Promise<void> => {
    running = running.catch(() => undefined).then(work);
    return running;
  };
  const failed = (error: unknown): void => {
    if (closed) return;
    doubt();
    if (current || failures === 0) log.warn({ err: error, engine: engine.name }, 'A search index is tried again');
    current = false;
    trouble = reasonOf(error);
    soon(retryMs[Math.min(failures++, retryMs.length - 1)]);
  };
  const soon = (waitMs = BREATH_MS): void => {
    if (closed || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      queue(() => catchUp(true)).catch(failed);
    }, waitMs);
  };
  const stopFollowing = journal.follow(() => soon());
  soon(0);

  return {
    caughtUp: () => queue(() => catchUp(false)),
    rebuild: () => queue(rebuild),
    lookAgain: (touched) => void queue(() => takeOutGone(touched)).catch(failed),
    isCurrent: () => current,
    trouble: () => (current ? undefined : trouble),
    doubt: (error) => {
      doubted = true;
      if (current) failed(error);
    },
    trust: () => {
      doubted = false;
      failures = 0;
    },
    close: async () => {
      closed = true;
      stopFollowing();
      clearTimeout(timer);
      await engine.close();
      await running.catch(() => undefined);
    },
  };
};
