import { copyFileSync, mkdirSync, utimesSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { pino } from 'pino';
import sharp from 'sharp';
import type { PlaybackAnswer } from '../../streaming/index.ts';
import { OWNER } from '../accounts-house.ts';
import { makeNoise } from '../audio.ts';
import { MEMBER, openWholeHouse, type WholeHouse } from '../whole-house.ts';
import { ask, type Answer } from './ask.ts';
import { freePort } from './nginx.ts';

/*
 * The real house behind a real socket, as an edge sees it: what came in is written down, and it can be slow, hang, be careless
 * or be away. Its clock can be put forward, and what it logs is kept, every level of it.
 */
export type Seen = { method: string; path: string; headers: Headers };
export type Faults = {
  delayMs: number;
  /** Answers nothing for as long as this is true. */
  hangs: boolean;
  /** Changes an answer on its way out. */
  spoil: ((path: string, answer: Response) => Response) | undefined;
};

/** Somebody with a session or a token, speaking to the origin itself. */
export type Listener = {
  /** What proves who it is. */
  proof: Record<string, string>;
  send: (method: string, path: string, body?: object) => Promise<Answer>;
  playback: (body: object) => Promise<PlaybackAnswer>;
};

export type Origin = {
  port: number;
  url: string;
  house: WholeHouse;
  /** Tracks of the one album, in order; the last is a file of several megabytes. */
  trackIds: string[];
  coverId: string;
  faults: Faults;
  seen: Seen[];
  /** How often something under /m/ was asked for, by its path without the token; verdicts are told apart. */
  counts: () => Map<string, number>;
  forget: () => void;
  /** After a check that broke off: there again, and without faults. */
  recover: () => Promise<void>;
  clock: { aheadMs: number };
  logged: () => string;
  signIn: (who?: { name: string; password: string }) => Promise<Listener>;
  /** The same person by an API token, and its id. */
  withToken: (who: Listener) => Promise<Listener & { id: string }>;
  /** The process goes away, and comes back at the same port. */
  away: () => Promise<void>;
  back: () => Promise<void>;
  close: () => Promise<void>;
};

const NO_FAULTS: Faults = { delayMs: 0, hangs: false, spoil: undefined };

const fill = async (media: string): Promise<void> => {
  const album = join(media, 'Ondřej Vlk/Lantern Street');
  mkdirSync(album, { recursive: true });
  const old = new Date(Date.now() - 60_000);
  const tags = (n: number) =>
    ['album=Lantern Street', 'artist=Ondřej Vlk', `title=Song ${n}`, `track=${n}`].flatMap((it) => ['-metadata', it]);
  for (const n of [1, 2, 3]) {
    const seconds = n === 3 ? 180 : 16;
    const as = ['-c:a', 'flac', '-sample_fmt', 's16', ...tags(n)];
    const path = join(album, `${n}.flac`);
    copyFileSync(await makeNoise({ seconds, seed: 40 + n, as, extension: 'flac' }), path);
    utimesSync(path, old, old);
  }
  const picture = { create: { width: 600, height: 600, channels: 3 as const, background: '#a4502c' } };
  await sharp(picture).jpeg().toFile(join(album, 'cover.jpg'));
};

/** Says when the first bytes of a body came, and how many came in all. */
const takeUpload = async (request: Request): Promise<Response> => {
  let [firstAt, sizeBytes] = [0, 0];
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    firstAt ||= Date.now();
    sizeBytes += part.length;
  }
  return Response.json({ firstAt, sizeBytes });
};

/** A websocket as far as a proxy is concerned: 101, and what comes in goes back. */
const echoUpgrade = (server: Server): void =>
  void server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });

