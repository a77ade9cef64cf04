import { copyFile, mkdir, readFile, symlink, rm, stat, utimes } from 'node:fs/promises';
import type { Hono } from 'hono';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse, setOptions } from 'hls-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachment } from '../http/index.ts';
import { noiseAs } from '../testing/audio.ts';
import {
  appOf,
  browserAbilities as browser,
  openStreamingHouse,
  sourceOf,
  withCredential,
} from '../testing/streaming-house.ts';
import type { StreamingHouse } from '../testing/streaming-house.ts';
import { downloadNameOf } from './media-types.ts';
import type { GridAnswer } from './schema.ts';
import { openStreaming } from './service.ts';
import type { Streaming } from './service.ts';

setOptions({ strictMode: true });

let folder = '';
let house: StreamingHouse;
let bare: Streaming;
let withoutFfmpeg: Hono;

beforeAll(async () => {
  house = await openStreamingHouse({ album: ['trk_1', 'trk_2', 'trk_1'] });
  folder = house.folder;
  bare = openStreaming({ ...house.needs, ffmpeg: undefined, cacheFolder: join(folder, 'none') });
  withoutFfmpeg = appOf(bare, house.needs.links);
  await house.add(await noiseAs('flac', 20));
  await house.add(await noiseAs('mp3', 12), { container: 'MP3', codec: 'mp3', lossless: false });
  await house.add(await noiseAs('m4a', 12), { container: 'MP4', codec: 'aac', lossless: false, exact: false });
  await house.add(await noiseAs('flac', 20), { fileName: Buffer.from('gone.flac') });
});
afterAll(async () => {
  await bare.close();
  await house.close();
});

const ask: StreamingHouse['ask'] = (path, init) => house.ask(path, init);
const playback: StreamingHouse['playback'] = (body, init) => house.playback(body, init);
const gridFor = async (body: object): Promise<GridAnswer> => {
  const { grid } = await playback(body);
  if (!grid) throw new Error('no grid');
  return grid;
};

describe('who may', () => {
  const paths = [
    '/api/v1/tracks/trk_1/file',
    '/api/v1/tracks/trk_1/hls/aac.m3u8',
    '/api/v1/albums/alb_1/hls/aac.m3u8',
    '/api/v1/tracks/trk_1/signal-path',
  ];
  test.each(paths)("%s: nobody 401, another's 404, unknown 404", async (path) => {
    expect((await ask(path, { who: '' })).status).toBe(401);
    expect((await ask(path, { who: 'child' })).status).toBe(404);
    expect((await ask(path.replace(/trk_1|alb_1/, (id) => `${id.slice(0, 3)}_zz`))).status).toBe(404);
  });
  test('segments are refused to whoever may not see the track, also when they lie in the cache', async () => {
    const { rates } = await gridFor({ trackId: 'trk_1' });
    const url = `${withCredential(rates[0]?.base ?? '')}/0.m4s`;
    expect((await ask(url)).status).toBe(200);
    expect((await ask(url, { who: 'child' })).status).toBe(404);
    expect((await ask(url, { who: '' })).status).toBe(401);
    expect((await ask(url, { who: 'reader' })).status).toBe(403);
  });
  test('bad input is 422, an unknown family, variant, key or segment 404', async () => {
    const post = (body: object) => ask('/api/v1/playback', { method: 'POST', body });
    expect((await post({ can: {} })).status).toBe(422);
    expect((await post({ trackId: 'trk_1', albumId: 'alb_1', can: {} })).status).toBe(422);
    expect((await post({ trackId: 'trk_1', can: { hls: 'yes' } })).status).toBe(422);
    expect((await post({ trackId: 'trk_zz', can: {} })).status).toBe(404);
    expect((await ask('/api/v1/tracks/trk_1/hls/opus.m3u8')).status).toBe(404);
    expect((await ask('/api/v1/tracks/trk_1/hls/aac999/000000000000000000000000/0.m4s')).status).toBe(404);
    expect((await ask('/api/v1/tracks/trk_1/hls/aac256/../0.m4s')).status).toBe(404);
    const { rates, count } = await gridFor({ trackId: 'trk_1' });
    for (const file of [`${count}.m4s`, '-1.m4s', 'x.m4s', 'live.m3u8'])
      expect((await ask(`${rates[0]?.base}/${file}`)).status, file).toBe(404);
  });
});

