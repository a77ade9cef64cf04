import { isProblem, type Clock, type Log } from '../kit/index.ts';
import type { Job } from './service.ts';
import type { JobStore, RunRow } from './store.ts';

type Needs = { store: JobStore; clock: Clock; log: Log };

/** Does one run of a job and writes down how it ended; knows what runs at the moment. */
export const createRunner = ({ store, clock, log }: Needs) => {
  const abort = new AbortController();
  const running = new Map<string, { row: RunRow; ended: Promise<void> }>();

  const work = async (job: Job, row: RunRow): Promise<void> => {
    try {
      const summary = await job.run(abort.signal);
      store.finish(row.id, 'done', { now: clock.now(), summary });
    } catch (error) {
      if (abort.signal.aborted) {
        store.finish(row.id, 'interrupted', { now: clock.now(), summary: 'The server stopped meanwhile.' });
        return;
      }
      const summary = isProblem(error) ? error.message : 'It failed for a reason that stands in the log.';
      store.finish(row.id, 'failed', { now: clock.now(), summary });
      log.error({ err: error, job: job.name }, 'A job failed');
    }
  };

  return {
    /** Runs the job to its end; never rejects. */
    follow: (job: Job, row: RunRow): Promise<void> => {
      const ended = work(job, row)
        .catch((error: unknown) =>
          log.error({ err: error, job: job.name }, 'How a job ended could not be written down'),
        )
        .finally(() => {
          running.delete(job.name);
        });
      running.set(job.name, { row, ended });
      return ended;
    },
    current: (name: string): RunRow | undefined => running.get(name)?.row,
    isClosing: () => abort.signal.aborted,
    close: async (): Promise<void> => {
      abort.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
};