const withoutToken = (path: string): string => path.replace(/^\/m\/[^/]+\//, '');

export const openOrigin = async (folder: string): Promise<Origin> => {
  const media = join(folder, 'media');
  await fill(media);
  const clock = { aheadMs: 0 };
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const env = { EVENSONG_TRUSTED_PROXIES: '127.0.0.1', EVENSONG_MEASURE: 'off' };
  const house = await openWholeHouse(env, media, { clock: { now: () => Date.now() + clock.aheadMs }, log });
  house.app.intake.begin();
  await house.app.intake.scan.idle();
  const faults = { ...NO_FAULTS };
  const seen: Seen[] = [];
  const answer = async (request: Request, bindings: object): Promise<Response> => {
    const path = new URL(request.url).pathname;
    if (path === '/test/upload') return takeUpload(request);
    seen.push({ method: request.method, path, headers: request.headers });
    if (faults.delayMs) await sleep(faults.delayMs);
    while (faults.hangs) await sleep(50);
    const made = await house.app.fetch(request, bindings);
    return faults.spoil ? faults.spoil(path, made) : made;
  };
  const port = await freePort();
  let server: Server | undefined;
  const back = async (): Promise<void> => {
    const fresh = createAdaptorServer({ fetch: answer as typeof house.app.fetch }) as Server;
    fresh.keepAliveTimeout = 75_000;
    echoUpgrade(fresh);
    await new Promise<void>((ready) => fresh.listen(port, '127.0.0.1', ready));
    server = fresh;
  };
  const away = async (): Promise<void> => {
    const going = server;
    server = undefined;
    if (!going) return;
    const gone = new Promise((done) => going.close(done));
    going.closeAllConnections();
    await gone;
  };
  await back();
  const forget = (): void => {
    seen.length = 0;
    Object.assign(faults, NO_FAULTS);
    clock.aheadMs = 0;
  };
  const url = `http://127.0.0.1:${port}`;
  const { items } = (await (await house.owner.ask('/api/v1/tracks?sort=title')).json()) as {
    items: { id: string; cover: { id: string } | null }[];
  };
  const listener = (proof: Record<string, string>): Listener => {
    const send: Listener['send'] = (method, path, body) => {
      const headers = { 'content-type': 'application/json', origin: url, ...proof };
      return ask(url, path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    };
    return {
      proof,
      send,
      playback: async (body) => {
        const can = { containers: ['flac'], codecs: ['flac', 'aac'], hls: true };
        const got = await send('POST', '/api/v1/playback', { can, prefer: { mode: 'hls' }, ...body });
        if (got.status !== 200) throw new Error(`${got.status}: ${got.body.toString()}`);
        return JSON.parse(got.body.toString()) as PlaybackAnswer;
      },
    };
  };
  const signIn: Origin['signIn'] = async (who = OWNER) => {
    const said = await listener({}).send('POST', '/api/v1/session', who);
    if (said.status !== 201) throw new Error(`could not sign in: ${said.status} ${said.body.toString()}`);
    return listener({ cookie: (said.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ') });
  };
  const withToken: Origin['withToken'] = async (who) => {
    const made = await who.send('POST', '/api/v1/tokens', { name: 'cast', scopes: ['playback'] });
    const { id, token } = JSON.parse(made.body.toString()) as { id: string; token: string };
    return { ...listener({ authorization: `Bearer ${token}` }), id };
  };
  return {
    port,
    url,
    house,
    trackIds: items.map(({ id }) => id),
    coverId: items[0]?.cover?.id ?? '',
    faults,
    seen,
    counts: () => {
      const counts = new Map<string, number>();
      for (const { path } of seen) {
        if (!path.startsWith('/m/')) continue;
        const name = path.endsWith('/verdict') ? `verdict ${path}` : withoutToken(path);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },
    forget,
    recover: async () => {
      forget();
      if (!server) await back();
    },
    clock,
    logged: () => lines.join(''),
    signIn,
    withToken,
    away,
    back,
    close: async () => {
      faults.hangs = false;
      await away();
      await house.close();
    },
  };
};

export { MEMBER, OWNER };
