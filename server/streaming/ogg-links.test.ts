import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noiseAs } from '../testing/audio.ts';
import { decodePcm } from '../testing/segment-house.ts';
import { openStreamingHouse, withCredential } from '../testing/streaming-house.ts';
import type { StreamingHouse } from '../testing/streaming-house.ts';
import { readLinks } from './ogg-links.ts';

/* Streams joined in one Ogg file, as radio recorders and `cat` make them, are one track: heard whole, sought anywhere. */
let house: StreamingHouse;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'links-'));
  house = await openStreamingHouse({ album: ['trk_1', 'trk_2'] });
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const joined = async (format: 'opus' | 'vorbis'): Promise<{ path: string; pieces: string[]; sizes: number[] }> => {
  const pieces = [await noiseAs(format, 12, 3), await noiseAs(format, 20, 4), await noiseAs(format, 5, 5)];
  const bytes = await Promise.all(pieces.map((it) => readFile(it)));
  const path = join(folder, `joined-${format}.ogg`);
  await writeFile(path, Buffer.concat(bytes));
  return { path, pieces, sizes: bytes.map((it) => it.length) };
};

test('the links of a file are found, one file has one, and what is no Ogg has none', async () => {
  const { path, pieces, sizes } = await joined('opus');
  const [a = 0, b = 0, c = 0] = sizes;
  expect(await readLinks(Buffer.from(path))).toEqual([
    { start: 0, end: a },
    { start: a, end: a + b },
    { start: a + b, end: a + b + c },
  ]);
  expect(await readLinks(Buffer.from(pieces[0] ?? ''))).toHaveLength(1);
  expect(await readLinks(Buffer.from(await noiseAs('flac', 12)))).toEqual([]);
  expect(await readLinks(Buffer.from('/nowhere.ogg'))).toEqual([]);
});

test.each([
  ['opus', true],
  ['vorbis', true],
  ['vorbis', false],
] as const)(
  '%s, measured %s: it is as long as its links together, and each is heard where it lies',
  async (format, exact) => {
    const { path, pieces } = await joined(format);
    const trackId = await house.add(path, {
      container: 'Ogg',
      codec: format,
      lossless: false,
      ...(exact ? {} : { exact }),
    });
    const { grid } = await house.playback({ trackId });
    const flac = grid?.codec === 'flac' ? grid : undefined;
    const base = withCredential((flac ?? grid)?.rates[0]?.base ?? '').replace(/aac256/, 'flac');
    // FLAC of a lossy source is not offered to a browser, but made when asked for: it shows every sample.
    const master = await house.ask(`/api/v1/tracks/${trackId}/hls/flac.m3u8`);
    expect(master.status).toBe(200);
    const list = await (await house.ask(`${base}/index.m3u8`)).text();
    const count = list.match(/#EXTINF/g)?.length ?? 0;
    const segments: Buffer[] = [];
    // Backwards, so that each is a run that seeks.
    for (let k = count - 1; k >= 0; k--)
      segments.unshift(Buffer.from(await (await house.ask(`${base}/${k}.m4s`)).arrayBuffer()));
    const init = Buffer.from(await (await house.ask(`${base}/plain.mp4`)).arrayBuffer());
    const whole = join(folder, `whole-${format}.mp4`);
    await writeFile(whole, Buffer.concat([init, ...segments]));
    const made = await decodePcm(whole);
    const truth = Buffer.concat(await Promise.all(pieces.map((it) => decodePcm(it))));
    expect(made.length).toBe(truth.length);
    let worst = 0;
    for (let i = 0; i < made.length; i += 2)
      worst = Math.max(worst, Math.abs(made.readInt16LE(i) - truth.readInt16LE(i)));
    expect(worst).toBeLessThan(0.05 * 32_768);
  },
);
