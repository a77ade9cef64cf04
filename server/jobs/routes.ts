import { z } from 'zod';
import { json, notFound, route, type Route } from '../http/index.ts';
import { toInstant } from '../kit/index.ts';
import type { JobRun, Jobs, JobStatus } from './service.ts';

const runShape = z.object({
  id: z.number(),
  cause: z.enum(['schedule', 'asked']),
  state: z.enum(['running', 'done', 'failed', 'interrupted']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  summary: z.string().nullable().describe('One sentence: what was done, or why not.'),
});

const jobShape = z.object({
  name: z.string(),
  title: z.string(),
  isRunning: z.boolean(),
  nextAt: z.iso.datetime(),
  runs: z.array(runShape).describe('The last runs, newest first.'),
});

const runOf = (run: JobRun): z.output<typeof runShape> => ({
  ...run,
  startedAt: toInstant(run.startedAt),
  finishedAt: run.finishedAt === undefined ? null : toInstant(run.finishedAt),
  summary: run.summary ?? null,
});

const jobOf = (job: JobStatus): z.output<typeof jobShape> => ({
  ...job,
  nextAt: toInstant(job.nextAt),
  runs: job.runs.map(runOf),
});

const named = { name: z.string().max(40) };

export const createJobRoutes = (jobs: Jobs): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/jobs',
      who: 'admin',
      summary: 'What runs by the clock: when next, and how it went.',
      answers: { 200: z.object({ items: z.array(jobShape), next: z.null(), total: z.number() }) },
    },
    (call) => {
      const items = jobs.list().map(jobOf);
      return json(call, { items, next: null, total: items.length });
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/jobs/:name',
      who: 'admin',
      summary: 'One job with its last runs.',
      params: named,
      answers: { 200: jobShape, 404: 'No such job.' },
      example: { params: { name: 'backup' } },
    },
    (call) => {
      const job = jobs.find(call.params.name);
      if (!job) throw notFound();
      return json(call, jobOf(job));
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/jobs/:name/run',
      who: 'admin',
      summary: 'Runs a job now; while it runs already, answers that run.',
      params: named,
      answers: { 202: runShape, 404: 'No such job.' },
      example: { params: { name: 'backup' } },
    },
    (call) => {
      const run = jobs.runNow(call.params.name);
      if (!run) throw notFound();
      return json(call, runOf(run), { status: 202, headers: { location: `/api/v1/jobs/${call.params.name}` } });
    },
  ),
];
