import { closeSync, fstatSync, openSync, readdirSync, readSync, lstatSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeId } from '../../kit/index.ts';
import { sampleLibrary } from '../sample-library.ts';
import { openWholeHouse } from '../whole-house.ts';

/*
 * A first scan of a generated library and a second one of it unchanged, by the whole house: CPU per file against opening
 * each and reading 64 KiB, the largest resident size, and what a listener waits for meanwhile (a list, a like).
 * npm run bench -- scan [tracks]
 */
const tracks = Number(process.argv[2] ?? 20_000);
const { root, truth } = sampleLibrary(tracks);

const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const window = Buffer.allocUnsafeSlow(64 * 1024);
const readStart = (): void => {
  for (const { path } of truth) {
    const fd = openSync(path, 'r');
    fstatSync(fd);
    readSync(fd, window, 0, window.length, 0);
    closeSync(fd);
  }
};
const bareWalk = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) bareWalk(`${folder}/${entry.name}`);
    else lstatSync(`${folder}/${entry.name}`, { bigint: true });
};

const percentile = (values: number[], share: number): number =>
  Number((values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0).toFixed(1));

readStart();
const floorMs = cpuMs(readStart);
const walkMs = cpuMs(() => bareWalk(root));
const house = await openWholeHouse({}, root);
house.app.intake.roots.add(root);

type Waits = { reads: number[]; writes: number[] };

/** What one listener waits for, until the scan is over. Writes are acknowledged in full. */
const listen = async (waits: Waits, isOver: () => boolean): Promise<void> => {
  for (let turn = 0; !isOver(); turn++) {
    const readAt = performance.now();
    await house.owner.ask('/api/v1/albums?sort=-addedAt&limit=50');
    waits.reads.push(performance.now() - readAt);
    if (turn % 5 === 0) {
      const id = encodeId('trk', 1 + (turn % 20));
      const writeAt = performance.now();
      await house.owner.ask(`/api/v1/likes/tracks/${id}`, { method: 'PUT' });
      waits.writes.push(performance.now() - writeAt);
    }
    await sleep(20);
  }
};

const scanOnce = async () => {
  const { scan } = house.app.intake;
  const waits: Waits = { reads: [], writes: [] };
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let rssMb = 0;
  const { id } = scan.request('bench');
  const isOver = (): boolean => {
    rssMb = Math.max(rssMb, process.memoryUsage.rss() / 2 ** 20);
    return scan.find(id)?.status !== 'running';
  };
  await listen(waits, isOver);
  const { user, system } = process.cpuUsage(before);
  const run = scan.find(id)!;
  return { run, cpuMs: (user + system) / 1000, seconds: (performance.now() - startedAt) / 1000, rssMb, waits };
};

const report = (name: string, it: Awaited<ReturnType<typeof scanOnce>>): void =>
  console.log(name, {
    seen: it.run.seen,
    added: it.run.added,
    seconds: Number(it.seconds.toFixed(1)),
    cpuUsPerFile: Math.round((it.cpuMs * 1000) / it.run.seen),
    shareOfFloor: Number((floorMs / it.cpuMs).toFixed(3)),
    timesBareWalk: Number((it.cpuMs / walkMs).toFixed(1)),
    rssMb: Math.round(it.rssMb),
    readP99Ms: percentile(it.waits.reads, 0.99),
    writeP99Ms: percentile(it.waits.writes, 0.99),
  });

console.log({ tracks, floorUsPerFile: Math.round((floorMs * 1000) / tracks), walkMs: Math.round(walkMs) });
report('first scan', await scanOnce());
report('unchanged', await scanOnce());
await house.close();
