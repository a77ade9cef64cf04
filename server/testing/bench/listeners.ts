import { fork, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { houseFlags } from '../../bootstrap/house-flags.mjs';
import { makeNoise } from '../audio.ts';
import type { HouseFacts, HouseReady } from './listeners-server.ts';

/*
 * Twenty people, each with a song of their own, all of it made ready before: does anybody's music ever wait? The house is
 * one process, its listeners are this one, each with connections of their own and a player that keeps half a minute ahead,
 * as ours does. Then the same with songs that play ten times as fast, which asks for what 200 listeners would.
 * `npm run bench -- listeners`.
 */
const LISTENERS = 20;
const TRACK_SECONDS = 90;
const AHEAD_SECONDS = 30;
const RUN_MS = 60_000;
const LIMITS = { p99Ms: 50, rssBytes: 400_000_000 };

type Answer = { status: number; bytes: Buffer; ms: number };
type Ask = (path: string, init?: { method?: string; body?: object }) => Promise<Answer>;

const connectTo =
  (port: number, agent: Agent, signedIn: () => string): Ask =>
  (path, { method = 'GET', body } = {}) =>
    new Promise((done, fail) => {
      const began = performance.now();
      const headers = {
        ...(signedIn() && { authorization: `Bearer ${signedIn()}` }),
        ...(body && { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }),
      };
      const asked = request({ port, host: '127.0.0.1', path, method, agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          done({ status: answer.statusCode ?? 0, bytes: Buffer.concat(parts), ms: performance.now() - began }),
        );
        answer.on('error', fail);
      });
      asked.on('error', fail);
      asked.end(body && JSON.stringify(body));
    });

const json = <T>({ bytes }: Answer): T => JSON.parse(bytes.toString('utf8')) as T;
const agents: Agent[] = [];
const newAgent = (): Agent => {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  agents.push(agent);
  return agent;
};

type Song = { id: string; base: string; count: number; segmentSeconds: number };
type Heard = { stalls: number; waits: number[]; failures: number };

/** Plays for `forMs`, `speed` times as fast as music goes; fetches one segment after the other while less is ahead than wanted. */
const listenTo = async (ask: Ask, song: Song, { speed, forMs }: { speed: number; forMs: number }): Promise<Heard> => {
  const heard: Heard = { stalls: 0, waits: [], failures: 0 };
  const began = performance.now();
  let [k, startedAt, boughtSeconds] = [0, 0, 0];
  while (performance.now() - began < forMs) {
    const playedSeconds = startedAt === 0 ? 0 : ((performance.now() - startedAt) / 1000) * speed;
    const aheadSeconds = boughtSeconds - playedSeconds;
    if (aheadSeconds > AHEAD_SECONDS) {
      await sleep(((aheadSeconds - AHEAD_SECONDS) * 1000) / speed);
      continue;
    }
    const answer = await ask(`${song.base}/${k % song.count}.m4s`);
    heard.waits.push(answer.ms);
    if (answer.status !== 200) heard.failures++;
    const nowSeconds = startedAt === 0 ? 0 : ((performance.now() - startedAt) / 1000) * speed;
    if (nowSeconds > boughtSeconds) {
      heard.stalls++;
      startedAt = performance.now() - (boughtSeconds * 1000) / speed;
    }
    boughtSeconds += song.segmentSeconds;
    if (startedAt === 0) startedAt = performance.now();
    k++;
  }
  return heard;
};

const makeMusic = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < LISTENERS; i++) {
    const tags = ['-metadata', `title=Song ${i}`, '-metadata', 'album=Evening', '-metadata', 'artist=Ida'];
    const path = join(folder, `${i}.flac`);
    copyFileSync(
      await makeNoise({ seconds: TRACK_SECONDS, seed: 300 + i, as: ['-c:a', 'flac', ...tags], extension: 'flac' }),
      path,
    );
    utimesSync(path, new Date(1.6e12), new Date(1.6e12));
  }
};

const next = <T>(child: ChildProcess): Promise<T> =>
  new Promise((done) => child.once('message', (it) => done(it as T)));

