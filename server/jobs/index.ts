/**
 * jobs: the night clock. Runs what other rooms hand in as named jobs, once per slot, whatever happens to process and clock;
 * remembers each run with one sentence about it, and catches up at start. Jobs are values: this room knows none of them.
 * Not for work that a person waits for (scans have their own room). Start reading at schedule.ts: what a slot is.
 */
export { createJobs, wantJob } from './service.ts';
export type { Job, JobRun, JobStatus, Jobs } from './service.ts';
export { createJobRoutes } from './routes.ts';
export { startNightClock } from './clock.ts';
export type { Schedule } from './schedule.ts';
