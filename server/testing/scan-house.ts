import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, openDatabase, openMemoryDatabase, readMigrations, type Db } from '../db/index.ts';
import { createJournal } from '../events/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import { openCovers, type Covers } from '../library/index.ts';
import { createRootService, createScan, type RootService, type Scan } from '../scan/index.ts';
import { addUser } from './filled-house.ts';

let empty: Buffer | undefined;
/** The bytes of a database that is migrated and holds nothing. */
export const emptyDatabase = (): Buffer => {
  if (empty) return empty;
  const db = openMemoryDatabase();
  migrate(db, readMigrations(fileURLToPath(new URL('../../migrations', import.meta.url))), { now: 0 });
  empty = db.sqlite.serialize();
  db.close();
  return empty;
};

/** Ways for a test to look into the database and to like things in it. */
export const lookInto = (db: Db) => ({
  rows: <T = Record<string, unknown>>(sql: string) => db.sqlite.prepare(sql).all() as T[],
  one: <T = number>(sql: string) => db.sqlite.prepare(sql).pluck().get() as T,
  like: (kind: 'tracks' | 'albums' | 'artists', id: number): void => {
    if (db.sqlite.prepare('SELECT 1 FROM user').get() === undefined) addUser(db, 'usr_ida', 'Ida');
    db.sqlite.prepare(`INSERT INTO mark(user_id, kind, id, liked_at) VALUES ('usr_ida', ?, ?, 1)`).run(kind, id);
  },
});

/** A scan over a folder and a database on disk, as the server has it; without ffmpeg, so without measured lengths. */
export type ScanHouse = {
  dir: string;
  media: string;
  db: Db;
  scan: Scan;
  covers: Covers;
  roots: RootService;
  /** Scans once, to the end of its passes. */
  run: (options?: Parameters<Scan['request']>[1]) => Promise<ReturnType<Scan['request']>>;
  rows: <T = Record<string, unknown>>(sql: string) => T[];
  one: <T = number>(sql: string) => T;
  like: (kind: 'tracks' | 'albums' | 'artists', id: number) => void;
  /** Stops, leaving the folder. */
  stop: () => Promise<void>;
  close: () => Promise<void>;
};

export const openScanHouse = (at: { dir?: string; media?: string; workers?: number } = {}): ScanHouse => {
  const dir = at.dir ?? mkdtempSync(join(tmpdir(), 'evensong-scan-'));
  const media = at.media ?? join(dir, 'media');
  mkdirSync(media, { recursive: true });
  const databasePath = join(dir, 'evensong.db');
  if (!existsSync(databasePath)) writeFileSync(databasePath, emptyDatabase());
  const db = openDatabase(databasePath, { durability: 'full' });
  const journal = createJournal({ db, clock: systemClock, log: silentLog });
  const folders = { originals: join(dir, 'covers'), variants: join(dir, 'cache') };
  const covers = openCovers({ ...folders, quotaBytes: 1e9 });
  const scan = createScan({
    db,
    clock: systemClock,
    log: silentLog,
    logLevel: 'silent',
    databasePath,
    covers: { folders, inspect: covers.inspect },
    measure: undefined,
    wake: journal.wake,
    append: journal.append,
    workers: at.workers ?? 2,
  });
  const roots = createRootService({ db, clock: systemClock });
  roots.add(media);
  const stop = async (): Promise<void> => {
    await scan.close();
    await journal.close();
    db.close();
  };
  return {
    dir,
    media,
    db,
    scan,
    covers,
    roots,
    run: async (options) => {
      const { id } = scan.request('test', options);
      await scan.idle();
      return scan.find(id)!;
    },
    ...lookInto(db),
    stop,
    close: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** Written long enough ago that a scan does not wait for it to settle. */
export const age = (...paths: (string | Buffer)[]): void => {
  for (const path of paths) utimesSync(path, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
};

export const folderFor = (path: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  return path;
};