describe('playback', () => {
  test('tells the grid, the rungs and a lossy fallback', async () => {
    const answer = await playback({ trackId: 'trk_1' });
    expect(answer).toMatchObject({
      mode: 'hls',
      url: expect.stringMatching(/^\/m\/[\w-]{40}\/trk_1\/[\w-]{16}\/flac\/flac\.m3u8$/) as string,
      codec: 'flac',
      durationExact: true,
    });
    expect(answer.grid).toMatchObject({ codec: 'flac', sampleRateHz: 44_100, segmentSamples: 184_320, priming: 0 });
    expect(answer.fallback?.rates.map((it) => it.kbps)).toEqual([256, 128, 64]);
    expect(answer.fallback?.priming).toBe(1024);
    expect(answer.renditions).toEqual([
      { variant: 'flac', codec: 'flac', kbps: 818, sampleRateHz: 44_100, bitDepth: 16 },
    ]);
  });
  test('a ceiling takes the higher rungs away', async () => {
    const { grid } = await playback({ trackId: 'trk_1', prefer: { mode: 'hls', maxKbps: 150 } });
    expect(grid?.rates.map((it) => it.variant)).toEqual(['aac128', 'aac64']);
  });
  test('without ffmpeg the file is the answer, and HLS is refused in plain words', async () => {
    expect(await playback({ trackId: 'trk_1' }, { on: withoutFfmpeg })).toMatchObject({
      mode: 'direct',
      url: expect.stringMatching(/^\/m\/[\w-]{40}\/trk_1\/[\w-]{16}\/file\/trk_1\.flac$/) as string,
    });
    const refused = await ask('/api/v1/tracks/trk_1/hls/aac.m3u8', { on: withoutFfmpeg });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'streaming/no-ffmpeg']);
  });
  test('an album laid end to end has one grid and says where each track begins', async () => {
    const grid = await gridFor({ albumId: 'alb_1' });
    expect(grid.offsets?.map((it) => it.trackId)).toEqual(['trk_1', 'trk_2', 'trk_1']);
    expect(grid.offsets?.[2]?.start).toBe((grid.offsets?.[0]?.samples ?? 0) + (grid.offsets?.[1]?.samples ?? 0));
    expect((await ask(`${grid.rates[0]?.base}/5.m4s`)).status).toBe(200);
    expect((await ask(grid.rates[0]?.init ?? '')).status).toBe(200);
  });
  test('a file that is gone is 410, on a disk that is away 503', async () => {
    const play = () =>
      ask('/api/v1/playback', { method: 'POST', body: { trackId: 'trk_4', can: browser, prefer: { mode: 'hls' } } });
    expect((await play()).status).toBe(410);
    const gone = house.tracks.get('trk_4');
    if (gone) house.tracks.set('trk_4', { ...gone, rootReady: false });
    expect((await play()).status).toBe(503);
  });
});

