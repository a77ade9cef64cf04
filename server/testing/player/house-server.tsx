/**
 * The player's pages without the house: the real layout, style sheets and client program over a small API that remembers a
 * queue and counts plays, with recordings cut by ffmpeg. For tests of the player alone.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { Document } from '../../../web/layout.tsx';
import { TrackRow, type RowTrack } from '../../../web/parts/row.tsx';
import type { Recorded } from './recordings.ts';
import { readFile } from './recordings.ts';

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

type Stored = { entries: { trackId: string }[]; index: number; positionMs: number; revision: number };
export type HouseServer = {
  url: string;
  queue: () => Stored;
  plays: { trackId: string; outcome: string; playedMs: number }[];
  likes: string[];
  signedOut: { value: boolean };
  /** Signed addresses instead of plain ones: how many requests a token is good for, and what was served by which. */
  signed: { uses: number; served: string[] };
  /** Tracks whose segments answer 410. */
  gone: Set<string>;
  settings: { mode: string; maxKbps: number | null; levelling: string; crossfadeSec: number };
  /** The bodies of what was asked of POST /playback. */
  asked: { trackId?: string; albumId?: string; can?: { hls: boolean }; prefer?: { mode?: string; maxKbps?: number } }[];
  /** What was put into the one playlist. */
  listed: string[];
  close(): Promise<void>;
};

const titles = ['Night Bus, Empty', 'The Baker Opens First', 'Lantern Street'];

/** The album is the tracks end to end. */
function offsetsOf(tracks: readonly Recorded[]): object[] {
  let start = 0;
  return tracks.map(({ recording: { id, totalSamples } }) => {
    start += totalSamples;
    return { trackId: id, start: start - totalSamples, samples: totalSamples };
  });
}

