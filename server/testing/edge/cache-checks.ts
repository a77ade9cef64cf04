import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { argumentsOf, nginx } from './nginx.ts';
import { asOriginal, freshSegment, nameOf, playbackInAac, through, twentyOf, type Check, type World } from './world.ts';

/* What the edge keeps, for whom, and that what it hands out is right. */
const SLICE = 1 << 20;

const mediaCounts = ({ origin }: World) => [...origin.counts()].filter(([name]) => !name.startsWith('verdict '));

const eachOnce = async (world: World): Promise<void> => {
  const { origin } = world;
  const listeners = await Promise.all(Array.from({ length: 10 }, () => origin.signIn()));
  const trackId = origin.trackIds[0] ?? '';
  const wanted = await Promise.all(listeners.map((it) => twentyOf(world, it, trackId)));
  expect(new Set(wanted.flat()).size).toBe(200);
  origin.forget();
  const bodies = new Map<string, Set<string>>();
  for (const things of wanted) {
    const answers = await Promise.all(things.map((path) => through(world, path)));
    answers.forEach(({ status, body, cache }, i) => {
      const name = nameOf(things[i] ?? '');
      expect([status, name]).toEqual([200, name]);
      if (bodies.has(name)) expect([cache, name]).toEqual(['HIT', name]);
      bodies.set(name, (bodies.get(name) ?? new Set()).add(createHash('sha1').update(body).digest('hex')));
    });
  }
  for (const [name, hashes] of bodies) expect(hashes.size, name).toBe(1);
  const size = (await through(world, wanted[0]?.at(-1) ?? '')).body.length;
  for (const [name, count] of mediaCounts(world))
    expect([name, count]).toEqual([name, name.includes('/file/') ? Math.ceil(size / SLICE) : 1]);
  expect(bodies.size).toBe(20);
};

const coldCrowd = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const path = await freshSegment(world, ada);
  origin.forget();
  origin.faults.delayMs = 300;
  const answers = await Promise.all(Array.from({ length: 50 }, () => through(world, path)));
  origin.faults.delayMs = 0;
  expect(new Set(answers.map((it) => it.status))).toEqual(new Set([200]));
  expect(new Set(answers.map((it) => it.body.toString('base64'))).size).toBe(1);
  expect(origin.counts().get(nameOf(path))).toBe(1);
};

const manners = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const path = await freshSegment(world, ada);
  const head = await through(world, path, { method: 'HEAD' });
  const got = await through(world, path);
  expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(got.body.length)]);
  expect(got.cache).toBe('HIT');
  expect(got.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(got.headers['access-control-allow-origin']).toBe('*');
  const tag = String(got.headers.etag);
  expect((await through(world, path, { headers: { 'if-none-match': tag } })).status).toBe(304);
  const init = path.replace(/\d+\.m4s$/, 'init.mp4');
  for (const at of [path, await freshSegment(world, ada), init]) {
    const whole = await through(world, at, { headers: { range: 'bytes=100-199' } });
    expect([whole.status, whole.headers['content-range']?.split('/')[0]]).toEqual([206, 'bytes 100-199']);
    expect(whole.body).toEqual((await through(world, at)).body.subarray(100, 200));
  }
  const { grid } = await playbackInAac(ada, origin.trackIds[2] ?? '');
  const list = `${grid?.rates[0]?.base}/index.m3u8`;
  const plain = await through(world, list);
  const packed = await through(world, list, { headers: { 'accept-encoding': 'gzip' } });
  expect([packed.headers['content-encoding'], packed.cache]).toEqual(['gzip', 'HIT']);
  expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  expect(gunzipSync(packed.body)).toEqual(plain.body);
};

/** The same numbers each time. */
const dice = (seed: number) => (most: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed % most;
};

const ranges = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const { url } = await ada.playback({ trackId: origin.trackIds[2], ...asOriginal });
  const { body: whole } = await through({ edge: { ...world.edge, url: origin.url } }, url);
  expect(whole.length).toBeGreaterThan(4 * SLICE);
  const seek = await through(world, url, { headers: { range: `bytes=${Math.floor(whole.length * 0.9)}-` } });
  expect(seek.status).toBe(206);
  const roll = dice(11);
  for (let i = 0; i < 40; i++) {
    const [a, b] = [roll(whole.length), roll(whole.length)].sort((x, y) => x - y) as [number, number];
    const [text, part] = [
      [`${a}-${b}`, whole.subarray(a, b + 1)],
      [`${a}-`, whole.subarray(a)],
      [`-${whole.length - b}`, whole.subarray(b)],
    ][i % 3] as [string, Buffer];
    const answer = await through(world, url, { headers: { range: `bytes=${text}` } });
    expect([text, answer.status]).toEqual([text, 206]);
    expect(answer.body.equals(part), text).toBe(true);
  }
  expect((await through(world, url)).body.equals(whole)).toBe(true);
  expect((await through(world, url, { headers: { range: `bytes=${whole.length}-` } })).status).toBe(416);
};