describe('playlists and what hangs below them', () => {
  test.each([
    '/api/v1/tracks/trk_1/hls/aac.m3u8',
    '/api/v1/tracks/trk_1/hls/flac.m3u8',
    '/api/v1/albums/alb_1/hls/aac.m3u8?from=1&to=2',
  ])('%s leads to media playlists, init and segments by its own URIs', async (path) => {
    const answer = await ask(path);
    expect(answer.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    const text = await answer.text();
    const master = parse(text);
    if (!master.isMasterPlaylist) throw new Error('no master');
    for (const variant of master.variants) {
      const url = new URL(variant.uri, `http://x${path}`).pathname;
      const media = await ask(url);
      expect([media.status, media.headers.get('cache-control')]).toEqual([200, 'private, max-age=31536000, immutable']);
      parse(await media.text());
      const init = await ask(new URL('init.mp4', `http://x${url}`).pathname);
      expect([init.status, init.headers.get('content-type')]).toEqual([200, 'audio/mp4']);
      expect((await ask(new URL('0.m4s', `http://x${url}`).pathname)).status).toBe(200);
    }
  });
  test('playlists are gzipped for those who take it', async () => {
    const path = '/api/v1/tracks/trk_1/hls/aac.m3u8';
    const packed = await ask(path, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const text = gunzipSync(Buffer.from(await packed.arrayBuffer())).toString();
    expect(text).toBe(await (await ask(path, { headers: { 'accept-encoding': 'gzip;q=0' } })).text());
  });
  test('a warm segment is immutable, has a strong tag and answers 304 and ranges', async () => {
    const { rates } = await gridFor({ trackId: 'trk_2' });
    const url = `${withCredential(rates[0]?.base ?? '')}/1.m4s`;
    const first = await ask(url);
    expect(first.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(first.headers.get('content-type')).toBe('video/iso.segment');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[^"]+"$/);
    expect((await ask(url, { headers: { 'if-none-match': tag } })).status).toBe(304);
    expect((await ask(url, { headers: { range: 'bytes=0-9' } })).status).toBe(206);
  });
  test('a segment that somebody deleted is made again', async () => {
    const { rates } = await gridFor({ trackId: 'trk_2' });
    const url = `${rates[1]?.base}/0.m4s`;
    const before = Buffer.from(await (await ask(url)).arrayBuffer());
    const [variant = '', key = ''] = withCredential(rates[1]?.base ?? '')
      .split('/')
      .slice(-2);
    await rm(join(folder, 'cache', 'v1', key.slice(0, 2), key, variant, '0.m4s'));
    expect(Buffer.from(await (await ask(url)).arrayBuffer())).toEqual(before);
  });
  test('a track that is not measured yet plays, but nothing of it may be kept', async () => {
    const answer = await playback({ trackId: 'trk_3' });
    expect(answer.durationExact).toBe(false);
    const media = await ask(`${withCredential(answer.grid?.rates[0]?.base ?? '')}/index.m3u8`);
    expect([media.status, media.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    expect((await ask(`${answer.grid?.rates[0]?.base}/0.m4s`)).status).toBe(200);
  });
  test('a file that changes gets another key, and what is missing under the old one is 410', async () => {
    const path = join(folder, 'changing.flac');
    await copyFile(await noiseAs('flac', 20), path);
    house.tracks.set('trk_5', await sourceOf(5, path));
    const before = await gridFor({ trackId: 'trk_5' });
    expect((await ask(`${before.rates[0]?.base}/0.m4s`)).status).toBe(200);
    await copyFile(await noiseAs('flac', 20, 8), path);
    await utimes(path, 1, 1);
    house.tracks.set('trk_5', await sourceOf(5, path));
    const after = await gridFor({ trackId: 'trk_5' });
    expect(after.rates[0]?.base).not.toBe(before.rates[0]?.base);
    expect((await ask(`${after.rates[0]?.base}/0.m4s`)).status).toBe(200);
    const fallback = withCredential((await playback({ trackId: 'trk_5' })).fallback?.rates[0]?.base ?? '');
    const key =
      withCredential(before.rates[0]?.base ?? '')
        .split('/')
        .at(-1) ?? '';
    expect((await ask(fallback.replace(/[0-9a-f]{24}$/, key) + '/2.m4s')).status).toBe(410);
  });
});

describe('the file itself', () => {
  const url = '/api/v1/tracks/trk_1/file';
  test('whole, in part, by its tag, by HEAD, and not past its end', async () => {
    const path = await noiseAs('flac', 20);
    const size = (await stat(path)).size;
    const whole = await ask(url);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/flac']);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(await readFile(path));
    const part = await ask(url, { headers: { range: 'bytes=100-199' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${size}`]);
    const stale = await ask(url, { headers: { range: 'bytes=100-199', 'if-range': '"other"' } });
    expect(stale.status).toBe(200);
    await stale.body?.cancel();
    const head = await ask(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([
      200,
      String(size),
      0,
    ]);
    expect((await ask(url, { headers: { range: `bytes=${size}-` } })).status).toBe(416);
  });
  test('downloading names it', async () => {
    const answer = await ask(`${url}?download=1`);
    const name = basename(await noiseAs('flac', 20));
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}"; filename*=UTF-8''${name}`);
  });
  test('a name is safe in both spellings', () => {
    expect(attachment(downloadNameOf(Buffer.from('/m/Ach, "du"\\ Ä.flac')))).toBe(
      `attachment; filename="Ach, _du_ _.flac"; filename*=UTF-8''Ach%2C%20_du_%20%C3%84.flac`,
    );
  });
  test('a link that leads out of the root is not followed', async () => {
    const root = join(folder, 'root');
    await mkdir(root);
    await symlink(await noiseAs('flac', 20), join(root, 'out.flac'));
    const away = { rootPath: Buffer.from(root), fileName: Buffer.from('out.flac') };
    house.tracks.set('trk_6', await sourceOf(6, await noiseAs('flac', 20), away));
    expect((await ask('/api/v1/tracks/trk_6/file')).status).toBe(410);
    expect((await ask('/api/v1/tracks/trk_6/hls/aac.m3u8')).status).toBe(410);
  });
});
