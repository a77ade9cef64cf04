import { z } from 'zod';
import { ScansPage } from '../../web/pages/scans.tsx';
import { t } from '../../web/strings.ts';
import { idOf, mayAdminister, notFound, page, redirectTo, route, type Route } from '../http/index.ts';
import { encodeId, type Clock } from '../kit/index.ts';
import { cursorRow, issueAnswer, scanAnswer } from './routes.ts';
import type { RootService } from './roots.ts';
import type { Scan } from './service.ts';

export type ScanPageNeeds = { scan: Scan; roots: RootService; clock: Pick<Clock, 'now'> };

const ISSUES = 50;
const SCANS = 20;

/** Paths of files are for who administers: what a listener sees of a scan is how far it is. */
const issuesOf = (scan: Scan, cursor: string | undefined) => {
  const rows = scan.issues(0, cursorRow(cursor, 0), ISSUES + 1);
  const issues = rows.slice(0, ISSUES);
  const last = rows.length > ISSUES ? issues.at(-1) : undefined;
  return {
    issues: issues.map(issueAnswer),
    issuesTotal: scan.issueCount(),
    next: last ? encodeId('scn', last.id) : null,
  };
};

export const createScanPages = ({ scan, roots, clock }: ScanPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/scans',
      kind: 'page',
      who: 'user',
      summary: 'How far the scan is, and what needs a look.',
      query: { cursor: z.string().max(40).optional() },
      answers: { 200: 'The page.' },
    },
    (call) => {
      const [newest, ...earlier] = scan.list(Number.MAX_SAFE_INTEGER, SCANS).map(scanAnswer);
      const administers = mayAdminister(call.viewer);
      const body = (
        <ScansPage
          scan={newest}
          earlier={earlier}
          rootNames={administers ? roots.list().map(({ name }) => name) : []}
          found={administers ? issuesOf(scan, call.query.cursor) : undefined}
          mayScan={administers}
          nowMs={clock.now()}
        />
      );
      return page(call, { title: t.scan.title, body });
    },
  ),
  route(
    {
      method: 'post',
      path: '/scans',
      kind: 'page',
      who: 'admin',
      summary: 'Looks for changes now.',
      answers: { 303: 'Started.' },
    },
    (call) => {
      scan.request('asked for');
      return redirectTo(call, '/scans');
    },
  ),
  route(
    {
      method: 'post',
      path: '/scans/:id/stop',
      kind: 'page',
      who: 'admin',
      summary: 'Stops a scan; what it found stays.',
      params: { id: z.string().max(40) },
      answers: { 303: 'Stopping, or over already.', 404: 'No such scan.' },
    },
    (call) => {
      const id = idOf('scn', call.params.id);
      if (!scan.find(id)) throw notFound();
      scan.cancel(id);
      return redirectTo(call, '/scans');
    },
  ),
];