export async function openHouseServer(
  dir: string,
  { tracks: recorded, album }: { tracks: readonly Recorded[]; album: Recorded },
  assetsDir: string,
): Promise<HouseServer> {
  const packer = new URL('../../../web/assets/build.mjs', import.meta.url).pathname;
  const packed = spawnSync(process.execPath, [packer, assetsDir]);
  if (packed.status !== 0) throw new Error(packed.stderr.toString());
  const names = JSON.parse(readFileSync(`${assetsDir}/manifest.json`, 'utf8')) as Record<string, string>;
  const tracks = recorded.map(({ recording }, i) => ({
    id: recording.id,
    title: titles[i] ?? recording.id,
    artists: [{ id: 'art_1', name: 'Ondřej Vlk', role: 'artist' }],
    // The last one stands on another album: a queue of both.
    album: i === 2 ? { id: 'alb_2', title: 'Elsewhere' } : { id: 'alb_1', title: 'Lantern Street' },
    durationMs: Math.round((1000 * recording.totalSamples) / recording.sampleRateHz),
    codec: 'flac',
    bitDepth: 16,
    sampleRateHz: 44_100,
    channels: 2,
    trackNumber: i + 1,
    year: 2019,
    genres: ['Folk'],
    cover: null,
    liked: false,
    missing: false,
    replayGain: { trackDb: -6, albumDb: -8, trackPeak: 0.9, albumPeak: 0.9 },
  }));
  const byId = (id: string) => tracks.find((track) => track.id === id);
  let queue: Stored = { entries: [], index: 0, positionMs: 0, revision: 1 };
  const plays: HouseServer['plays'] = [];
  const likes: string[] = [];
  const signedOut = { value: false };
  const signed: HouseServer['signed'] = { uses: 0, served: [] };
  let token = 'A';
  const gone = new Set<string>();
  const settings: HouseServer['settings'] = { mode: 'auto', maxKbps: null, levelling: 'auto', crossfadeSec: 0 };
  const asked: HouseServer['asked'] = [];
  const listed: string[] = [];
  const app = new Hono();
  app.use('/media/*', (c, next) => (signedOut.value ? Promise.resolve(c.body(null, 401)) : next()));
  app.get('/media/*', (c) => {
    if ([...gone].some((id) => c.req.path.includes(`/${id}/`)))
      return c.body(null, 410, { 'cache-control': 'no-store' });
    const bytes = readFile(dir, c.req.path.replace('/media/', ''));
    const type = c.req.path.endsWith('.m3u8') ? 'application/vnd.apple.mpegurl' : 'audio/mp4';
    if (!bytes) return c.notFound();
    const [, from] = /^bytes=(\d+)-$/.exec(c.req.header('range') ?? '') ?? [];
    if (from === undefined)
      return c.body(new Uint8Array(bytes), 200, { 'content-type': type, 'accept-ranges': 'bytes' });
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    return c.body(new Uint8Array(bytes.subarray(Number(from))), 206, { 'content-type': type, 'content-range': range });
  });
  // A token is over after some requests; playback signs with the next one.
  app.get('/m/:token/:id/:rev/:rendition/:kbps/:file', (c) => {
    const { token: given, id, kbps, file } = c.req.param();
    if (given === token.repeat(40) && signed.served.filter((it) => it === token).length >= signed.uses)
      token = String.fromCharCode(token.charCodeAt(0) + 1);
    if (given !== token.repeat(40)) return c.body(null, 403, { 'cache-control': 'no-store' });
    signed.served.push(token);
    const bytes = readFile(dir, `${id.replace(/_0_2$/, '')}/${kbps}/${file}`);
    return bytes ? c.body(new Uint8Array(bytes), 200, { 'content-type': 'audio/mp4' }) : c.notFound();
  });
  app.get('/assets/:name', (c) => {
    const name = c.req.param('name');
    const type = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', woff2: 'font/woff2' }[
      name.split('.').at(-1) ?? ''
    ];
    return c.body(new Uint8Array(readFileSync(`${assetsDir}/${name}`)), 200, { 'content-type': type ?? 'image/png' });
  });
  const api = app.basePath('/api/v1');
  api.get('/albums/:id', (c) =>
    c.json({ id: 'alb_1', title: 'Lantern Street', liked: false, artists: [], discs: [{ number: 1, tracks }] }),
  );
  api.get('/artists/:id', (c) =>
    c.json({
      id: 'art_1',
      name: 'Ondřej Vlk',
      albums: [
        { id: 'alb_1', title: 'Lantern Street', year: 2019, cover: null },
        { id: 'alb_2', title: 'Elsewhere', year: 2021, cover: null },
      ],
      similar: [{ id: 'art_2', name: 'Layla Haddad' }],
      topTracks: tracks,
    }),
  );
  api.get('/tracks', (c) => c.json({ items: tracks, next: null }));
  api.get('/tracks/:id', (c) => c.json(byId(c.req.param('id')) ?? {}));
  // Measured when it is asked for: the first answer is always that it has to be waited for.
  const looked = new Set<string>();
  api.get('/tracks/:id/waveform', (c) => {
    const waiting = !looked.has(c.req.param('id'));
    looked.add(c.req.param('id'));
    const points = waiting ? [] : Array.from({ length: 600 }, (_, i) => 255 - (i % 200));
    return c.json({ state: waiting ? 'waiting' : 'ready', durationMs: 6000, peaks: points, rms: points });
  });
  api.get('/tracks/:id/lyrics', (c) =>
    c.json({
      kind: 'synced',
      lines: [
        'The shutters fold',
        'the baker sings',
        'to bread that cannot hear',
        ...Array.from({ length: 40 }, (_, i) => `line ${i}`),
      ].map((text, i) => ({
        atMs: i * 1000,
        text,
      })),
    }),
  );
  api.get('/settings', (c) => c.json({ theme: 'dark', playback: settings }));
  api.post('/playback', async (c) => {
    const body = await c.req.json<HouseServer['asked'][number]>();
    asked.push(body);
    const wanted = body.trackId ?? body.albumId;
    const { recording } = [...recorded, album].find((one) => one.recording.id === wanted) ?? {};
    if (!recording) return c.json({ mode: 'hls', url: '', codec: 'aac', reasons: [] });
    const { codec, sampleRateHz, segmentSamples } = recording;
    const thing = body.albumId === undefined ? wanted : `${wanted}_0_2`;
    const sign = (path: string): string =>
      path.replace(/^\/media\/\w+/, `/m/${token.repeat(40)}/${thing}/revrevrevrevrevr/aac`);
    const renditions = recording.renditions.map(({ kbps, base, init }) =>
      signed.uses > 0 ? { kbps, base: sign(base), init: sign(init) } : { kbps, base, init },
    );
    if (body.can?.hls === false)
      return c.json({ mode: 'direct', url: `/media/${wanted}/source.wav`, codec: 'pcm', reasons: [] });
    const most = body.prefer?.maxKbps ?? Infinity;
    const within = renditions.filter(({ kbps }) => kbps <= most);
    const grid = {
      codec,
      sampleRateHz,
      segmentSamples,
      samples: recording.totalSamples,
      priming: recording.primingSamples,
      count: recording.segmentCount,
      rates: within.length > 0 ? within : renditions.slice(-1),
      ...(body.albumId === undefined ? {} : { offsets: offsetsOf(recorded) }),
    };
    return c.json({
      mode: 'hls',
      url: `${renditions[0]?.base}/live.m3u8`,
      codec,
      reasons: [{ code: 'asked', text: 'HLS was asked for.' }],
      grid,
    });
  });
  const answerQueue = () => ({
    ...queue,
    entries: queue.entries.map((entry) => ({ ...entry, track: byId(entry.trackId) ?? null })),
  });
  api.get('/queue', (c) => c.json(answerQueue(), 200, { etag: `"${queue.revision}"` }));
  api.on(['PUT', 'PATCH'], '/queue', async (c) => {
    if (c.req.header('if-match') !== `"${queue.revision}"`) return c.json({ title: 'Changed' }, 412);
    queue = { ...queue, ...(await c.req.json<Partial<Stored>>()), revision: queue.revision + 1 };
    return c.json({ revision: queue.revision }, 200, { etag: `"${queue.revision}"` });
  });
  api.get('/playlists', (c) => c.json({ items: [{ id: 'pls_1', name: 'Sunday pancakes', canEdit: true }] }));
  api.post('/playlists/:id/entries', async (c) => {
    listed.push(...(await c.req.json<{ trackIds: string[] }>()).trackIds);
    return c.json({ entries: [] });
  });
  api.post('/devices', (c) => c.json({}));
  api.post('/plays', async (c) => {
    plays.push(...(await c.req.json<{ events: HouseServer['plays'] }>()).events);
    return c.json({});
  });
  api.on(['PUT', 'DELETE'], '/likes/:kind/:id', (c) => {
    likes.push(`${c.req.method} ${c.req.param('kind')}:${c.req.param('id')}`);
    return c.body(null, 204);
  });
  const asset = (name: string): string => `/assets/${names[name] ?? name}`;
  app.get('*', (c) => {
    const rows = tracks.map((track, index) => (
      <TrackRow track={track as RowTrack} from="album:alb_1" index={index} lead="number" />
    ));
    const many = Array.from({ length: 60 }, (_, i) => (
      <p>
        <a href={`/page/${i}`}>Page {i}</a>
      </p>
    ));
    const frame = {
      asset,
      theme: 'dark' as const,
      path: c.req.path,
      viewer: { name: 'Marta', administers: true },
      ffmpeg: true,
    };
    c.header('content-security-policy', CSP);
    return c.html(
      <Document frame={frame} title={c.req.path}>
        <h1>At {c.req.path}</h1>
        <button type="button" class="btn main" data-play="album:alb_1">
          Play
        </button>
        <ol class="tracks">{rows}</ol>
        {many}
      </Document>,
    );
  });
  const listen = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listen(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queue: () => queue,
    plays,
    likes,
    signedOut,
    signed,
    gone,
    settings,
    asked,
    listed,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
