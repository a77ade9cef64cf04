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

export const createSlicer = (db: Db, needs: { beforeCommit: () => void; onRollback: () => void }): Slicer => {
  let since: number | undefined;
  const commit = (): void => {
    if (since === undefined) return;
    needs.beforeCommit();
    db.sqlite.exec('COMMIT');
    since = undefined;
  };
  return {
    run: async (work) => {
      if (since === undefined) {
        db.sqlite.exec('BEGIN IMMEDIATE');
        since = performance.now();
      }
      try {
        const answer = work();
        if (performance.now() - since > SLICE_MS) {
          commit();
          await new Promise((done) => setTimeout(done, 1));
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
