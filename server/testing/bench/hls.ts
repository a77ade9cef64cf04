import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Variant } from '../../streaming/grid.ts';
import { planTrack } from '../../streaming/plan.ts';
import type { Plan, Recording } from '../../streaming/plan.ts';
import { noiseAs, testFfmpeg } from '../audio.ts';
import type { FormatName } from '../audio.ts';
import { openSegmentHouse, recordingOf } from '../segment-house.ts';
import type { SegmentHouse } from '../segment-house.ts';
import { openStreamingHouse } from '../streaming-house.ts';
import { bareRun, quantile, timed } from './raw-run.ts';

/*
 * How long a listener waits, as ratios to C: the wall time of a bare ffmpeg that encodes the first 4.18 s to AAC 256, measured
 * between the cases, for the box may be shared. `npm run bench -- hls`; EVENSONG_FFMPEG chooses the binary. A word after that
 * chooses the cases whose name holds it.
 */
const MINUTES_4 = 242;
const HOUR = 3600;

/** CPU seconds of this process's ended children. */
const childCpuSeconds = (): number => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
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

const recordings = new Map<string, Recording>();
const take = async (format: FormatName, seconds: number): Promise<Recording> => {
  const name = `${format}-${seconds}`;
  const recording = recordings.get(name) ?? (await recordingOf(await noiseAs(format, seconds)));
  recordings.set(name, recording);
  return recording;
};
const flac = await take('flac', MINUTES_4);
const measureC = async (): Promise<void> => {
  const group: number[] = [];
  for (let i = 0; i < 5; i++) group.push(await timed(() => bareRun(unheard(flac, 'aac256'), { first: 0, end: 1 })));
  cs.push(group);
};

/** Each measurement has an engine of its own: closing it ends the runs that make the next segments, so the next begins idle. */
const alone = async <T>(work: (house: SegmentHouse) => Promise<T>): Promise<T> => {
  const house = await openSegmentHouse();
  try {
    return await work(house);
  } finally {
    await house.close();
  }
};
const untilIdle = async (house: SegmentHouse): Promise<void> => {
  while (house.engine.running() > 0) await sleep(20);
};
const waitAlone = (plan: Plan, k = 0): Promise<number> => alone((house) => timed(() => house.bytesOf(plan, k)));

const FORMATS: FormatName[] = ['flac', 'mp3', 'm4a', 'opus'];

const coldStarts = async (variant: Variant, limit: (c: number) => number): Promise<void> => {
  const waits: number[] = [];
  for (let i = 0; i < 20; i++)
    waits.push(await waitAlone(unheard(await take(FORMATS[i % 4] ?? 'flac', MINUTES_4), variant)));
  report(`first segment, cold, ${variant}, 20 tracks of 4 min`, waits, limit);
};

const seeks = async (format: FormatName): Promise<void> => {
  const recording = await take(format, HOUR);
  const waits: number[] = [];
  for (let i = 0; i < 20; i++) {
    const plan = unheard(recording, 'aac256');
    waits.push(await waitAlone(plan, (i * 331 + 37) % plan.grid.count));
  }
  report(`seek in an hour of ${format}`, waits, (c) => Math.max(400, 2.5 * c));
};

const manyAtOnce = async (): Promise<void> => {
  const waits: number[] = [];
  for (let i = 0; i < 5; i++) {
    const plans = Array.from({ length: 8 }, () => unheard(flac, 'aac256'));
    const all = await alone((house) =>
      Promise.all(plans.map((plan, n) => timed(() => house.bytesOf(plan, 0, { owner: `listener-${n}` })))),
    );
    waits.push(Math.max(...all));
  }
  report('8 cold tracks at once, the last of them', waits, (c) => 6 * c);
};

const besideFills = async (): Promise<void> => {
  const idle: number[] = [];
  const busy: number[] = [];
  for (let i = 0; i < 12; i++) {
    idle.push(await waitAlone(unheard(flac, 'aac256')));
    await alone(async (house) => {
      for (const fill of [unheard(flac, 'aac256'), unheard(flac, 'aac256')])
        await house.bytesOf(fill, 0, { owner: 'fill' });
      busy.push(await timed(() => house.bytesOf(unheard(flac, 'aac256'), 0, { owner: 'new' })));
    });
  }
  const base = quantile(idle, 0.5);
  report('cold start while two fills run', busy, () => 1.5 * base);
};

/** Ten seeks in two seconds, each leaving the one before: how long the last one waits. */
const seekStorm = async (): Promise<void> => {
  const waits: number[] = [];
  for (let i = 0; i < 5; i++)
    await alone(async (house) => {
      const plan = unheard(await take('flac', HOUR), 'aac256');
      for (let n = 0; n < 9; n++) {
        const leaving = new AbortController();
        const asked = house.bytesOf(plan, (n * 211 + 37) % plan.grid.count, { signal: leaving.signal });
        await Promise.race([sleep(200), asked.catch(() => undefined).then(() => sleep(200))]);
        leaving.abort();
      }
      waits.push(await timed(() => house.bytesOf(plan, 600)));
    });
  report('the last of ten seeks in two seconds', waits, (c) => Math.max(400, 2.5 * c));
};

