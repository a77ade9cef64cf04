import type { Log } from '../kit/index.ts';
import type { Consumer, Fact } from './journal.ts';

const BATCH = 500;
/** Facts nobody asked for are passed without a write: after a restart they are passed again. */
const UNSAVED = 5000;
const RETRY_MS = [500, 2000, 10_000, 60_000];

type Needs = {
  since: (seq: number, limit: number) => Fact[];
  moveCursor: (consumer: string, seq: number) => void;
  log: Log;
};

type Running = {
  consumer: Consumer;
  cursor: number;
  /** As far as the database knows. */
  saved: number;
  failures: number;
  busy: boolean;
  again: boolean;
  timer?: NodeJS.Timeout;
};

const wants = (consumer: Consumer, kind: string): boolean =>
  consumer.kinds === undefined || consumer.kinds.some((k) => (k.endsWith('.') ? kind.startsWith(k) : kind === k));

const createSaver =
  (moveCursor: Needs['moveCursor']) =>
  (it: Running): void => {
    if (it.saved !== it.cursor) moveCursor(it.consumer.name, it.cursor);
    it.saved = it.cursor;
  };

/** Feeds consumers side by side: each in order and one batch at a time, a failing one again after a pause. */
export const createRunner = ({ since, moveCursor, log }: Needs) => {
  const running: Running[] = [];
  const inFlight = new Set<Promise<void>>();
  const save = createSaver(moveCursor);
  let closed = false;

  /** Hands over one batch; answers whether there may be more. */
  const step = async (it: Running): Promise<boolean> => {
    const facts = since(it.cursor, BATCH);
    const last = facts.at(-1);
    if (!last) return it.again;
    const mine = facts.filter((f) => wants(it.consumer, f.kind));
    if (mine.length > 0) await it.consumer.handle(mine);
    it.cursor = last.seq;
    it.failures = 0;
    if (mine.length > 0 || it.cursor - it.saved >= UNSAVED) save(it);
    return true;
  };

  const drain = async (it: Running): Promise<void> => {
    try {
      do it.again = false;
      while (!closed && (await step(it)));
    } catch (error) {
      const waitMs = RETRY_MS[Math.min(it.failures++, RETRY_MS.length - 1)] ?? 60_000;
      log.error(
        { err: error, consumer: it.consumer.name, waitMs },
        'A consumer of the journal failed; it is tried again',
      );
      it.timer = setTimeout(() => start(it), waitMs).unref();
    } finally {
      it.busy = false;
    }
  };

  const start = (it: Running): void => {
    if (closed) return;
    it.again = true;
    if (it.busy) return;
    it.busy = true;
    const run = drain(it).finally(() => inFlight.delete(run));
    inFlight.add(run);
  };

  return {
    add: (consumer: Consumer, cursor: number) => {
      const it: Running = { consumer, cursor, saved: cursor, failures: 0, busy: false, again: false };
      running.push(it);
      start(it);
    },
    wake: () => {
      for (const it of running) start(it);
    },
    /** The fact every consumer has passed; undefined when there is no consumer. */
    passedByAll: () => (running.length === 0 ? undefined : Math.min(...running.map((r) => r.cursor))),
    close: async () => {
      closed = true;
      for (const it of running) clearTimeout(it.timer);
      await Promise.all(inFlight);
      running.forEach(save);
    },
  };
};
