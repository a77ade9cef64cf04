import { z } from 'zod';
import { badInput, idOf, json, noContent, notFound, route, type Route } from '../http/index.ts';
import { decodeId, encodeId, toInstant } from '../kit/index.ts';
import type { Root } from '../library/index.ts';
import type { RootService } from './roots.ts';
import type { Scan, ScanState } from './service.ts';
import type { IssueRow } from './store.ts';

const instant = z.iso.datetime();
const scanSchema = z.object({
  id: z.string(),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  reason: z.string(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  seen: z.int(),
  added: z.int(),
  changed: z.int(),
  moved: z.int(),
  missing: z.int(),
  unreadable: z.int(),
  etaMs: z.int().nullable(),
  phases: z.array(z.object({ name: z.string(), done: z.int(), of: z.int().nullable() })),
});
const issueSchema = z.object({
  id: z.string(),
  rootId: z.string(),
  root: z.string(),
  path: z.string(),
  code: z.string(),
  detail: z.string(),
  at: instant,
});
const rootSchema = z.object({
  id: z.string(),
  path: z.string(),
  name: z.string(),
  kind: z.enum(['media', 'demo']),
  state: z.string(),
  stateDetail: z.string().nullable(),
  trackCount: z.int(),
  albumCount: z.int(),
  addedAt: instant,
});

export const scanAnswer = (it: ScanState) => ({
  id: encodeId('scn', it.id),
  status: it.status,
  reason: it.reason,
  startedAt: toInstant(it.startedAt),
  finishedAt: toInstant(it.finishedAt),
  seen: it.seen,
  added: it.added,
  changed: it.changed,
  moved: it.moved,
  missing: it.missing,
  unreadable: it.unreadable,
  etaMs: it.etaMs,
  phases: it.phases,
});

export const issueAnswer = (it: IssueRow) => ({
  id: String(it.id),
  rootId: encodeId('roo', it.rootId),
  root: it.rootName,
  path: it.path.toString('utf8'),
  code: it.code,
  detail: it.detail,
  at: toInstant(it.at),
});

export const rootAnswer = (it: Root) => ({
  id: encodeId('roo', it.id),
  path: it.path.toString('utf8'),
  name: it.name,
  kind: it.kind,
  state: it.state,
  stateDetail: it.stateDetail ?? null,
  trackCount: it.trackCount,
  albumCount: it.albumCount,
  addedAt: toInstant(it.addedAt),
});

const paging = { limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.string().max(40).optional() };
const list = (item: z.ZodType) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.int().nullable() });

export const cursorRow = (cursor: string | undefined, otherwise: number): number => {
  if (cursor === undefined) return otherwise;
  const row = decodeId('scn', cursor);
  if (row === undefined) throw badInput({ errors: [{ path: 'cursor', message: 'This is no cursor of ours.' }] });
  return row;
};

const pageOf = <T extends { id: number }>(rows: T[], limit: number, answer: (row: T) => unknown) => ({
  items: rows.slice(0, limit).map(answer),
  next: rows.length > limit ? encodeId('scn', rows[limit - 1]!.id) : null,
  total: null,
});

const scanRoutes = ({ scan }: { scan: Scan }): Route[] => [
  route(
    {
      method: 'post',
      path: '/api/v1/scans',
      who: 'admin',
      summary: 'Looks for changes now; answers the scan that runs.',
      answers: { 202: scanSchema },
    },
    (call) => {
      const it = scanAnswer(scan.request('asked for'));
      return json(call, it, { status: 202, headers: { location: `/api/v1/scans/${it.id}` } });
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/scans',
      who: 'user',
      summary: 'Scans, newest first.',
      query: paging,
      answers: { 200: list(scanSchema) },
    },
    (call) => {
      const rows = scan.list(cursorRow(call.query.cursor, Number.MAX_SAFE_INTEGER), call.query.limit + 1);
      return json(call, pageOf(rows, call.query.limit, scanAnswer));
    },
  ),
];

