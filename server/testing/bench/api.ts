import { fork, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, openDatabase, readMigrations } from '../../db/index.ts';
import { fillLibrary } from '../fill-library.ts';
import { runLoad, type Loaded } from './load.ts';
import type { ServerCpu, ServerReady } from './api-server.ts';

/*
 * What the API costs beside a floor that does next to nothing: requests a second and CPU a request, house and floor in
 * turns, the median of the rounds, for the box may be shared. At two sizes, for lists have to be flat.
 */
export type Case = { name: string; paths: string[]; headers?: Record<string, string>; list: boolean };
export type Figure = {
  name: string;
  tracks: number;
  bytes: number;
  perSecond: number;
  floorPerSecond: number;
  ofFloor: number;
  cpuUs: number;
  floorCpuUs: number;
  p95Ms: number;
  list: boolean;
};

const project = fileURLToPath(new URL('../../..', import.meta.url));
const CONNECTIONS = 8;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const fill = (dataDir: string, tracks: number, from: string | undefined): void => {
  if (from) copyFileSync(from, join(dataDir, 'evensong.db'));
  const db = openDatabase(join(dataDir, 'evensong.db'), { durability: 'normal' });
  migrate(db, readMigrations(join(project, 'migrations')), { now: Date.now() });
  if (!from) fillLibrary(db, { tracks, secondRootShare: 0.01 });
  // One track has a file: a real root with real bytes.
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
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
};

type House = { child: ChildProcess; app: number; floor: number; cookie: string; cpuUs: () => Promise<number> };

const startHouse = async (dataDir: string): Promise<House> => {
  const script = fileURLToPath(new URL('./api-server.ts', import.meta.url));
  const child = fork(script, [dataDir], { execArgv: ['--import', 'tsx'], cwd: project });
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
  const signIn = await fetch(`http://127.0.0.1:${ready.app}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ name: 'Ada', password: 'three small words' }),
  });
  const cookie = signIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const cpuUs = async () => {
    const answer = told<ServerCpu>();
    child.send('cpu');
    return (await answer).cpuUs;
  };
  return { child, ...ready, cookie, cpuUs };
};

type Page = { items: { id: string }[]; next: string | null };

const casesOf = async (house: House): Promise<Case[]> => {
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${house.app}${path}`, {
      ...init,
      headers: { cookie: house.cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    });
    return (await answer.json()) as T;
  };
  /** The first pages of a list, as addresses, and the ids on them. */
  const pages = async (path: string, count: number) => {
    const found = { paths: [path], ids: [] as string[] };
    for (let at = path; found.paths.length < count;) {
      const page = await ask<Page>(at);
      found.ids.push(...page.items.map(({ id }) => id));
      if (!page.next) break;
      at = `${path}&cursor=${page.next}`;
      found.paths.push(at);
    }
    return found;
  };
  const albums = await pages('/api/v1/albums?limit=50&sort=name', 30);
  const tracks = await pages('/api/v1/tracks?limit=100&sort=title', 30);
  const artists = await pages('/api/v1/artists?limit=50', 15);
  const newest = await pages('/api/v1/albums?limit=50&sort=-addedAt', 30);
  // More different answers than are kept: what a list costs when it was never asked for before.
  const never = Array.from({ length: 6000 }, (_, i) => `/api/v1/albums?limit=50&sort=random:never${i}`);
  const random = Array.from({ length: 200 }, (_, i) => `/api/v1/albums?limit=50&sort=random:${i}`);
  const trackIds = (await ask<Page>('/api/v1/tracks?limit=500&sort=title')).items.map(({ id }) => id);
  const { id } = await ask<{ id: string }>('/api/v1/playlists', {
    method: 'POST',
    body: JSON.stringify({ name: 'Five hundred', trackIds }),
  });
  return [
    { name: 'albums by name, 50', paths: albums.paths, list: true },
    { name: 'albums, newest, 50', paths: newest.paths, list: true },
    { name: 'albums, first page again', paths: albums.paths.slice(0, 1), list: true },
    { name: 'albums at random, 50', paths: random, list: true },
    { name: 'albums, never asked before', paths: never, list: true },
    { name: 'tracks by title, 100', paths: tracks.paths, list: true },
    { name: 'artists index, 50', paths: artists.paths, list: true },
    { name: 'playlist of 500', paths: [`/api/v1/playlists/${id}`], list: true },
    { name: 'album page', paths: albums.ids.slice(0, 200).map((it) => `/api/v1/albums/${it}`), list: false },
    { name: 'one track', paths: trackIds.slice(0, 500).map((it) => `/api/v1/tracks/${it}`), list: false },
    {
      name: 'range of 8 kB',
      paths: ['/api/v1/tracks/trk_1/file'],
      headers: { range: 'bytes=100000-108191' },
      list: false,
    },
  ];
};

