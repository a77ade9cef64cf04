import type { Db } from '../../db/index.ts';

/*
 * Transactions are cut by time: after 8 ms the slice is committed and a millisecond is left to others, so that a
 * listener's write never waits for a scan longer than that.
 */
export type Slicer = {
  /** Runs one small piece of work inside the current slice. */
  run: <T>(work: () => T) => Promise<T>;
  /** Commits what is open. */
  end: () => void;
};

const SLICE_MS = 8;
/** Who waits for the lock asks for it ever more seldom: a gap much shorter than the slice is easily missed. */
const PAUSE_SHARE = 0.4;

type SlicerNeeds = { beforeCommit: () => void; afterCommit?: () => void; onRollback: () => void };

export const createSlicer = (db: Db, needs: SlicerNeeds): Slicer => {
  let since: number | undefined;
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
        if (performance.now() - began > SLICE_MS) {
          commit();
          const heldMs = performance.now() - began;
          await new Promise((done) => setTimeout(done, Math.max(1, heldMs * PAUSE_SHARE)));
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
