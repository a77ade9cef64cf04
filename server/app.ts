import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { createAccountRoutes, createAccounts, type Accounts } from './accounts/index.ts';
import { createAnalysisRoutes } from './analysis/index.ts';
import { createBackupRoutes } from './admin/index.ts';
import { createServerPages } from './admin/pages.ts';
import { createAccountPages } from './accounts/pages.ts';
import type { Config } from './config/index.ts';
import { createBackups, dataSpace, openMainDatabase, type DataFolder, type Db } from './db/index.ts';
import { createJournal, type Journal } from './events/index.ts';
import {
  compressAnswers,
  createAnswerOnce,
  createApiDocRoutes,
  createClientReader,
  createEventRoutes,
  json,
  mountRoutes,
  openAssets,
  route,
  type MountNeeds,
  type Route,
} from './http/index.ts';
import { createDownloadRoutes, openDownloads } from './downloads/index.ts';
import { createSlots, type Ffmpeg, type Slots } from './ffmpeg/index.ts';
import { createFrame, createProblemPage } from './http/pages.ts';
import { createJobRoutes, createJobs, startNightClock } from './jobs/index.ts';
import type { Clock, Log, Scope } from './kit/index.ts';
import { houseNumbers } from './house-numbers.ts';
import { createMetrics, createMetricsRoutes } from './metrics/index.ts';
import { nightJobs } from './night-jobs.ts';
import { openIntake, type Intake } from './intake.ts';
import { openLinks } from './media-links.ts';
import {
  createCoverRoutes,
  createCoverShelf,
  createFilters,
  createFindables,
  createLibrary,
  createLibraryRoutes,
  keepWarm,
  type CoverShelf,
  type Library,
} from './library/index.ts';
import { createScanRoutes } from './scan/index.ts';
import {
  createSearch,
  createSearchRoutes,
  createSecondEngine,
  openFtsEngine,
  type SecondEngine,
} from './search/index.ts';
import { createSearchPages } from './search/pages.ts';
import { createScanPages, createWelcomePages } from './scan/pages.ts';
import { createLibraryPages } from './library/pages.ts';
import { createListeningPages } from './listening/pages.ts';
import { createPlaylistPages } from './playlists/pages.ts';
import { createSignedRoutes, createStreamingRoutes, openStreaming } from './streaming/index.ts';
import { createListening, createListeningRoutes } from './listening/index.ts';
import { createPlaylistRoutes, createPlaylists, type Playlists } from './playlists/index.ts';

export type AppNeeds = {
  config: Config;
  clock: Clock;
  log: Log;
  scope: Scope;
  /** Folder with the migrations, and whatever else ships beside the code. */
  home: string;
  folder: DataFolder;
  /** Undefined: the house plays files as they are. */
  ffmpeg: Ffmpeg | undefined;
};

const GIGABYTE = 1_000_000_000;

/** What is made ready to be taken along has a fifth of the room, segments have the rest. */
const FOR_DOWNLOADS = 0.2;
const cacheOf = ({ dataDir, cacheGb }: Config) => ({
  cacheFolder: join(dataDir, 'cache'),
  quotaBytes: cacheGb * GIGABYTE * (1 - FOR_DOWNLOADS),
});
const downloadCacheOf = (config: Config) => ({
  cacheFolder: cacheOf(config).cacheFolder,
  quotaBytes: config.cacheGb * GIGABYTE * FOR_DOWNLOADS,
});

export type App = { fetch: Hono['fetch']; routes: readonly Route[]; db: Db; accounts: Accounts; intake: Intake };

const canRead = ({ sqlite }: Db): boolean => {
  try {
    return sqlite.prepare('SELECT count(*) FROM (SELECT 1 FROM root LIMIT 1)').pluck().get() !== undefined;
  } catch {
    return false;
  }
};

/** It answers anyhow: `fallback` says that the built-in index does because Meilisearch is away. */
const searchHealth = (second: SecondEngine): 'ok' | 'filling' | 'fallback' => {
  const { state } = second.state();
  return state === 'off' ? 'ok' : state;
};

type HealthNeeds = { db: Db; ffmpeg: Ffmpeg | undefined; secondEngine: SecondEngine };

const healthRoutes = ({ db, ffmpeg, secondEngine }: HealthNeeds): Route[] => [
  route(
    { method: 'get', path: '/health/live', who: 'public', summary: 'The process answers.', answers: { 200: 'ok' } },
    (call) => json(call, { status: 'ok', checks: {} }),
  ),
  route(
    {
      method: 'get',
      path: '/health/ready',
      who: 'public',
      summary: 'Migrated and serving.',
      answers: { 200: 'ok', 503: 'The database cannot be read.' },
    },
    (call) => {
      const database = canRead(db) ? 'ok' : 'failing';
      const checks = { database, ffmpeg: ffmpeg ? 'ok' : 'missing', search: searchHealth(secondEngine) };
      const body = { status: database, checks };
      return json(call, body, { status: database === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } });
    },
  ),
];

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
const ownersFacts = ({ home, ffmpeg, folder, config }: AppNeeds) => ({
  cacheQuotaBytes: config.cacheGb * GIGABYTE,
  version: (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }).version,
  ffmpegVersion: ffmpeg?.version,
  dataSpace: () => dataSpace(folder),
});

