import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { INPUT_GUARDS } from '../../ffmpeg/index.ts';
import { layGrid } from '../../streaming/grid.ts';
import type { Variant } from '../../streaming/grid.ts';
import { planTrack } from '../../streaming/plan.ts';
import type { Plan, Recording } from '../../streaming/plan.ts';
import { mediaPlaylist } from '../../streaming/playlist.ts';
import { runCommand } from '../../streaming/run-arguments.ts';
import { noiseAs, testFfmpeg } from '../audio.ts';
import type { FormatName } from '../audio.ts';
import { openSegmentHouse, recordingOf } from '../segment-house.ts';

/*
 * How long a listener waits, as ratios to C: the wall time of a bare ffmpeg that encodes the first 4.18 s to AAC 256, measured
 * between the cases, for the box may be shared. `npm run bench -- hls`; EVENSONG_FFMPEG chooses the binary.
 */
const run = promisify(execFile);
const MINUTES_4 = 242;
const HOUR = 3600;

const sorted = (values: number[]): number[] => values.toSorted((a, b) => a - b);
const quantile = (values: number[], q: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? NaN;
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const before = performance.now();
  await work();
  return performance.now() - before;
};

/** CPU seconds of this process's ended children. */
const childCpuSeconds = (): number => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
};

const rawArguments = (plan: Plan, cut: { first: number; end: number }, folder: string): string[] => {
  const parts = plan.parts.map((part) => ({ ...part, url: `file:${part.path.toString()}` }));
  const { inputs, filter, output } = runCommand({ ...plan, parts }, cut, folder);
  const [input] = inputs;
  if (!input) throw new Error('no input');
  return [
    '-nostdin',
    '-v',
    'error',
    '-y',
    ...INPUT_GUARDS,
    ...input.options,
    '-i',
    input.url,
    ...filter,
    ...output,
    join(folder, 'live.m3u8'),
  ];
};

const bare = async (plan: Plan, cut: { first: number; end: number }): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'));
  await run(testFfmpeg, rawArguments(plan, cut, folder));
  await rm(folder, { recursive: true });
};

let ids = 1_000_000;
/** The same sound as a track nobody has heard yet. */
const unheard = (recording: Recording, variant: Variant): Plan => planTrack({ ...recording, fileId: ids++ }, variant);

/** `group`: the measurement of C before the case; the one after it counts as well. */
type Line = { name: string; p50: number; p95: number; group: number; limit: (c: number) => number };
const lines: Line[] = [];
const cs: number[][] = [];
const report = (name: string, values: number[], limit: (c: number) => number): void => {
  lines.push({ name, p50: quantile(values, 0.5), p95: quantile(values, 0.95), group: cs.length - 1, limit });
};

const house = await openSegmentHouse();
const recordings = new Map<string, Recording>();
const take = async (format: FormatName, seconds: number): Promise<Recording> => {
  const name = `${format}-${seconds}`;
  const recording = recordings.get(name) ?? (await recordingOf(await noiseAs(format, seconds)));
  recordings.set(name, recording);
  return recording;
};
const flac = await take('flac', MINUTES_4);
/** Lets read-ahead end, so that each case starts on an idle engine. */
const settle = async (): Promise<void> => {
  while (house.engine.running() > 0) await sleep(20);
};
const measureC = async (): Promise<void> => {
  await settle();
  const group: number[] = [];
  for (let i = 0; i < 5; i++) group.push(await timed(() => bare(unheard(flac, 'aac256'), { first: 0, end: 1 })));
  cs.push(group);
};
const firstSegment = async (plan: Plan, k = 0): Promise<number> => {
  await settle();
  return timed(() => house.bytesOf(plan, k));
};

const FORMATS: FormatName[] = ['flac', 'mp3', 'm4a', 'opus'];

