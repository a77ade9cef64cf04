import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { createAccountRoutes, type Accounts } from './accounts/index.ts';
import { createAnalysisRoutes } from './analysis/index.ts';
import { createBackupRoutes } from './admin/index.ts';
import { createServerPages } from './admin/pages.ts';
import { createAccountPages } from './accounts/pages.ts';
import { dataSpace, type Db } from './db/index.ts';
import {
  compressAnswers,
  createAnswerOnce,
  createApiDocRoutes,
  createClientReader,
  createEventRoutes,
  mountRoutes,
  type MountNeeds,
  type Route,
} from './http/index.ts';
import { createDownloadRoutes } from './downloads/index.ts';
import { healthRoutes } from './health.ts';
import { createFrame, createProblemPage } from './http/pages.ts';
import { createJobRoutes } from './jobs/index.ts';
import { houseNumbers } from './house-numbers.ts';
import { createMetricsRoutes } from './metrics/index.ts';
import type { Intake } from './intake.ts';
import { createCoverRoutes, createLibraryRoutes } from './library/index.ts';
import { GIGABYTE, openRooms, type HouseNeeds, type Rooms } from './rooms.ts';
import { createScanRoutes } from './scan/index.ts';
import { createSearchRoutes } from './search/index.ts';
import { createSearchPages } from './search/pages.ts';
import { createScanPages, createWelcomePages } from './scan/pages.ts';
import { createLibraryPages } from './library/pages.ts';
import { createListeningPages } from './listening/pages.ts';
import { createPlaylistPages } from './playlists/pages.ts';
import { createSignedRoutes, createStreamingRoutes } from './streaming/index.ts';
import { createListeningRoutes } from './listening/index.ts';
import { createPlaylistRoutes } from './playlists/index.ts';

export type App = { fetch: Hono['fetch']; routes: readonly Route[]; db: Db; accounts: Accounts; intake: Intake };

/** What people see: the rooms' pages, each over the same services as its API. */
const createPages = (
  rooms: Parameters<typeof createListeningPages>[0] &
    Parameters<typeof createLibraryPages>[0] &
    Parameters<typeof createPlaylistPages>[0] &
    Parameters<typeof createAccountPages>[0] &
    Parameters<typeof createScanPages>[0] &
    Parameters<typeof createSearchPages>[0] &
    Parameters<typeof createWelcomePages>[0] &
    Parameters<typeof createServerPages>[0],
): Route[] => [
  ...createListeningPages(rooms),
  ...createLibraryPages(rooms),
  ...createPlaylistPages(rooms),
  ...createAccountPages(rooms),
  ...createScanPages(rooms),
  ...createSearchPages(rooms),
  ...createWelcomePages(rooms),
  ...createServerPages(rooms),
];

/** What the owner's page is told of the machine. */
const ownersFacts = ({ home, ffmpeg, folder, config }: HouseNeeds) => ({
  cacheQuotaBytes: config.cacheGb * GIGABYTE,
  version: (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }).version,
  ffmpegVersion: ffmpeg?.version,
  dataSpace: () => dataSpace(folder),
});

/** What the front door is told of the rooms. */
const mountNeeds = (rooms: Rooms, { config, clock, log, ffmpeg }: HouseNeeds): MountNeeds => {
  const { accounts, playlists, db } = rooms;
  return {
    whoIs: accounts.whoIs,
    readClient: createClientReader(config),
    frame: createFrame({
      asset: rooms.assets.url,
      theme: (viewer) => (viewer ? accounts.settings.read(viewer).theme : 'system'),
      playlists: (viewer) => playlists.list({ sort: 'name', limit: 100 }, viewer),
      ffmpeg: () => ffmpeg !== undefined,
    }),
    problemPage: createProblemPage,
    baseUrl: config.baseUrl,
    answerOnce: createAnswerOnce({ db, clock }),
    onAnswered: rooms.metrics.answered,
    log,
  };
};

/** The house: opens every room (rooms.ts) and mounts their routes. Reads as a table of contents. */
export const createApp = (needs: HouseNeeds): App => {
  const { clock, config, ffmpeg, scope } = needs;
  const rooms = openRooms(needs);
  const {
    db,
    journal,
    accounts,
    library,
    backups,
    streaming,
    intake,
    jobs,
    playlists,
    listening,
    search,
    secondEngine,
    assets,
    metrics,
  } = rooms;

  const routes: Route[] = [
    ...assets.routes,
    ...healthRoutes({ db, ffmpeg, secondEngine }),
    ...createAccountRoutes(accounts),
    ...createLibraryRoutes({ library }),
    ...createCoverRoutes(rooms),
    ...createScanRoutes(intake),
    ...createAnalysisRoutes(intake),
    ...createJobRoutes(jobs),
    ...createBackupRoutes({ backups, clock }),
    ...createStreamingRoutes({ streaming, gainOf: (id, viewer) => library.track(id, viewer)?.replayGain ?? null }),
    ...createSignedRoutes(rooms),
    ...createListeningRoutes({ listening, library }),
    ...createPlaylistRoutes({ playlists, library, baseUrl: config.baseUrl }),
    ...createDownloadRoutes(rooms),
    ...createSearchRoutes({ search, secondEngine }),
    ...createMetricsRoutes({ metrics, numbers: () => houseNumbers({ ...rooms, folder: needs.folder }) }),
    ...createPages({ ...rooms, ...intake, ...ownersFacts(needs), clock, log: needs.log }),
    ...createApiDocRoutes(() => routes),
    ...createEventRoutes({
      journal,
      stands: ({ credentialId }) => accounts.credentials.viewer(credentialId) !== undefined,
      signal: scope.signal,
    }),
  ];

  const app = new Hono();
  app.use(compressAnswers());
  mountRoutes(app, routes, mountNeeds(rooms, needs));
  return { fetch: app.fetch, routes, db, accounts, intake };
};