type SearchHouse = Pick<AppNeeds, 'config' | 'clock' | 'log' | 'scope'> & {
  db: Db;
  journal: Journal;
  library: Library;
  playlists: Playlists;
  isScanning: () => boolean;
};

/** Search gets one source per kind: the library's tables and everybody's playlists, each shown to its owner alone. */
const openSearch = (needs: SearchHouse) => {
  const { db, journal, library, playlists, isScanning, clock, log, scope, config } = needs;
  const { meili, dataDir } = config;
  const names = (ids?: readonly string[]) =>
    playlists.names(ids).map(({ id, ownerId, name }) => ({ id, scopes: [ownerId], title: name }));
  const search = createSearch({
    engine: openFtsEngine({ folder: dataDir, log }),
    findables: createFindables(db),
    filters: createFilters(db),
    clock,
    playlistSource: { all: () => names(), byIds: names },
    library,
    playlists: (ids, viewer) =>
      ids.flatMap((id) => {
        const row = playlists.find(id, viewer);
        return row ? [{ id, name: row.name, trackCount: row.entryCount }] : [];
      }),
    journal,
    isScanning,
    log,
  });
  scope.defer('search', search.close);
  const searchPath = process.env['PATH'] ?? '';
  const secondEngine = createSecondEngine({ search, meili, dataDir, searchPath, log: log.child({ room: 'search' }) });
  scope.defer('second search engine', secondEngine.close);
  secondEngine.begin();
  return { search, secondEngine };
};

type TakingNeeds = AppNeeds & { db: Db; library: Library; playlists: Playlists; covers: CoverShelf; slots: Slots };

const openTaking = ({ config, ...needs }: TakingNeeds) =>
  openDownloads({ ...needs, ...downloadCacheOf(config), cores: config.cores });

type ListeningHouse = { db: Db; clock: Clock; journal: Journal; library: Library; playlists: Playlists };

/** What can be liked, rated or banned is found in the room it belongs to. */
const openListening = ({ playlists, library, ...needs }: ListeningHouse) =>
  createListening({
    ...needs,
    library,
    exists: (kind, id, viewer) => {
      if (kind === 'episodes') return undefined;
      return kind === 'playlists' ? playlists.find(id, viewer)?.id : library.resolve(kind, id, viewer);
    },
  });

/** Every room, built in order. */
const openRooms = (needs: AppNeeds) => {
  const { config, clock, log, scope, home, folder, ffmpeg } = needs;
  const { db, migrated } = openMainDatabase({ folder, migrationsFolder: join(home, 'migrations'), now: clock.now() });
  scope.defer('database', db.close);
  if (migrated.length > 0) log.info({ migrated }, 'Database brought up to date');
  const journal = createJournal({ db, clock, log });
  scope.defer('journal', journal.close);

  const accounts = createAccounts({ db, clock, log, journal });
  const library = createLibrary({ db });
  scope.defer('warm lists', keepWarm(library).close);
  const backups = createBackups(folder);
  // Whoever runs ffmpeg shares these: playing goes before measuring.
  const slots = createSlots({ cores: config.cores });
  const metrics = createMetrics();
  scope.defer('metrics', metrics.close);
  const links = openLinks({ accounts, journal, clock, log, dataDir: config.dataDir });
  const streaming = openStreaming({
    ...cacheOf(config),
    ffmpeg,
    slots,
    sources: library,
    links,
    waited: metrics.waited,
    clock,
    log,
  });
  scope.defer('streaming', streaming.close);
  const intake = openIntake({
    ...needs,
    db,
    journal,
    databasePath: folder.databaseFile,
    measure: streaming.measure,
    slots,
    library,
  });
  const playlists = createPlaylists({ db, clock, journal, library });
  const covers = createCoverShelf({ db, covers: intake.covers });
  const downloads = openTaking({ ...needs, db, library, playlists, covers, slots });
  scope.defer('downloads', downloads.close);
  const listening = openListening({ db, clock, journal, library, playlists });
  const { isRunning: isScanning } = intake.scan;
  const found = openSearch({ ...needs, db, journal, library, playlists, isScanning });
  const nightly = nightJobs({ accounts, backups, journal, clock, scan: intake.scan, search: found.search });
  const jobs = createJobs({ db, clock, log, jobs: nightly });
  scope.defer('jobs', jobs.close);
  scope.defer('night clock', startNightClock(jobs).close);
  const assets = openAssets(join(home, '.build/assets'));
  const played = { library, covers, streaming, links, downloads, slots, metrics, ...found };
  return { db, journal, accounts, backups, intake, jobs, playlists, listening, assets, ...played };
};
type Rooms = ReturnType<typeof openRooms>;

/** What the front door is told of the rooms. */
const mountNeeds = (rooms: Rooms, { config, clock, log, ffmpeg }: AppNeeds): MountNeeds => {
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

/** The house: builds every room in order and mounts their routes. Reads as a table of contents. */
export const createApp = (needs: AppNeeds): App => {
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
    ...createEventRoutes({ journal, signal: scope.signal }),
  ];

  const app = new Hono();
  app.use(compressAnswers());
  mountRoutes(app, routes, mountNeeds(rooms, needs));
  return { fetch: app.fetch, routes, db, accounts, intake };
};
