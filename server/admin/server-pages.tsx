import { z } from 'zod';
import { ServerPage, type CheckView, type ServerPageProps, type StorageView } from '../../web/pages/server.tsx';
import { t } from '../../web/strings.ts';
import type { Backups } from '../db/index.ts';
import { idOf, notFound, page, redirectTo, route, type Call, type Route } from '../http/index.ts';
import type { Jobs, JobStatus } from '../jobs/index.ts';
import type { Clock } from '../kit/index.ts';
import { addFolder, rootAnswer, scanAnswer, type Refused, type RootService, type Scan } from '../scan/index.ts';

export type ServerPageNeeds = {
  scan: Scan;
  roots: RootService;
  jobs: Jobs;
  backups: Backups;
  clock: Pick<Clock, 'now'>;
  version: string;
  ffmpegVersion: string | undefined;
  /** The database's files, and what the disk of the data folder has left. */
  dataSpace: () => { databaseBytes: number; freeBytes: number };
  /** What is kept of songs made ready, for playing and for taking along, and how much may be. */
  streaming: { cacheBytes: () => number };
  downloads: { counts: () => { cacheBytes: number } };
  covers: { cacheBytes: () => number };
  cacheQuotaBytes: number;
  mayMakeDemo: () => boolean;
  secondEngine: {
    state: () => {
      source: 'none' | 'server' | 'child';
      on: boolean;
      state: 'off' | 'filling' | 'ok' | 'fallback';
      version: string | undefined;
      why: string | undefined;
    };
  };
};

const GIGABYTE = 1_000_000_000;
const LITTLE_SPACE_BYTES = 2 * GIGABYTE;

/** What stands on top: everything a person has to do something about. */
const checksOf = (needs: ServerPageNeeds, jobs: readonly JobStatus[], freeBytes: number): CheckView[] => {
  const away = needs.roots.list().filter(({ state }) => state !== 'ok');
  const failed = jobs.filter(({ runs }) => runs.find(({ state }) => state !== 'running')?.state === 'failed');
  const { ffmpegVersion } = needs;
  const { state: search } = needs.secondEngine.state();
  return [
    { name: 'database', state: 'ok' },
    { name: 'ffmpeg', state: ffmpegVersion ? 'ok' : 'bad', text: ffmpegVersion ?? t.server.noFfmpeg },
    { name: 'media', state: away.length ? 'warn' : 'ok', text: away.map(({ name }) => name).join(', ') || undefined },
    { name: 'disk', state: freeBytes < LITTLE_SPACE_BYTES ? 'warn' : 'ok', text: t.server.free(freeBytes) },
    { name: 'search', state: search === 'fallback' ? 'warn' : 'ok', text: t.server.searchStates[search] },
    {
      name: 'jobs',
      state: failed.length ? 'warn' : 'ok',
      text: failed.map(({ title }) => title).join(', ') || undefined,
    },
  ];
};

const jobOf = ({ name, title, nextAt, runs: [last] }: JobStatus, nowMs: number): ServerPageProps['jobs'][number] => ({
  name,
  title,
  schedule: t.server.nextRun(nextAt, nowMs),
  lastRunAt: last?.startedAt,
  outcome: last?.state,
  summary: last?.summary,
});

const show = (needs: ServerPageNeeds, call: Call, folder?: Refused) => {
  const { scan, roots, backups, version } = needs;
  const nowMs = needs.clock.now();
  const jobs = needs.jobs.list();
  const kept = backups.list();
  const { databaseBytes, freeBytes } = needs.dataSpace();
  const storage: StorageView[] = [
    { name: t.server.checks['database'] ?? '', usedBytes: databaseBytes },
    {
      name: t.server.cache,
      usedBytes: needs.streaming.cacheBytes() + needs.downloads.counts().cacheBytes + needs.covers.cacheBytes(),
      ofBytes: needs.cacheQuotaBytes,
    },
    { name: t.server.backups, usedBytes: kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) },
  ];
  const body = (
    <ServerPage
      checks={checksOf(needs, jobs, freeBytes)}
      roots={roots.list().map(rootAnswer)}
      scan={scan.list(Number.MAX_SAFE_INTEGER, 1).map(scanAnswer)[0]}
      jobs={jobs.map((job) => jobOf(job, nowMs))}
      search={needs.secondEngine.state()}
      storage={storage}
      backups={kept}
      version={version}
      folder={folder}
      mayMakeDemo={needs.mayMakeDemo() && roots.list().every(({ trackCount }) => trackCount === 0)}
      nowMs={nowMs}
    />
  );
  return page(call, { title: t.server.title, status: folder?.status ?? 200, body });
};

const folderRoutes = (needs: ServerPageNeeds): Route[] => [
  route(
    {
      method: 'post',
      path: '/server/folders',
      kind: 'page',
      who: 'admin',
      summary: 'Adds a music folder and scans it.',
      body: z.object({ path: z.string().min(1).max(4096) }),
      answers: { 303: 'Added.', 422: 'It cannot be a music folder.' },
    },
    (call) => {
      const refused = addFolder(needs, call.body.path);
      if (refused) return show(needs, call, refused);
      return redirectTo(call, '/server#folders');
    },
  ),
  route(
    {
      method: 'post',
      path: '/server/folders/:id/remove',
      kind: 'page',
      who: 'admin',
      summary: 'Takes a folder out of use; likes and playlists are kept.',
      params: { id: z.string().max(40) },
      answers: { 303: 'Out of use.', 404: 'No such folder.' },
    },
    (call) => {
      needs.roots.remove(idOf('roo', call.params.id));
      return redirectTo(call, '/server#folders');
    },
  ),
  route(
    {
      method: 'post',
      path: '/server/folders/:id/accept',
      kind: 'page',
      who: 'admin',
      summary: 'Confirms that what is gone from a folder is gone.',
      params: { id: z.string().max(40) },
      answers: { 303: 'A scan takes it out.', 404: 'No such folder.' },
    },
    (call) => {
      const { id } = needs.roots.find(idOf('roo', call.params.id));
      needs.scan.request('losses confirmed', { accepted: [id] });
      return redirectTo(call, '/server#folders');
    },
  ),
];

export const createServerPages = (needs: ServerPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/server',
      kind: 'page',
      who: 'admin',
      summary: 'The house: health, folders, jobs, storage, backups.',
      answers: { 200: 'The page.' },
    },
    (call) => show(needs, call),
  ),
  ...folderRoutes(needs),
  route(
    {
      method: 'post',
      path: '/server/jobs/:name/run',
      kind: 'page',
      who: 'admin',
      summary: 'Runs a job now.',
      params: { name: z.string().max(40) },
      answers: { 303: 'Started.', 404: 'No such job.' },
      example: { params: { name: 'backup' } },
    },
    (call) => {
      if (!needs.jobs.runNow(call.params.name)) throw notFound();
      return redirectTo(call, '/server#jobs');
    },
  ),
];
