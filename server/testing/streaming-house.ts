import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createSlots } from '../ffmpeg/index.ts';
import { createClientReader, mountRoutes } from '../http/index.ts';
import type { Viewer } from '../http/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import type { TrackSource } from '../library/index.ts';
import { measureLength } from '../streaming/length.ts';
import { createStreamingRoutes } from '../streaming/routes.ts';
import { createLinks } from '../streaming/signed/links.ts';
import type { Links } from '../streaming/signed/links.ts';
import type { Standing } from '../streaming/signed/handles.ts';
import { openKeyRing } from '../streaming/signed/key-ring.ts';
import { keyOfRev } from '../streaming/signed/scope.ts';
import { createSignedRoutes } from '../streaming/signed/routes.ts';
import type { PlaybackAnswer } from '../streaming/schema.ts';
import { openStreaming } from '../streaming/service.ts';
import type { Streaming } from '../streaming/service.ts';
import type { Sources } from '../streaming/sources.ts';
import { testFfmpeg } from './audio.ts';

/*
 * The streaming room behind its real routes, over a library that is a map: for tests and benches of what a listener gets.
 * Who asks is said by the header x-who: ida sees everything, the child another root, the reader may not play.
 */
const viewer: Viewer = {
  userId: 'usr_1',
  name: 'Ida',
  role: 'listener',
  scopes: new Set(['read', 'write', 'playback']),
  roots: 'all',
  via: 'token',
  credentialId: 'tok_ida',
};
const people: Record<string, Viewer> = {
  ida: viewer,
  child: { ...viewer, userId: 'usr_2', roots: [2], credentialId: 'tok_child' },
  reader: { ...viewer, scopes: new Set(['read']), credentialId: 'tok_reader' },
};

/** A file as the library would tell of it after the scan; one that cannot be measured has a length the headers claim. */
export const sourceOf = async (
  trackId: number,
  path: string,
  change: Partial<TrackSource> = {},
): Promise<TrackSource> => {
  const needs = { ffmpeg: { path: testFfmpeg }, slots: createSlots({ cores: 2 }) };
  const measured = change.exact === false ? undefined : await measureLength(needs, { path: Buffer.from(path) });
  const length = measured?.kind === 'measured' ? measured : undefined;
  const facts = await stat(path, { bigint: true });
  return {
    trackId,
    fileId: trackId,
    albumId: 1,
    rootId: 1,
    title: 'Ach, du',
    rootPath: Buffer.from(dirname(path)),
    folderPath: Buffer.alloc(0),
    fileName: Buffer.from(basename(path)),
    sizeBytes: Number(facts.size),
    mtimeNs: facts.mtimeNs,
    audioKey: undefined,
    container: 'FLAC',
    codec: 'flac',
    lossless: true,
    sampleRateHz: length?.srcRate ?? 44_100,
    bitDepth: 16,
    channels: length?.channels ?? 2,
    bitrateKbps: 800,
    durationMs: length ? Math.round((length.samples / length.srcRate) * 1000) : 60_000,
    exact: length !== undefined,
    samples: length?.samples,
    p0: length?.p0,
    srcRate: length?.srcRate,
    damaged: length?.damaged ?? false,
    cueNo: undefined,
    cueStart: undefined,
    cueEnd: undefined,
    missing: false,
    rootReady: true,
    lengthPending: false,
    ...change,
  };
};

const standing: Standing = {
  viewer: (id) => Object.values(people).find((it) => it.credentialId === id),
  ids: () => Object.values(people).map((it) => it.credentialId),
};

export const appOf = (streaming: Streaming, links: Links): Hono => {
  const made = new Hono();
  const covers = { send: () => Promise.resolve(undefined), file: () => Promise.resolve(undefined) };
  const routes = [
    ...createStreamingRoutes({ streaming, gainOf: () => null }),
    ...createSignedRoutes({ streaming, links, covers }),
  ];
  mountRoutes(made, routes, {
    readClient: createClientReader({ trustedProxies: [], baseUrl: undefined }),
    whoIs: (c) => people[c.req.header('x-who') ?? ''],
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`${problem.title}` }),
    baseUrl: undefined,
    log: silentLog,
  });
  return made;
};