const coldSeek = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const { url } = await ada.playback({ trackId: origin.trackIds[2], ...asOriginal });
  const total = (await through(world, url, { method: 'HEAD' })).headers['content-length'];
  rmSync(join(world.edge.folder, 'edge/file-cache'), { recursive: true });
  await world.edge.stop();
  await world.edge.start();
  origin.forget();
  const from = Math.floor(Number(total) * 0.9);
  expect((await through(world, url, { headers: { range: `bytes=${from}-${from + 99}` } })).body.length).toBe(100);
  // One slice, not what lies before it.
  expect(origin.counts().get(nameOf(url))).toBe(1);
  expect(origin.seen.find(({ path }) => path === url)?.headers.get('range')).toMatch(/^bytes=\d+-\d+$/);
};

const sharedCovers = async (world: World): Promise<void> => {
  const { origin, ada, olaf } = world;
  const trackId = origin.trackIds[0] ?? '';
  const [hers, his] = [(await playbackInAac(ada, trackId)).covers, (await playbackInAac(olaf, trackId)).covers];
  const file = `${origin.coverId}-128.webp`;
  origin.forget();
  const first = await through(world, `${hers}/${file}`);
  expect([first.status, first.headers['content-type']]).toEqual([200, 'image/webp']);
  const second = await through(world, `${his}/${file}`);
  expect([second.status, second.cache]).toEqual([200, 'HIT']);
  expect(second.body).toEqual(first.body);
  expect(origin.counts().get(nameOf(`${hers}/${file}`))).toBe(1);
  // Another policy is another scope: her token does not open it, and what is stored for it is not hers.
  const [, , token = '', , policy = ''] = hers.split('/');
  const other = policy.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
  expect((await through(world, `/m/${token}/covers/${other}/img/${file}`)).status).toBe(403);
  for (const odd of [`${origin.coverId}-100.webp`, `${origin.coverId}-128.jpeg`, 'cov_zzzz-128.webp'])
    expect([404, 403]).toContain((await through(world, `${hers}/${odd}`)).status);
};

const leftAlone = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const path = await freshSegment(world, ada);
  await through(world, path.replace(/\d+\.m4s$/, 'init.mp4'));
  origin.forget();
  origin.faults.delayMs = 400;
  expect((await through(world, path, { leaveAfterMs: 150 })).status).toBe(0);
  await sleep(1500);
  origin.faults.delayMs = 0;
  const answer = await through(world, path);
  expect([answer.status, answer.cache, origin.counts().get(nameOf(path))]).toEqual([200, 'HIT', 1]);
};

const coverWall = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const { covers } = await playbackInAac(ada, origin.trackIds[0] ?? '');
  const files = [64, 128, 256, 512, 1024].flatMap((size) =>
    ['webp', 'avif', 'jpg'].map((ending) => `${covers}/${origin.coverId}-${size}.${ending}`),
  );
  for (const path of files) await through(world, path);
  await world.edge.stop();
  rmSync(join(world.edge.folder, 'edge/verdicts'), { recursive: true });
  await world.edge.start();
  origin.forget();
  const startedAt = performance.now();
  const answers = await Promise.all([...files, ...files, ...files, ...files].map((path) => through(world, path)));
  const tookMs = performance.now() - startedAt;
  expect(new Set(answers.map(({ cache }) => cache))).toEqual(new Set(['HIT']));
  const verdicts = [...origin.counts()].reduce((sum, [, count]) => sum + count, 0);
  console.info(`60 covers at once: ${tookMs.toFixed(0)} ms, ${verdicts} verdicts`);
  expect(tookMs).toBeLessThan(250);
};

const staysAndGoes = async (world: World): Promise<void> => {
  const { origin, edge, ada } = world;
  const path = await freshSegment(world, ada);
  await through(world, path);
  await edge.stop();
  await edge.start();
  origin.forget();
  const again = await through(world, path);
  expect([again.status, again.cache]).toEqual([200, 'HIT']);
  expect(origin.counts().get(nameOf(path))).toBeUndefined();
  const key = createHash('md5')
    .update(`m1/${nameOf(path)}`)
    .digest('hex');
  const file = join(edge.folder, 'edge/media-cache', key.slice(-1), key.slice(-3, -1), key);
  expect(statSync(file).size).toBeGreaterThan(again.body.length);
  rmSync(file);
  expect((await through(world, path)).status).toBe(200);
  expect(origin.counts().get(nameOf(path))).toBe(1);
  const { status, stderr } = spawnSync(String(nginx), ['-t', ...argumentsOf(edge.folder)], { encoding: 'utf8' });
  expect([status, stderr.replaceAll(/.*(syntax is ok|test is successful).*\n/g, '')]).toEqual([0, '']);
};

export const cacheChecks: readonly Check[] = [
  {
    no: 1,
    name: '200 requests of ten listeners: the server gives each thing once, all get the same bytes',
    run: eachOnce,
  },
  { no: 5, name: 'fifty who come at once to what is cold cost the server one request', run: coldCrowd },
  { no: 8, name: 'HEAD, 304, gzip, ranges and CORS are right, cold and warm', run: manners },
  { no: 9, name: 'forty ranges of an original are exact', run: ranges },
  { no: 9, name: 'a cold seek in an original takes one slice from the server', run: coldSeek },
  { no: 13, name: 'covers are kept once per policy, and another policy is not opened', run: sharedCovers },
  { no: 14, name: 'what somebody left before its first byte is kept all the same', run: leftAlone },
  { no: 15, name: 'a wall of sixty covers comes within 250 ms', isSlow: true, run: coverWall },
  {
    no: 17,
    name: 'a restart keeps what is stored, a removed file is fetched again, nginx -t is content',
    run: staysAndGoes,
  },
];
