import type { Db } from '../db/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import { createRunner } from './runner.ts';

export type Fact = { seq: number; kind: string; payload: Record<string, unknown>; atMs: number };

export type Consumer = {
  /** Stable: the cursor is kept under it. */
  name: string;
  /** Kinds it wants, or a prefix ending in `.`; everything when left out. */
  kinds?: readonly string[];
  /** Called with facts in order, at least once each: be idempotent. */
  handle: (facts: Fact[]) => void | Promise<void>;
};

export type Journal = {
  /** Writes a fact; call it inside the transaction that makes it true. Answers its number. */
  append: (kind: string, payload: Record<string, unknown>) => number;
  /** Registers a consumer. A new name starts at the present; let it take its own snapshot first. */
  consume: (consumer: Consumer) => void;
  /** Tells consumers that there may be something new (another connection committed). */
  wake: () => void;
  /** Calls back whenever there may be something new; for readers that keep no cursor here (a live page). Answers how to stop. */
  follow: (listener: () => void) => () => void;
  /** Facts after `seq`, in order, at most `limit`. */
  since: (seq: number, limit: number) => Fact[];
  lastSeq: () => number;
  /** Changes with a restore. */
  epoch: () => string;
  /** Deletes what every registered consumer has passed (none registered: what is older than 7 days). */
  prune: () => number;
  close: () => Promise<void>;
};

const WEEK_MS = 7 * 86_400_000;

type EventRow = { seq: number; kind: string; payload: string; at: number };

const toFact = (row: EventRow): Fact => ({
  seq: row.seq,
  kind: row.kind,
  payload: JSON.parse(row.payload) as Record<string, unknown>,
  atMs: row.at,
});

const createStore = (db: Db) => ({
  insert: db.sqlite.prepare('INSERT INTO event(kind, payload, at) VALUES (?, ?, ?)'),
  since: db.sqlite.prepare('SELECT seq, kind, payload, at FROM event WHERE seq > ? ORDER BY seq LIMIT ?'),
  // The largest number ever given: survives pruning, which `max(seq)` would not.
  last: db.sqlite.prepare(`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)`).pluck(),
  epoch: db.sqlite.prepare('SELECT epoch FROM event_epoch').pluck(),
  cursor: db.sqlite.prepare('SELECT seq FROM event_cursor WHERE consumer = ?').pluck(),
  move: db.sqlite.prepare(
    'INSERT INTO event_cursor(consumer, seq, updated_at) VALUES (?, ?, ?) ON CONFLICT(consumer) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at',
  ),
  pruneTo: db.sqlite.prepare('DELETE FROM event WHERE seq <= ?'),
  pruneOld: db.sqlite.prepare('DELETE FROM event WHERE at < ?'),
});

type Needs = { db: Db; clock: Clock; log: Log };

export const createJournal = ({ db, clock, log }: Needs): Journal => {
  const store = createStore(db);
  const followers = new Set<() => void>();
  const since = (seq: number, limit: number) => (store.since.all(seq, limit) as EventRow[]).map(toFact);
  const runner = createRunner({
    since,
    moveCursor: (name, seq) => {
      // In a transaction, which a scan gives way to: this waits on the thread that answers everybody.
      if (db.sqlite.open) db.transact(() => store.move.run(name, seq, clock.now()));
    },
    log,
  });
  const wake = () => {
    runner.wake();
    for (const listener of followers) listener();
  };
  return {
    append: (kind, payload) => {
      const { lastInsertRowid } = store.insert.run(kind, JSON.stringify(payload), clock.now());
      // After the caller's transaction: the microtask runs once its synchronous work is done.
      queueMicrotask(wake);
      return Number(lastInsertRowid);
    },
    consume: (consumer) => {
      const known = store.cursor.get(consumer.name) as number | undefined;
      const cursor = known ?? (store.last.get() as number);
      if (known === undefined) store.move.run(consumer.name, cursor, clock.now());
      runner.add(consumer, cursor);
    },
    wake,
    follow: (listener) => {
      followers.add(listener);
      return () => followers.delete(listener);
    },
    since,
    lastSeq: () => store.last.get() as number,
    epoch: () => store.epoch.get() as string,
    prune: () => {
      const passed = runner.passedByAll();
      if (passed === undefined) return store.pruneOld.run(clock.now() - WEEK_MS).changes;
      return store.pruneTo.run(passed).changes;
    },
    close: runner.close,
  };
};
