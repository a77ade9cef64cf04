import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSlots } from '../ffmpeg/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import type { Clock } from '../kit/index.ts';
import { openSegmentCache } from '../streaming/cache.ts';
import type { CacheNeeds } from '../streaming/cache.ts';
import { createEngine } from '../streaming/engine.ts';
import type { Ask } from '../streaming/engine.ts';
import { createInitSegments } from '../streaming/init-segments.ts';
import { measureLength } from '../streaming/length.ts';
import type { Plan, Recording } from '../streaming/plan.ts';
import { testFfmpeg } from './audio.ts';

/* The segment engine with a folder of its own, for tests and benches. */
export type SegmentHouseOptions = {
  folder?: string;
  cores?: number;
  stallMs?: number;
  quotaBytes?: number;
  waitMs?: number;
  binary?: string;
  clock?: Clock;
  write?: CacheNeeds['write'];
};

export const openSegmentHouse = async (options: SegmentHouseOptions = {}) => {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'segments-')));
  const slots = createSlots({ cores: options.cores ?? 2 });
  const binary = options.binary ?? testFfmpeg;
  let isBusy: (name: string) => boolean = () => false;
  const cache = openSegmentCache({
    folder,
    quotaBytes: options.quotaBytes ?? 1 << 30,
    clock: options.clock ?? systemClock,
    log: silentLog,
    isBusy: (name) => isBusy(name),
    ...(options.write && { write: options.write }),
  });
  const engine = createEngine({
    binary,
    slots,
    cache,
    log: silentLog,
    ...(options.stallMs && { stallMs: options.stallMs }),
    ...(options.waitMs && { waitMs: options.waitMs }),
  });
  isBusy = engine.isBusy;
  const inits = createInitSegments({ binary, folder: cache.initFolder, runsFolder: cache.runsFolder });
  const bytesOf = async (plan: Plan, k: number, ask: Partial<Ask> = {}): Promise<Buffer> => {
    const file = await engine.segment(plan, k, { owner: 'listener', ...ask });
    return file.kind === 'bytes' ? file.bytes : readFile(file.path);
  };
  return {
    folder,
    slots,
    cache,
    engine,
    inits,
    binary,
    bytesOf,
    close: async (keep = false) => {
      await engine.close();
      await cache.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
};

export type SegmentHouse = Awaited<ReturnType<typeof openSegmentHouse>>;

let fileIds = 0;

/** A file as the library would describe it after the scan. */
export const recordingOf = async (path: string, more: Partial<Recording> = {}): Promise<Recording> => {
  const measured = await measureLength(
    { ffmpeg: { path: testFfmpeg }, slots: createSlots({ cores: 2 }) },
    { path: Buffer.from(path) },
  );
  if (measured.kind !== 'measured') throw new Error(`${path}: ${measured.why}`);
  const facts = await stat(path, { bigint: true });
  fileIds++;
  return {
    trackId: fileIds,
    fileId: fileIds,
    path: Buffer.from(path),
    sizeBytes: Number(facts.size),
    mtimeNs: facts.mtimeNs,
    length: { rateHz: measured.srcRate, samples: measured.samples, firstPts: measured.p0 },
    ...more,
  };
};

const run = promisify(execFile);

/** Decodes bytes or a file to interleaved 16-bit (or 32-bit) stereo PCM, from the first sample of music where a player would begin. */
export const decodePcm = async (
  path: string,
  format: 's16le' | 's32le' | 'f32le' = 's16le',
  filter?: string,
): Promise<Buffer> => {
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:a:0',
    '-ac',
    '2',
    ...(filter ? ['-af', filter] : []),
    '-f',
    format,
    '-',
  ];
  const { stdout } = await run(testFfmpeg, args, { encoding: 'buffer', maxBuffer: 1 << 30 });
  return stdout;
};

export const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

/** Pids of the ffmpeg processes that this process started and that still live (Linux). Killed ones that only wait to be told of do not. */
export const liveFfmpeg = (): number[] => {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readOr(`/proc/self/task/${task}/children`).split(' '),
  );
  return children.filter((pid) => /^\S+ \(ffmpeg\) [^ZX]/.test(readOr(`/proc/${pid}/stat`))).map(Number);
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
