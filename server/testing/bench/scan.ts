import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, lstatSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { houseFlags } from '../../bootstrap/house-flags.mjs';
import { encodeId } from '../../kit/index.ts';
import { buildServer } from '../child-server.ts';
import { sampleLibrary } from '../sample-library.ts';
import { benchReading } from './scan-reading.ts';
import { OWNER, type ScanCost, type ScanServerSays } from './scan-server-facts.ts';

/*
 * What a scan costs, by the built house in a process of its own, as ratios within one run: a first scan and an unchanged
 * one against opening each file and reading 64 KiB, and against the bare walk; then a first scan of a fresh house while one
 * listener reads and writes, for what he waits. Last, reading alone against parseFile.
 * npm run bench -- scan [--files 20000] [--rounds 1] [--only cost|waits|reading]; BENCH_NODE hands options to the house's Node.
 */
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? undefined : process.argv[at + 1]) ?? otherwise;
};
const files = Number(option('files', '20000'));
const rounds = Number(option('rounds', '1'));
const only = option('only', '');
const SERVER = fileURLToPath(new URL('./scan-server.ts', import.meta.url));

const cpuMsOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const window = Buffer.allocUnsafeSlow(64 * 1024);
const readStart = (path: string): void => {
  const fd = openSync(path, 'r');
  fstatSync(fd);
  readSync(fd, window, 0, window.length, 0);
  closeSync(fd);
};
const bareWalk = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) bareWalk(`${folder}/${entry.name}`);
    else lstatSync(`${folder}/${entry.name}`, { bigint: true });
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
const percentile = (values: readonly number[], share: number): number =>
  round(values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0, 1);

type House = { port: number; scan: () => Promise<ScanCost>; close: () => Promise<void> };

const heard = (child: ChildProcess): Promise<ScanServerSays> =>
  new Promise((done, fail) => {
    child.once('message', (said) => done(said as ScanServerSays));
    child.once('exit', (code) => fail(new Error(`The measured house ended early (${code}).`)));
  });

const openHouse = async (media: string): Promise<House> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scan-'));
  const child = fork(SERVER, [join(folder, 'data'), media], {
    execArgv: [...houseFlags, ...(process.env['BENCH_NODE'] ?? '').split(' ').filter(Boolean)],
  });
  const ready = await heard(child);
  if (!('port' in ready)) throw new Error('The measured house said no port.');
  return {
    port: ready.port,
    scan: async () => {
      child.send('scan');
      const said = await heard(child);
      if (!('cost' in said)) throw new Error('The measured house said no cost.');
      return said.cost;
    },
    close: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.send('stop');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

type Waits = { reads: number[]; writes: number[] };

/** One listener: a list every 20 ms, a like after every fifth. Writes are acknowledged in full. */
const listen = async (port: number, isOver: () => boolean): Promise<Waits> => {
  const base = `http://127.0.0.1:${port}`;
  const json = { 'content-type': 'application/json', origin: base };
  const entered = await fetch(`${base}/api/v1/session`, { method: 'POST', headers: json, body: JSON.stringify(OWNER) });
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const timed = async (path: string, init: RequestInit = {}): Promise<number> => {
    const at = performance.now();
    const answer = await fetch(base + path, { ...init, headers: { ...json, cookie } });
    await answer.arrayBuffer();
    if (answer.status >= 500 || answer.status === 401) throw new Error(`${path}: ${answer.status}`);
    return performance.now() - at;
  };
  const waits: Waits = { reads: [], writes: [] };
  for (let turn = 0; !isOver(); turn++) {
    waits.reads.push(await timed('/api/v1/albums?sort=-addedAt&limit=50'));
    // A heart of a track that is there from the first second on; put and taken back in turns.
    const like = `/api/v1/likes/tracks/${encodeId('trk', 1 + (turn % 20))}`;
    if (turn % 5 === 0) waits.writes.push(await timed(like, { method: turn % 10 === 0 ? 'PUT' : 'DELETE' }));
    await sleep(20);
  }
  return waits;
};

const measureCost = async (media: string, paths: readonly string[]): Promise<void> => {
  for (const path of paths) readStart(path);
  const first: ScanCost[] = [];
  const unchanged: ScanCost[] = [];
  const floors: number[] = [];
  const walks: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const house = await openHouse(media);
    floors.push(cpuMsOf(() => paths.forEach(readStart)));
    first.push(await house.scan());
    walks.push(cpuMsOf(() => bareWalk(media)));
    unchanged.push(await house.scan());
    await house.close();
  }
  const floorMs = median(floors);
  const walkMs = median(walks);
  console.log({ files, floorUsPerFile: round((floorMs * 1000) / files, 1), bareWalkMs: round(walkMs) });
  for (const [name, costs] of [['first scan', first] as const, ['unchanged', unchanged] as const]) {
    const cpuMs = median(costs.map((it) => it.cpuMs));
    const seconds = median(costs.map((it) => it.seconds));
    console.log(name, {
      seen: costs[0]?.seen,
      added: costs[0]?.added,
      seconds: round(seconds, 2),
      cpuUsPerFile: round((cpuMs * 1000) / files),
      // By the clock: files a second against the floor's, which has one thread.
      floorThroughput: round(floorMs / 1000 / seconds, 3),
      timesBareWalk: round(cpuMs / walkMs, 1),
      rssMb: round(Math.max(...costs.map((it) => it.rssMb))),
    });
  }
};

const measureWaits = async (media: string): Promise<void> => {
  const house = await openHouse(media);
  let over = false;
  const [waits] = await Promise.all([
    listen(house.port, () => over),
    house.scan().finally(() => {
      over = true;
    }),
  ]);
  await house.close();
  const { reads, writes } = waits;
  console.log('listening meanwhile', {
    reads: reads.length,
    readP50Ms: percentile(reads, 0.5),
    readP99Ms: percentile(reads, 0.99),
    writes: writes.length,
    writeP50Ms: percentile(writes, 0.5),
    writeP99Ms: percentile(writes, 0.99),
    writeMaxMs: round(Math.max(...writes), 1),
  });
};

const { root, truth } = sampleLibrary(files);
if (only !== 'reading') buildServer();
if (only === '' || only === 'cost')
  await measureCost(
    root,
    truth.map(({ path }) => path),
  );
if (only === '' || only === 'waits') await measureWaits(root);
if (only === '' || only === 'reading') console.log('reading alone', await benchReading());