const measure = async (
  house: House,
  it: Case,
  ask: { tracks: number; rounds: number; forMs: number },
): Promise<Figure> => {
  const { forMs } = ask;
  const turn = async (port: number, paths: string[], headers: Record<string, string>) => {
    const before = await house.cpuUs();
    const loaded: Loaded = await runLoad({ port, paths, headers, connections: CONNECTIONS, forMs, most: 100_000 });
    return { ...loaded, cpuUs: ((await house.cpuUs()) - before) / loaded.requests };
  };
  const headers = { cookie: house.cookie, ...it.headers };
  const warm = await turn(house.app, it.paths, headers);
  const own: (typeof warm)[] = [];
  const floor: (typeof warm)[] = [];
  for (let round = 0; round < ask.rounds; round++) {
    floor.push(await turn(house.floor, [`/floor?bytes=${warm.bytes}`], {}));
    own.push(await turn(house.app, it.paths, headers));
  }
  const perSecond = median(own.map((run) => run.perSecond));
  const floorPerSecond = median(floor.map((run) => run.perSecond));
  return {
    name: it.name,
    tracks: ask.tracks,
    bytes: warm.bytes,
    perSecond,
    floorPerSecond,
    ofFloor: median(own.map((run, i) => run.perSecond / (floor[i]?.perSecond ?? 1))),
    cpuUs: median(own.map((run) => run.cpuUs)),
    floorCpuUs: median(floor.map((run) => run.cpuUs)),
    p95Ms: median(own.map((run) => run.p95Ms)),
    list: it.list,
  };
};

type Ask = {
  rounds?: number;
  forMs?: number;
  /** A library that `fillLibrary` wrote before. */ from?: string | undefined;
};

/** All cases at one size. */
export const benchApi = async (tracks: number, { rounds = 5, forMs = 700, from }: Ask = {}): Promise<Figure[]> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-api-'));
  fill(dataDir, tracks, from);
  const house = await startHouse(dataDir);
  try {
    const figures: Figure[] = [];
    for (const it of await casesOf(house)) figures.push(await measure(house, it, { tracks, rounds, forMs }));
    return figures;
  } finally {
    const gone = new Promise((done) => house.child.once('exit', done));
    house.child.send('stop');
    await gone;
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const line = (figure: Figure): string =>
  [
    figure.name.padEnd(27),
    `${figure.bytes} B`.padStart(10),
    `${Math.round(figure.perSecond)}/s`.padStart(9),
    `floor ${Math.round(figure.floorPerSecond)}/s`.padStart(15),
    `ratio ${figure.ofFloor.toFixed(2)}`.padStart(11),
    `CPU ${Math.round(figure.cpuUs)} : ${Math.round(figure.floorCpuUs)} us`.padStart(20),
    `p95 ${figure.p95Ms.toFixed(1)} ms`.padStart(13),
  ].join(' ');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `20000 1000000`, or `1000000=FILE` for a library that is there already.
  const asked = process.argv.slice(2).map((word) => word.split('='));
  const all: Figure[][] = [];
  for (const [size, from] of asked.length > 0 ? asked : [['20000'], ['1000000']]) {
    const tracks = Number(size);
    process.stdout.write(`${tracks} tracks\n`);
    const figures = await benchApi(tracks, { from });
    for (const figure of figures) process.stdout.write(`  ${line(figure)}\n`);
    all.push(figures);
  }
  const [small, large] = all;
  for (const figure of large ?? []) {
    const before = small?.find(({ name }) => name === figure.name);
    if (before) process.stdout.write(`flat: ${figure.name} ${(figure.ofFloor / before.ofFloor).toFixed(2)}\n`);
  }
}
