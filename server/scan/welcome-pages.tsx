import { z } from 'zod';
import { WelcomePage } from '../../web/pages/welcome.tsx';
import { t } from '../../web/strings.ts';
import { page, redirectTo, route, type Call, type Route } from '../http/index.ts';
import type { Log } from '../kit/index.ts';
import type { Library } from '../library/index.ts';
import { addFolder, type Refused } from './add-folder.ts';
import { rootAnswer, scanAnswer } from './routes.ts';
import type { RootService } from './roots.ts';
import type { Scan } from './service.ts';

export type WelcomePageNeeds = {
  scan: Scan;
  roots: RootService;
  library: Library;
  takeInDemo: () => Promise<void>;
  /** False where the demo library cannot be encoded, or is there already. */
  mayMakeDemo: () => boolean;
  isMakingDemo: () => boolean;
  log: Log;
};

const TILES = 25;

const show = (needs: WelcomePageNeeds, call: Call, refused?: Refused) => {
  const { library, roots, scan } = needs;
  const newest = scan.list(Number.MAX_SAFE_INTEGER, 1).map(scanAnswer)[0];
  const totalOf = (kind: 'tracks' | 'albums' | 'artists', sort: string): number =>
    library.list(kind, { limit: 1, sort, filters: {} }, call.viewer).total ?? 0;
  const body = (
    <WelcomePage
      scan={newest}
      totals={{
        tracks: totalOf('tracks', 'title'),
        albums: totalOf('albums', 'name'),
        artists: totalOf('artists', 'name'),
      }}
      roots={roots.list().map(rootAnswer)}
      arrived={library.list('albums', { limit: TILES, sort: '-addedAt', filters: {} }, call.viewer).items}
      mayMakeDemo={needs.mayMakeDemo()}
      makingDemo={needs.isMakingDemo()}
      path={refused?.path}
      problem={refused?.problem}
    />
  );
  return page(call, { title: t.setup.title, body, bare: true, ...(refused && { status: refused.status }) });
};

/** First run, step 2: which folders, or the demo library; then the music comes in. */
export const createWelcomePages = (needs: WelcomePageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/welcome',
      kind: 'page',
      who: 'admin',
      summary: 'Choose folders, watch the music come in.',
      answers: { 200: 'The page.' },
    },
    (call) => show(needs, call),
  ),
  route(
    {
      method: 'post',
      path: '/welcome/folders',
      kind: 'page',
      who: 'admin',
      summary: 'Adds a first music folder and scans it.',
      body: z.object({ path: z.string().min(1).max(4096) }),
      answers: { 303: 'Added.', 422: 'It cannot be a music folder.' },
    },
    (call) => {
      const refused = addFolder(needs, call.body.path);
      if (refused) return show(needs, call, refused);
      return redirectTo(call, '/welcome');
    },
  ),
  route(
    {
      method: 'post',
      path: '/welcome/demo',
      kind: 'page',
      who: 'admin',
      summary: 'Makes the demo library.',
      answers: { 303: 'It is being made.' },
    },
    (call) => {
      needs.takeInDemo().catch((err: unknown) => needs.log.error({ err }, 'The demo library could not be made'));
      return redirectTo(call, '/welcome');
    },
  ),
];