/** What a listener gets over a socket without any encoding. */
const overHttp = async (): Promise<void> => {
  const house = await openStreamingHouse();
  const { url, stop } = await house.listen();
  const agent = new Agent({ keepAlive: true });
  // Nothing of it is kept: what this process would collect is a listener's, not the server's.
  const get = async (path: string): Promise<void> => {
    const [answer] = (await once(request(url + path, { agent }).end(), 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
  };
  const lists: number[] = [];
  const trackId = await house.add(await noiseAs('flac', HOUR));
  // The first answers of a process are compiled on the way: the track is to be cold, not the house.
  for (let i = 0; i < 5; i++) await get('/api/v1/tracks/trk_1/hls/aac.m3u8');
  for (let i = 0; i < 20; i++) {
    const known = house.tracks.get(trackId);
    if (known) house.tracks.set(trackId, { ...known, fileId: ids++ });
    const { grid } = await house.playback({ trackId, prefer: { mode: 'hls', maxKbps: 256 } });
    lists.push(await timed(() => get(`${grid?.rates[0]?.base}/index.m3u8`)));
  }
  report('media playlist of an hour, cold, over HTTP', lists, () => 50);
  const { grid } = await house.playback({ trackId });
  for (let k = 0; k < 20; k++) await get(`${grid?.rates[0]?.base}/${k}.m4s`);
  while (house.slots.counts().running > 0) await sleep(20);
  const waits: number[] = [];
  for (let i = 0; i < 200; i++) {
    waits.push(await timed(() => get(`${grid?.rates[0]?.base}/${i % 4}.m4s`)));
    // One listener after the other, not a flood: how many there may be is for the bench of listeners.
    await sleep(20);
  }
  report('warm segment over HTTP', waits, () => 10);
  agent.destroy();
  await stop();
  await house.close();
};

const fills: { engine: number; once: number; started: number; allowed: number }[] = [];
const fillWhole = async (): Promise<void> => {
  for (let i = 0; i < 3; i++)
    await alone(async (house) => {
      const plan = unheard(flac, 'aac256');
      const before = childCpuSeconds();
      for (let k = 0; k < plan.grid.count; k++) await house.bytesOf(plan, k);
      await untilIdle(house);
      const between = childCpuSeconds();
      await bareRun(plan, { first: 0, end: plan.grid.count });
      const allowed = Math.ceil(plan.grid.count / 24) + 1;
      fills.push({
        engine: between - before,
        once: childCpuSeconds() - between,
        started: house.engine.started(),
        allowed,
      });
    });
};

const cases: [string, () => Promise<void>][] = [
  ['first aac256', () => coldStarts('aac256', (c) => Math.max(300, 1.8 * c))],
  ['first flac', () => coldStarts('flac', (c) => Math.max(150, c))],
  ...(['flac', 'mp3vbr', 'm4a', 'opus'] as const).map((it): [string, () => Promise<void>] => [
    `seek ${it}`,
    () => seeks(it),
  ]),
  ['http', overHttp],
  ['eight', manyAtOnce],
  ['beside fills', besideFills],
  ['storm', seekStorm],
  ['fill', fillWhole],
];
const wanted = process.argv.slice(2).join(' ');
const chosen = cases.filter(([name]) => name.includes(wanted));
if (chosen.length === 0) throw new Error(`No such case; there are: ${cases.map(([name]) => name).join(', ')}`);
await measureC();
for (const [, work] of chosen) {
  await work();
  await measureC();
}

const all = cs.flat();
const range = `${Math.min(...all).toFixed(0)}-${Math.max(...all).toFixed(0)}`;
console.log(`C = ${quantile(all, 0.5).toFixed(0)} ms (median of ${all.length}, ${range}), ${testFfmpeg}`);
for (const { name, p50, p95, group, limit } of lines) {
  const c = quantile([...(cs[group] ?? []), ...(cs[group + 1] ?? [])], 0.5);
  const most = limit(c);
  const cells = [p50, p95].map((ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms (${(ms / c).toFixed(2)} C)`);
  const verdict = p95 <= most ? 'ok  ' : 'OVER';
  console.log(
    `${verdict} ${name.padEnd(46)} p50 ${cells[0]}  p95 ${cells[1]}  limit ${most.toFixed(0)} ms (${(most / c).toFixed(2)} C)`,
  );
}
if (fills.length) {
  const ratio = quantile(
    fills.map((it) => it.engine / it.once),
    0.5,
  );
  const seconds = fills.map((it) => `${it.engine.toFixed(2)}/${it.once.toFixed(2)}`).join(' ');
  const tooMany = fills.some((it) => it.started > it.allowed);
  console.log(
    `${ratio <= 1.25 && !tooMany ? 'ok  ' : 'OVER'} CPU to fill 4 min against one encode: ${ratio.toFixed(2)} (limit 1.25; ${seconds} s; ${fills[0]?.started} spawns, at most ${fills[0]?.allowed})`,
  );
}