await measureC();
for (const [variant, limit] of [
  ['aac256', (c: number) => Math.max(300, 1.8 * c)],
  ['flac', (c: number) => Math.max(150, c)],
] as const) {
  const waits: number[] = [];
  for (let i = 0; i < 20; i++)
    waits.push(await firstSegment(unheard(await take(FORMATS[i % 4] ?? 'flac', MINUTES_4), variant)));
  report(`first segment, cold, ${variant}, 20 tracks of 4 min`, waits, limit);
  await measureC();
}
for (const format of ['flac', 'mp3vbr', 'm4a', 'opus'] as const) {
  const plan = unheard(await take(format, HOUR), 'aac256');
  const waits: number[] = [];
  for (let i = 0; i < 20; i++) {
    // A stride that is prime to the count: never a segment that was made ahead.
    const k = (i * 331 + 37) % plan.grid.count;
    await settle();
    waits.push(
      await timed(() =>
        house.bytesOf(planTrack({ ...(recordings.get(`${format}-${HOUR}`) ?? flac), fileId: ids++ }, 'aac256'), k),
      ),
    );
  }
  report(`seek in an hour of ${format}`, waits, (c) => Math.max(400, 2.5 * c));
  await measureC();
}
{
  const plan = unheard(flac, 'aac256');
  await house.bytesOf(plan, 0);
  await settle();
  const waits: number[] = [];
  for (let i = 0; i < 200; i++) waits.push(await timed(() => house.bytesOf(plan, i % 20)));
  report('warm segment', waits, () => 10);
}
{
  const lists: number[] = [];
  for (let i = 0; i < 20; i++)
    lists.push(
      await timed(() => Promise.resolve(mediaPlaylist(layGrid(unheard(flac, 'aac256').rendition, HOUR * 44_100)))),
    );
  report('media playlist of an hour', lists, () => 50);
}
{
  await settle();
  const plans = Array.from({ length: 8 }, () => unheard(flac, 'aac256'));
  const waits = await Promise.all(
    plans.map((plan, i) => timed(() => house.bytesOf(plan, 0, { owner: `listener-${i}` }))),
  );
  report('8 cold tracks at once', waits, (c) => 6 * c);
  await measureC();
}
{
  const idle: number[] = [];
  const busy: number[] = [];
  for (let i = 0; i < 6; i++) {
    idle.push(await firstSegment(unheard(flac, 'aac256')));
    await settle();
    for (const fill of [unheard(flac, 'aac256'), unheard(flac, 'aac256')])
      await house.bytesOf(fill, 0, { owner: 'fill' });
    busy.push(await timed(() => house.bytesOf(unheard(flac, 'aac256'), 0, { owner: 'new' })));
  }
  const base = quantile(idle, 0.5);
  report('cold start while two fills run', busy, () => 1.5 * base);
  await measureC();
}
const fills: { engine: number; once: number }[] = [];
for (let i = 0; i < 3; i++) {
  await settle();
  const plan = unheard(flac, 'aac256');
  const before = childCpuSeconds();
  for (let k = 0; k < plan.grid.count; k++) await house.bytesOf(plan, k);
  await settle();
  const between = childCpuSeconds();
  await bare(plan, { first: 0, end: plan.grid.count });
  fills.push({ engine: between - before, once: childCpuSeconds() - between });
}
await house.close();

const all = cs.flat();
const range = `${Math.min(...all).toFixed(0)}-${Math.max(...all).toFixed(0)}`;
console.log(`C = ${quantile(all, 0.5).toFixed(0)} ms (median of ${all.length}, ${range}), ${testFfmpeg}`);
for (const { name, p50, p95, group, limit } of lines) {
  const c = quantile([...(cs[group] ?? []), ...(cs[group + 1] ?? [])], 0.5);
  const most = limit(c);
  const cells = [p50, p95].map((ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms (${(ms / c).toFixed(2)} C)`);
  const verdict = p95 <= most ? 'ok  ' : 'OVER';
  console.log(`${verdict} ${name.padEnd(46)} p50 ${cells[0]}  p95 ${cells[1]}  limit ${most.toFixed(0)} ms`);
}
const ratio = quantile(
  fills.map((it) => it.engine / it.once),
  0.5,
);
const seconds = fills.map((it) => `${it.engine.toFixed(2)}/${it.once.toFixed(2)}`).join(' ');
console.log(
  `${ratio <= 1.25 ? 'ok  ' : 'OVER'} CPU to fill 4 min against one encode: ${ratio.toFixed(2)} (limit 1.25; ${seconds} s)`,
);
