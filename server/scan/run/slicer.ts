import type { Db } from '../../db/index.ts';

/*
 * Transactions are cut by time: after 40 ms the slice is committed and a little is left to others; at once, when somebody
 * says that they want to write, which is how the house asks. Each commit writes the pages of a dozen indexes anew.
 */
export type Slicer = {
  /** Runs one small piece of work inside the current slice. */
  run: <T>(work: () => T) => Promise<T>;
  /** Commits what is open. */
  end: () => void;
};

const SLICE_MS = 40;
/** For who cannot say so, as another process: who waits asks ever more seldom, and misses a gap much shorter than the slice. */
const PAUSE_SHARE = 0.05;
/** Longer than this nobody needs for a write; a flag that stays up must not stop a scan. */
const WAY_MS = 50;

type SlicerNeeds = {
  beforeCommit: () => void;
  afterCommit?: () => void;
  onRollback: () => void;
  /** Above 0 while somebody else wants to write: the slice then ends at once, and the next begins after them. */
  wanted?: Int32Array | undefined;
};

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Leaves the lock to who wants it, and a little to who cannot say so. */
const giveWay = async (heldMs: number, isWanted: () => boolean): Promise<void> => {
  await pause(Math.max(1, heldMs * PAUSE_SHARE));
  const until = performance.now() + WAY_MS;
  while (isWanted() && performance.now() < until) await pause(1);
};

export const createSlicer = (db: Db, needs: SlicerNeeds): Slicer => {
  let since: number | undefined;
  const isWanted = (): boolean => needs.wanted !== undefined && Atomics.load(needs.wanted, 0) > 0;
  const commit = (): void => {
    if (since === undefined) return;
    needs.beforeCommit();
    db.sqlite.exec('COMMIT');
    since = undefined;
    needs.afterCommit?.();
  };
  return {
    run: async (work) => {
      if (since === undefined) {
        db.sqlite.exec('BEGIN IMMEDIATE');
        since = performance.now();
      }
      try {
        const answer = work();
        const began = since;
        if (performance.now() - began > SLICE_MS || isWanted()) {
          commit();
          await giveWay(performance.now() - began, isWanted);
        }
        return answer;
      } catch (error) {
        if (db.sqlite.inTransaction) db.sqlite.exec('ROLLBACK');
        since = undefined;
        needs.onRollback();
        throw error;
      }
    },
    end: commit,
  };
};
