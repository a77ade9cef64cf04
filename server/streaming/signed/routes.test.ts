import { copyFile, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'hls-parser';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { noiseAs } from '../../testing/audio.ts';
import { liveFfmpeg } from '../../testing/segment-house.ts';
import { openStreamingHouse, sourceOf, withCredential } from '../../testing/streaming-house.ts';
import type { StreamingHouse } from '../../testing/streaming-house.ts';

let house: StreamingHouse;
let url = '';

beforeAll(async () => {
  house = await openStreamingHouse({ album: ['trk_1', 'trk_2'] });
  for (const [format, change] of [
    ['flac', {}],
    ['mp3', { container: 'MP3', codec: 'mp3', lossless: false }],
    ['m4a', { container: 'MP4', codec: 'aac', lossless: false, exact: false }],
  ] as const)
    await house.add(await noiseAs(format, 12), change);
  url = (await house.playback({ trackId: 'trk_1' })).url;
});
afterAll(() => house.close());

/** As a player without any credential asks. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  house.ask(path, { who: '', headers, method });
const statusOf = async (path: string): Promise<number> => (await ask(path)).status;
const partsOf = (path: string) => {
  const [, , token = '', thing = '', rev = '', rendition = '', ...rest] = path.split('/');
  return { token, thing, rev, rendition, rest: rest.join('/') };
};
type Parts = ReturnType<typeof partsOf>;
const withParts = (path: string, change: Partial<Parts>): string => {
  const { token, thing, rev, rendition, rest } = { ...partsOf(path), ...change };
  return `/m/${token}/${thing}/${rev}/${rendition}/${rest}`;
};

describe('an address of playback', () => {
  test('leads without any credential from master to media playlists, init and segments, all kept for ever', async () => {
    for (const body of [{ trackId: 'trk_1' }, { trackId: 'trk_2' }, { albumId: 'alb_1' }]) {
      const { url: start } = await house.playback(body);
      const master = await ask(start);
      expect(master.status).toBe(200);
      const list = parse(await master.text());
      if (!list.isMasterPlaylist) throw new Error('no master');
      for (const { uri } of list.variants) {
        expect(uri).toMatch(/^\w+\/index\.m3u8$/);
        const media = new URL(uri, `http://x${start}`).pathname;
        const text = await (await ask(media)).text();
        expect(text).not.toContain('/m/');
        parse(text);
        for (const file of ['index.m3u8', 'init.mp4', 'plain.mp4', '0.m4s']) {
          const answer = await ask(new URL(file, `http://x${media}`).pathname);
          expect([answer.status, answer.headers.get('cache-control')]).toEqual([
            200,
            'public, max-age=31536000, immutable',
          ]);
        }
      }
    }
  });
  test('answers what the path with a credential answers', async () => {
    const { grid } = await house.playback({ trackId: 'trk_2' });
    const base = grid?.rates[0]?.base ?? '';
    const bodyOf = async (path: string) => Buffer.from(await (await house.ask(path)).arrayBuffer());
    for (const file of ['index.m3u8', 'init.mp4', '1.m4s'])
      expect(await bodyOf(`${base}/${file}`)).toEqual(await bodyOf(`${withCredential(base)}/${file}`));
  });
  test('is the same bytes and headers whoever asks: no Vary, no cookie, readable by players of other sites', async () => {
    const plain = await ask(url);
    const dressed = await ask(url, {
      'accept-encoding': 'gzip, br',
      cookie: 'evensong=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      authorization: 'Bearer x',
      origin: 'https://elsewhere.example',
    });
    expect(await dressed.text()).toBe(await plain.text());
    for (const { headers } of [plain, dressed]) {
      expect([headers.get('vary'), headers.get('set-cookie'), headers.get('content-encoding')]).toEqual(
        Array.from({ length: 3 }, () => null),
      );
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    }
  });
  test('of what is not measured yet is never kept', async () => {
    const answer = await house.playback({ trackId: 'trk_3' });
    expect((await ask(answer.url)).headers.get('cache-control')).toBe('no-store');
    expect((await ask(`${answer.grid?.rates[0]?.base}/index.m3u8`)).headers.get('cache-control')).toBe('no-store');
  });
  test('stays the same for hours', async () => {
    expect((await house.playback({ trackId: 'trk_1' })).url).toBe(url);
  });
});

describe('what was not signed is 403', () => {
  test('another track, rev, rendition or token', async () => {
    const other = partsOf((await house.playback({ trackId: 'trk_2' })).url);
    const { fallback } = await house.playback({ trackId: 'trk_1' });
    const { token } = partsOf(url);
    for (const change of [
      { thing: 'trk_2', rev: other.rev },
      { rev: other.rev },
      { rendition: 'aac', rest: 'aac.m3u8' },
      { rendition: 'file', rest: 'trk_1.flac' },
      { token: other.token },
      { token: partsOf(fallback?.rates[0]?.base ?? '').token },
      { token: `${token}=` },
      { token: token.slice(0, 39) },
      { token: 'A'.repeat(40) },
      { token: `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}` },
    ])
      expect(await statusOf(withParts(url, change)), JSON.stringify(change)).toBe(403);
  });
  test('the same address spelled otherwise', async () => {
    for (const spelled of [
      url.replace('trk_1', '%74rk_1'),
      url.replace('trk_1', 'trk%5F1'),
      url.replace('.m3u8', '%2em3u8'),
      `${url}?`,
    ])
      expect(await statusOf(spelled), spelled).toBe(403);
  });
  test('a capped ladder does not reach above its ceiling', async () => {
    const { grid } = await house.playback({ trackId: 'trk_2', prefer: { mode: 'hls', maxKbps: 150 } });
    const base = grid?.rates[0]?.base ?? '';
    expect(base).toMatch(/\/aac128\/aac128$/);
    expect(await statusOf(`${base}/0.m4s`)).toBe(200);
    expect(await statusOf(`${base.replace(/aac128$/, 'aac256')}/0.m4s`)).toBe(404);
  });
  test('below a good signature a wrong file is 404, and every no is forgotten', async () => {
    const { grid } = await house.playback({ trackId: 'trk_2' });
    for (const file of [`${grid?.count}.m4s`, '00.m4s', 'live.m3u8', 'x.m4s']) {
      const answer = await ask(`${grid?.rates[0]?.base}/${file}`);
      expect([answer.status, answer.headers.get('cache-control')], file).toEqual([404, 'no-store']);
    }
    const refused = await ask(withParts(url, { token: 'A'.repeat(40) }));
    expect([refused.headers.get('cache-control'), refused.headers.get('access-control-allow-origin')]).toEqual([
      'no-store',
      '*',
    ]);
  });
  test('a track that this listener may not hear any more, or that is gone', async () => {
    const id = await house.add(await noiseAs('flac', 12));
    const { url: before, grid } = await house.playback({ trackId: id });
    house.tracks.delete(id);
    for (const path of [before, `${grid?.rates[0]?.base}/0.m4s`, withParts(before, { rest: 'verdict' })])
      expect(await statusOf(path), path).toBe(403);
  });
});

describe('the original', () => {
  const asFile = { prefer: { mode: 'direct' } };
  test('comes with ranges, by a name of its own', async () => {
    const { url: file } = await house.playback({ trackId: 'trk_1', ...asFile });
    const bytes = await readFile(await noiseAs('flac', 12));
    const whole = await ask(file);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
    expect(whole.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const part = await ask(file, { range: 'bytes=100-199' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, bytes.subarray(100, 200)]);
    const head = await ask(file, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    expect(await statusOf(file.replace(/trk_1\.flac$/, 'other.flac'))).toBe(404);
  });
  test('of a file that has changed is 410 under its old address, whether or not a scan came by', async () => {
    const path = join(house.folder, 'changing.flac');
    await copyFile(await noiseAs('flac', 12), path);
    house.tracks.set('trk_9', await sourceOf(9, path));
    const { url: before } = await house.playback({ trackId: 'trk_9', ...asFile });
    expect(await statusOf(before)).toBe(200);
    await utimes(path, 1, 1);
    expect(await statusOf(before)).toBe(410);
    const { url: after } = await house.playback({ trackId: 'trk_9', ...asFile });
    expect(await statusOf(after)).toBe(200);
  });
});

describe('the verdict', () => {
  test('is yes for what stands and no for the rest', async () => {
    const yes = await ask(withParts(url, { rest: 'verdict' }));
    expect([yes.status, yes.headers.get('cache-control')]).toEqual([
      204,
      'max-age=20, stale-while-revalidate=5, stale-if-error=30',
    ]);
    const no = await ask(withParts(url, { thing: 'trk_2', rest: 'verdict' }));
    expect([no.status, no.headers.get('cache-control')]).toEqual([403, 'no-store']);
  });
});

describe('a listener behind a proxy, of whom nobody hears that they left', () => {
  test('gives up what was asked for before by a wish elsewhere; near ones are answered together', async () => {
    const id = await house.add(await noiseAs('flac', 60));
    const { grid } = await house.playback({ trackId: id });
    const base = grid?.rates[0]?.base ?? '';
    const waiting = ask(`${base}/0.m4s`);
    await vi.waitUntil(() => liveFfmpeg().length > 0, { interval: 5, timeout: 10_000 });
    const held = liveFfmpeg();
    for (const pid of held) process.kill(pid, 'SIGSTOP');
    const [before, ...together] = await Promise.all([waiting, ask(`${base}/9.m4s`), ask(`${base}/10.m4s`)]);
    for (const pid of held) if (liveFfmpeg().includes(pid)) process.kill(pid, 'SIGCONT');
    expect([before.status, before.headers.get('retry-after'), before.headers.get('cache-control')]).toEqual([
      503,
      '1',
      'no-store',
    ]);
    expect(together.map(({ status }) => status)).toEqual([200, 200]);
    expect(await statusOf(`${base}/0.m4s`)).toBe(200);
  });
});
