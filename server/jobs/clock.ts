import { schedule } from 'node-cron';
import type { Jobs } from './service.ts';

/** Somebody at the command line waits; looking costs some microseconds. */
const WANTED_MS = 1000;

/**
 * Looks once at the start (what was missed is caught up) and then every minute. The minute is node-cron's; which work is due
 * is decided by slots, so a minute that is late, doubled or skipped does no harm.
 */
export const startNightClock = (jobs: Jobs): { close: () => Promise<void> } => {
  void jobs.runDue();
  const task = schedule('* * * * *', () => void jobs.runDue(), { name: 'night clock', noOverlap: true });
  const wanted = setInterval(jobs.runWanted, WANTED_MS);
  return {
    close: async () => {
      clearInterval(wanted);
      await task.destroy();
    },
  };
};