const openSong = async (ask: Ask, trackId: string): Promise<Song> => {
  const body = { trackId, can: { codecs: ['aac'], hls: true }, prefer: { mode: 'hls', maxKbps: 256 } };
  const { grid } = json<{
    grid: { count: number; segmentSamples: number; sampleRateHz: number; rates: { base: string }[] };
  }>(await ask('/api/v1/playback', { method: 'POST', body }));
  return {
    id: trackId,
    base: grid.rates[0]?.base ?? '',
    count: grid.count,
    segmentSeconds: grid.segmentSamples / grid.sampleRateHz,
  };
};

const quantile = (values: number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? 0;

type Room = { child: ChildProcess; asks: readonly Ask[]; songs: readonly Song[] };

const round = async ({ child, asks, songs }: Room, speed: number): Promise<boolean> => {
  child.send('tell');
  const before = await next<HouseFacts>(child);
  child.send('watch');
  const all = await Promise.all(
    songs.map(async (song, i) => {
      // Nobody presses play at the same moment.
      await sleep((i * 4000) / LISTENERS);
      return listenTo(asks[i] as Ask, song, { speed, forMs: RUN_MS });
    }),
  );
  child.send('tell');
  const facts = await next<HouseFacts>(child);
  const stalls = all.reduce((sum, it) => sum + it.stalls, 0);
  const failures = all.reduce((sum, it) => sum + it.failures, 0);
  const waits = all.flatMap((it) => it.waits);
  const good = stalls === 0 && failures === 0 && facts.p99Ms < LIMITS.p99Ms && facts.mostRssBytes < LIMITS.rssBytes;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  console.log(
    `${good ? 'ok  ' : 'OVER'} ${LISTENERS} listeners on ${LISTENERS} warm songs, ${speed} x, ${RUN_MS / 1000} s: ${stalls} stalls, ${failures} failures, ` +
      `${waits.length} segments, p50 ${ms(quantile(waits, 0.5))} p99 ${ms(quantile(waits, 0.99))}; loop delay p99 ${ms(facts.p99Ms)} max ${ms(facts.maxMs)} ` +
      `(limit ${LIMITS.p99Ms} ms); RSS at most ${(facts.mostRssBytes / 1e6).toFixed(0)} MB (limit ${LIMITS.rssBytes / 1e6}); ` +
      `${((facts.cpuUs - before.cpuUs) / 1e6).toFixed(1)} s of CPU`,
  );
  return good;
};

const folder = mkdtempSync(join(tmpdir(), 'listeners-'));
await makeMusic(join(folder, 'media'));
const child = fork(fileURLToPath(new URL('./listeners-server.ts', import.meta.url)), [folder, join(folder, 'media')], {
  execArgv: ['--import', 'tsx', ...houseFlags],
});
try {
  const { port } = await next<HouseReady>(child);
  let token = '';
  const first = connectTo(port, newAgent(), () => token);
  const signIn = { name: 'Ada', password: 'three small words' };
  const cookie = await fetch(`http://127.0.0.1:${port}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(signIn),
  });
  const made = await fetch(`http://127.0.0.1:${port}/api/v1/tokens`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      cookie: (cookie.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '',
    },
    body: JSON.stringify({ name: 'listeners', scopes: ['read', 'playback'] }),
  });
  ({ token } = (await made.json()) as { token: string });
  const { items } = json<{ items: { id: string }[] }>(await first('/api/v1/tracks?limit=50'));
  const songs: Song[] = [];
  for (const { id } of items.slice(0, LISTENERS)) songs.push(await openSong(first, id));
  for (const song of songs) for (let k = 0; k < song.count; k++) await first(`${song.base}/${k}.m4s`);
  const asks = songs.map(() => connectTo(port, newAgent(), () => token));
  const room = { child, asks, songs };
  const good = [await round(room, 1), await round(room, 10)];
  process.exitCode = good.every(Boolean) ? 0 : 1;
} finally {
  for (const agent of agents) agent.destroy();
  child.send('stop');
  await new Promise((done) => child.once('exit', done));
  rmSync(folder, { recursive: true, force: true });
}
