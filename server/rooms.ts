import { join } from 'node:path';
import { createAccounts } from './accounts/index.ts';
import type { Config } from './config/index.ts';
import { createBackups, openMainDatabase, type DataFolder, type Db } from './db/index.ts';
import { createJournal, type Journal } from './events/index.ts';
import { openAssets } from './http/index.ts';
import { openDownloads } from './downloads/index.ts';
import { createSlots, type Ffmpeg, type Slots } from './ffmpeg/index.ts';
import { createJobs, startNightClock } from './jobs/index.ts';
import type { Clock, Log, Scope } from './kit/index.ts';
import { createMetrics } from './metrics/index.ts';
import { nightJobs } from './night-jobs.ts';
import { openIntake } from './intake.ts';
import { openLinks } from './media-links.ts';
import {
  createCoverShelf,
  createCoverSweep,
  createLibrary,
  keepWarm,
  type CoverShelf,
  type Library,
} from './library/index.ts';
import { openSearch } from './open-search.ts';
import { openStreaming } from './streaming/index.ts';
import { createListening } from './listening/index.ts';
import { createPlaylists, type Playlists } from './playlists/index.ts';

/** What the house is built from. */
export type HouseNeeds = {
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

/** Bytes of a gigabyte as disks are sold. */
export const GIGABYTE = 1_000_000_000;

/** What is made ready to be taken along has a fifth of the room and covers a tenth, segments have the rest. */
const FOR_DOWNLOADS = 0.2;
const FOR_COVERS = 0.1;
const cacheOf = ({ dataDir, cacheGb }: Config) => ({
  cacheFolder: join(dataDir, 'cache'),
  quotaBytes: cacheGb * GIGABYTE * (1 - FOR_DOWNLOADS - FOR_COVERS),
});
const downloadCacheOf = (config: Config) => ({
  cacheFolder: cacheOf(config).cacheFolder,
  quotaBytes: config.cacheGb * GIGABYTE * FOR_DOWNLOADS,
});

type TakingNeeds = HouseNeeds & { db: Db; library: Library; playlists: Playlists; covers: CoverShelf; slots: Slots };

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
export const openRooms = (needs: HouseNeeds) => {
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
    coverQuotaBytes: config.cacheGb * GIGABYTE * FOR_COVERS,
  });
  const playlists = createPlaylists({ db, clock, journal, library });
  const covers = createCoverShelf({ db, covers: intake.covers });
  const downloads = openTaking({ ...needs, db, library, playlists, covers, slots });
  scope.defer('downloads', downloads.close);
  const listening = openListening({ db, clock, journal, library, playlists });
  const { isRunning: isScanning } = intake.scan;
  const found = openSearch({ ...needs, db, journal, library, playlists, isScanning });
  const sweepCovers = createCoverSweep({ db, covers: intake.covers, clock });
  const nightly = nightJobs({
    accounts,
    backups,
    journal,
    clock,
    scan: intake.scan,
    sweepCovers,
    search: found.search,
  });
  const jobs = createJobs({ db, clock, log, jobs: nightly });
  scope.defer('jobs', jobs.close);
  scope.defer('night clock', startNightClock(jobs).close);
  const assets = openAssets(join(home, '.build/assets'));
  const played = { library, covers, streaming, links, downloads, slots, metrics, ...found };
  return { db, journal, accounts, backups, intake, jobs, playlists, listening, assets, ...played };
};
export type Rooms = ReturnType<typeof openRooms>;
