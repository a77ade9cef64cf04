import { fork } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { migrate, openDatabase, readMigrations, type Db } from '../../db/index.ts';
import { fillLibrary } from '../fill-library.ts';
import { houseFlags } from '../../bootstrap/house-flags.mjs';
import type { ServerCpu, ServerReady } from './api-server.ts';

/*
 * The house that the API bench measures: a process of its own over a library of rows by the generator's model, with one
 * real file and a few real pictures, for ranges and covers are bytes.
 */
export const COVERS = 30;
const project = fileURLToPath(new URL('../../..', import.meta.url));

/** A real root, in which one track has a real file. */
const giveBytes = (db: Db, dataDir: string): void => {
  const media = join(dataDir, 'media');
  mkdirSync(media);
  db.sqlite.prepare('UPDATE root SET path = ? WHERE id = 1').run(Buffer.from(media));
  const where = db.sqlite.prepare(
    'SELECT o.path, f.name FROM file f JOIN folder o ON o.id = f.folder_id WHERE f.id = 1',
  );
  const { path, name } = where.get() as { path: Buffer; name: Buffer };
  const folder = Buffer.concat([Buffer.from(`${media}/`), path]);
  mkdirSync(folder, { recursive: true });
  const file = Buffer.concat([folder, Buffer.from('/'), name]);
  writeFileSync(file, '');
  truncateSync(file, 20_000_000);
  db.sqlite.prepare('UPDATE file SET size = 20000000 WHERE id = 1').run();
};

const givePictures = async (db: Db, dataDir: string): Promise<void> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#456', noise } })
    .blur(8)
    .jpeg()
    .toBuffer();
  const hashes = db.sqlite.prepare('SELECT sha256 FROM cover ORDER BY id LIMIT ?').pluck().all(COVERS) as string[];
  for (const sha256 of hashes) {
    const folder = join(dataDir, 'covers', sha256.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, sha256), picture);
  }
};

const fill = async (dataDir: string, tracks: number, from: string | undefined): Promise<void> => {
  if (from) copyFileSync(from, join(dataDir, 'evensong.db'));
  const db = openDatabase(join(dataDir, 'evensong.db'), { durability: 'normal' });
  migrate(db, readMigrations(join(project, 'migrations')), { now: Date.now() });
  if (!from) fillLibrary(db, { tracks, secondRootShare: 0.01 });
  giveBytes(db, dataDir);
  await givePictures(db, dataDir);
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
};

const signIn = async (base: string): Promise<string> => {
  const answer = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ name: 'Ada', password: 'three small words' }),
  });
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  return cookies.join('; ');
};

export type House = {
  tracks: number;
  app: number;
  floor: number;
  cookie: string;
  cpuUs: () => Promise<number>;
  close: () => Promise<void>;
};

/** `from`: a database that `fillLibrary` wrote before. `node`: flags for the measured process. */
export const openHouse = async (
  tracks: number,
  { from, node = [] }: { from?: string | undefined; node?: string[] },
): Promise<House> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-api-'));
  await fill(dataDir, tracks, from);
  const script = fileURLToPath(new URL('./api-server.ts', import.meta.url));
  const child = fork(script, [dataDir], { execArgv: ['--import', 'tsx', ...houseFlags, ...node], cwd: project });
  const told = <T>() =>
    new Promise<T>((done, fail) => {
      const gone = () => fail(new Error('The measured server ended.'));
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        done(message as T);
      });
    });
  const { ready } = await told<ServerReady>();
  return {
    tracks,
    ...ready,
    cookie: await signIn(`http://127.0.0.1:${ready.app}`),
    cpuUs: async () => {
      const answer = told<ServerCpu>();
      child.send('cpu');
      return (await answer).cpuUs;
    },
    close: async () => {
      const gone = new Promise((done) => child.once('exit', done));
      child.send('stop');
      await gone;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