/** Where a cookie or token finds what lies at a signed address of a rung. */
export const withCredential = (signed: string): string => {
  const [, , , thing = '', rev = '', , variant = ''] = signed.split('/');
  const [, albumId, from, to] = /^(alb_\w+)_(\d+)_(\d+)$/.exec(thing) ?? [];
  const place = albumId === undefined ? `tracks/${thing}/hls` : `albums/${albumId}/hls/${from}-${to}`;
  return `/api/v1/${place}/${variant}/${keyOfRev(rev)}`;
};

export type Init = { who?: string; method?: string; headers?: Record<string, string>; body?: unknown; on?: Hono };

export const browserAbilities = { containers: ['mp3', 'flac', 'mp4'], codecs: ['mp3', 'flac', 'aac'], hls: true };

type Options = {
  binary?: string | undefined;
  quotaBytes?: number;
  /** Tracks of the album alb_1, in order. */
  album?: readonly string[];
  cacheFolder?: string;
};

/** Answers over a real socket as Ida, to whoever knocks: a browser sends no x-who. */
const listen = async (app: Hono, pages: Hono): Promise<{ url: string; stop: () => Promise<void> }> => {
  const fetchAsIda = (request: Request): Response | Promise<Response> => {
    if (!/^\/(api|m)\//.test(new URL(request.url).pathname)) return pages.fetch(request);
    request.headers.set('x-who', 'ida');
    return app.fetch(request);
  };
  const server = createAdaptorServer({ fetch: fetchAsIda });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
};

export const openStreamingHouse = async (options: Options = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'streaming-'));
  const tracks = new Map<string, TrackSource>();
  const sources: Sources = {
    trackSource: (id, who) => (who.roots === 'all' ? tracks.get(id) : undefined),
    albumRun: (id, { from = 0, to = 99 }, who) =>
      id === 'alb_1' && who.roots === 'all'
        ? (options.album ?? []).slice(from, to + 1).flatMap((it) => tracks.get(it) ?? [])
        : undefined,
  };
  const slots = createSlots({ cores: 2 });
  const ring = openKeyRing({ path: join(folder, 'media-keys.json'), clock: systemClock, log: silentLog });
  const links = createLinks({ ring, standing, sightOf: ({ roots }) => String(roots), clock: systemClock });
  const needs = {
    sources,
    links,
    quotaBytes: options.quotaBytes ?? 1 << 30,
    slots,
    clock: systemClock,
    log: silentLog,
  };
  const cacheFolder = options.cacheFolder ?? join(folder, 'cache');
  const streaming = openStreaming({ ...needs, ffmpeg: { path: options.binary ?? testFfmpeg }, cacheFolder });
  const app = appOf(streaming, links);

  const ask = async (path: string, { who = 'ida', method = 'GET', headers = {}, body, on = app }: Init = {}) => {
    const answer = await on.request(path, {
      method,
      headers: { 'x-who': who, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // Read to the end, so that no file stays open.
    const content = await answer.arrayBuffer();
    return new Response([204, 304].includes(answer.status) ? null : content, answer);
  };
  const askPlayback = (body: object, init: Init = {}): Promise<Response> =>
    ask('/api/v1/playback', {
      method: 'POST',
      body: { can: browserAbilities, prefer: { mode: 'hls' }, ...body },
      ...init,
    });
  const playback = async (body: object, init: Init = {}): Promise<PlaybackAnswer> => {
    const answer = await askPlayback(body, init);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as PlaybackAnswer;
  };
  let last = 0;
  return {
    folder,
    cacheFolder,
    needs,
    streaming,
    app,
    slots,
    tracks,
    ask,
    askPlayback,
    playback,
    /** Makes a file a track and answers its id. */
    add: async (path: string, change: Partial<TrackSource> = {}): Promise<string> => {
      last++;
      const id = `trk_${last.toString(36)}`;
      tracks.set(id, await sourceOf(last, path, change));
      return id;
    },
    listen: (pages = new Hono()) => listen(app, pages),
    close: async () => {
      await streaming.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type StreamingHouse = Awaited<ReturnType<typeof openStreamingHouse>>;