const oneScanRoutes = ({ scan }: { scan: Scan }): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/scans/:id',
      who: 'user',
      summary: 'One scan and how far it is.',
      params: { id: z.string() },
      answers: { 200: scanSchema },
    },
    (call) => {
      const it = scan.find(idOf('scn', call.params.id));
      if (!it) throw notFound();
      return json(call, scanAnswer(it));
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/scans/:id/issues',
      who: 'admin',
      summary: 'What this scan found that needs a look.',
      params: { id: z.string() },
      query: paging,
      answers: { 200: list(issueSchema) },
    },
    (call) => {
      const it = scan.find(idOf('scn', call.params.id));
      if (!it) throw notFound();
      const rows = scan.issues(it.id, cursorRow(call.query.cursor, 0), call.query.limit + 1);
      return json(call, pageOf(rows, call.query.limit, issueAnswer));
    },
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/scans/:id',
      who: 'admin',
      summary: 'Stops a scan; what it found stays.',
      params: { id: z.string() },
      answers: { 204: 'Stopping, or over already.' },
    },
    (call) => {
      const id = idOf('scn', call.params.id);
      if (!scan.find(id)) throw notFound();
      scan.cancel(id);
      return noContent();
    },
  ),
];

const name = z.string().trim().min(1).max(100);

const rootRoutes = ({ scan, roots }: { scan: Scan; roots: RootService }): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/roots',
      who: 'admin',
      summary: 'The music folders and their state.',
      answers: { 200: list(rootSchema) },
    },
    (call) => json(call, { items: roots.list().map(rootAnswer), next: null, total: roots.list().length }),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/roots',
      who: 'admin',
      summary: 'Adds a music folder and scans it.',
      body: z.object({ path: z.string().min(1).max(4096), name: name.optional() }),
      answers: { 201: rootSchema },
    },
    (call) => {
      const root = rootAnswer(roots.add(call.body.path, { name: call.body.name }));
      scan.request('a new folder');
      return json(call, root, { status: 201, headers: { location: `/api/v1/roots/${root.id}` } });
    },
  ),
];

const oneRootRoutes = ({ scan, roots }: { scan: Scan; roots: RootService }): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/roots/:id',
      who: 'admin',
      summary: 'One music folder.',
      params: { id: z.string() },
      answers: { 200: rootSchema },
    },
    (call) => json(call, rootAnswer(roots.find(idOf('roo', call.params.id)))),
  ),
  route(
    {
      method: 'patch',
      path: '/api/v1/roots/:id',
      who: 'admin',
      summary: 'Renames a folder, or confirms that what is gone from it is gone.',
      params: { id: z.string() },
      body: z
        .strictObject({ name: name.optional(), acceptMissing: z.literal(true).optional() })
        .refine((it) => Object.keys(it).length > 0, 'Say what to change.'),
      answers: { 200: rootSchema },
    },
    (call) => {
      const id = idOf('roo', call.params.id);
      let root = roots.find(id);
      if (call.body.name !== undefined) root = roots.rename(id, call.body.name);
      if (call.body.acceptMissing) scan.request('losses confirmed', { accepted: [id] });
      return json(call, rootAnswer(root));
    },
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/roots/:id',
      who: 'admin',
      summary: 'Takes a folder out of use; likes and playlists are kept.',
      params: { id: z.string() },
      answers: { 204: 'Out of use.' },
    },
    (call) => {
      roots.remove(idOf('roo', call.params.id));
      return noContent();
    },
  ),
];

/** The demo library takes a while to compose: its folder appears among the roots once it is whole. */
const demoRoutes = ({ takeInDemo }: { takeInDemo: () => Promise<void> }): Route[] => [
  route(
    {
      method: 'post',
      path: '/api/v1/demo',
      who: 'admin',
      summary: 'Makes the demo library and takes it in as a folder of its own.',
      answers: { 202: 'It is being made; watch /api/v1/roots and /api/v1/scans.' },
    },
    (call) => {
      takeInDemo().catch((err: unknown) => call.log.error({ err }, 'The demo library could not be made'));
      return json(call, { making: true }, { status: 202, headers: { location: '/api/v1/roots' } });
    },
  ),
];

export const createScanRoutes = (needs: {
  scan: Scan;
  roots: RootService;
  takeInDemo: () => Promise<void>;
}): Route[] => [
  ...demoRoutes(needs),
  ...scanRoutes(needs),
  ...oneScanRoutes(needs),
  ...rootRoutes(needs),
  ...oneRootRoutes(needs),
];
