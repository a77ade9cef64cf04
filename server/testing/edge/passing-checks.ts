import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { isPublicRoute } from '../../http/index.ts';
import { addressOf } from '../quartet/ask-route.ts';
import { freshSegment, nameOf, playbackInAac, through, type Check, type World } from './world.ts';

/* What passes through untouched, what never reaches the server, and what happens while it is away. */

/** Every page and every answer that may be personal: what the edge must not know the next time. */
const personalPaths = ({ origin }: World): string[] => {
  const [trackId = ''] = origin.trackIds;
  const known = { id: trackId, '/api/v1/covers/:id': origin.coverId };
  const routes = origin.house.app.routes.filter(({ spec }) => spec.method === 'get' && spec.who !== 'signed');
  const paths = routes
    .filter(({ spec }) => !['/api/v1/events', '/metrics'].includes(spec.path))
    .map((it) => addressOf(it, { ...it.spec.example, params: { id: trackId, ...it.spec.example?.params } }));
  return [...new Set([...paths, `/api/v1/covers/${known['/api/v1/covers/:id']}?size=64`])];
};

const nothingPersonal = async (world: World): Promise<void> => {
  const { origin, edge, ada, olaf } = world;
  const token = await origin.withToken(ada);
  const credentials = [{}, ada.proof, olaf.proof, token.proof] as Record<string, string>[];
  const paths = personalPaths(world);
  expect(paths.length).toBeGreaterThan(30);
  const before = [edge.stored('media-cache').size, edge.stored('file-cache').size];
  for (const path of paths)
    for (const headers of credentials) {
      origin.forget();
      const answers = [await through(world, path, { headers }), await through(world, path, { headers })];
      expect([path, answers.map((it) => it.cache)]).toEqual([path, ['BYPASS', 'BYPASS']]);
      expect([path, origin.seen.length]).toEqual([path, 2]);
    }
  expect([edge.stored('media-cache').size, edge.stored('file-cache').size]).toEqual(before);
  expect(origin.house.app.routes.filter(isPublicRoute).length).toBeGreaterThan(0);
};

const PERSONAL = {
  cookie: 'evensong=secret; other=1',
  authorization: 'Bearer secret',
  'user-agent': 'me/1.0',
  referer: 'https://home.example/albums/7',
  origin: 'https://home.example',
  accept: 'text/html',
  'accept-language': 'eo',
  'accept-encoding': 'br',
  'if-none-match': '"x"',
  'x-real-ip': '203.0.113.9',
  'x-forwarded-for': '203.0.113.9',
  forwarded: 'for=203.0.113.9',
  'x-secret': 'secret',
};
const MAY_COME = new Set(['host', 'connection', 'x-forwarded-for', 'x-forwarded-proto', 'range']);

const withHeader =
  (path: string, name: string, value: string) =>
  (at: string, answer: Response): Response => {
    if (at === path) answer.headers.set(name, value);
    return answer;
  };

const carelessServer = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const path = await freshSegment(world, ada);
  origin.forget();
  origin.faults.spoil = withHeader(path, 'vary', 'Cookie, Accept, Accept-Encoding');
  expect((await through(world, path, { headers: PERSONAL })).status).toBe(200);
  const came = origin.seen.flatMap(({ headers }) => [...headers.keys()]);
  expect(came.filter((name) => !MAY_COME.has(name))).toEqual([]);
  expect(new Set(origin.seen.map(({ headers }) => headers.get('x-forwarded-for')))).toEqual(new Set(['127.0.0.1']));
  for (const cookie of ['a=1', 'b=2']) expect((await through(world, path, { headers: { cookie } })).cache).toBe('HIT');
  expect(origin.counts().get(nameOf(path))).toBe(1);
  const baked = await freshSegment(world, ada);
  origin.faults.spoil = withHeader(baked, 'set-cookie', 'evensong=stolen');
  for (let i = 0; i < 2; i++) {
    const { status, headers } = await through(world, baked);
    expect([status, headers['set-cookie']]).toEqual([200, undefined]);
  }
  for (const status of [403, 404, 410, 500]) {
    const at = await freshSegment(world, ada);
    const headers = { 'cache-control': 'public, max-age=600' };
    origin.faults.spoil = (asked, answer) => (asked === at ? new Response('no', { status, headers }) : answer);
    expect((await through(world, at)).status).toBe(status === 500 ? 500 : status);
    origin.faults.spoil = undefined;
    expect([status, (await through(world, at)).status]).toEqual([status, 200]);
  }
};

const events = async ({ edge, ada }: World): Promise<void> => {
  const giveUp = new AbortController();
  const answer = await fetch(`${edge.url}/api/v1/events`, { headers: ada.proof, signal: giveUp.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = answer.body!.getReader();
  const patience = setTimeout(() => giveUp.abort(), 10_000);
  await ada.send('POST', '/api/v1/scans');
  let heard = '';
  while (!heard.includes('scan.')) heard += Buffer.from((await reader.read()).value ?? []).toString();
  clearTimeout(patience);
  giveUp.abort();
};

/** The first half is on its way before the second is sent. */
const upload = async ({ edge }: World): Promise<void> => {
  const half = Buffer.alloc(4 << 20, 'x');
  const taken = await new Promise<{ firstAt: number; sizeBytes: number; secondAt: number }>((done, fail) => {
    let secondAt = 0;
    const asking = request(`${edge.url}/test/upload`, { method: 'POST', agent: false }, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => (text += part.toString()));
      answer.on('end', () => done({ ...(JSON.parse(text) as { firstAt: number; sizeBytes: number }), secondAt }));
    });
    asking.on('error', fail);
    asking.write(half);
    void sleep(500).then(() => {
      secondAt = Date.now();
      asking.end(half);
    });
  });
  expect(taken.sizeBytes).toBe(2 * half.length);
  expect(taken.firstAt).toBeLessThan(taken.secondAt);
};

const websocket = ({ edge }: World): Promise<string> =>
  new Promise((done, fail) => {
    const socket = connect(edge.port, '127.0.0.1');
    let got = '';
    socket.setTimeout(5000, () => socket.destroy(new Error(`heard only ${got}`)));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error(`heard only ${got}`)));
    socket.on('data', (part: Buffer) => {
      got += part.toString();
      if (got.includes('\r\n\r\n') && !got.includes('hello')) socket.write('hello');
      if (!got.includes('hello')) return;
      done(got);
      socket.destroy();
    });
    socket.write('GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });

/** Without a credential: signed paths, which take nothing, and the one address whose answer is not buffered. */
const nothingIsHoarded = async (world: World): Promise<void> => {
  const { origin } = world;
  const body = Buffer.alloc(1 << 20, 'x');
  origin.forget();
  const below = `/m/${'A'.repeat(40)}/trk_1/${'A'.repeat(16)}`;
  for (const path of [`${below}/aac/verdict`, `${below}/aac/aac.m3u8`, `${below}/file/trk_1.flac`, '/api/v1/events'])
    expect([path, (await through(world, path, { method: 'POST', body })).status]).toEqual([path, 413]);
  expect(origin.seen).toEqual([]);
};

const passesLive = async (world: World): Promise<void> => {
  await events(world);
  await upload(world);
  expect(await websocket(world)).toMatch(/^HTTP\/1\.1 101 .*hello$/s);
};

type Away = { known: string; dead: string; unknown: string };

const beforeAway = async (world: World, dies?: (path: string) => Promise<void>): Promise<Away> => {
  const { origin, ada } = world;
  const going = await origin.signIn();
  const [known, unknown] = [await freshSegment(world, ada), await freshSegment(world, ada)];
  const dead = `${(await playbackInAac(going, origin.trackIds[2] ?? '')).grid?.rates[0]?.base}${/\/\w+\.m4s$/.exec(known)?.[0]}`;
  await through(world, known);
  if (dies) expect((await through(world, dead)).cache).toBe('HIT');
  await going.send('DELETE', '/api/v1/session');
  await dies?.(dead);
  expect((await through(world, dead)).status).toBe(403);
  expect((await through(world, known)).cache).toBe('HIT');
  return { known, dead, unknown };
};

const away = async (world: World): Promise<void> => {
  const { origin } = world;
  const { known, dead, unknown } = await beforeAway(world);
  await origin.away();
  const [hit, gone, cold, page] = await Promise.all([known, dead, unknown, '/'].map((it) => through(world, it)));
  await origin.back();
  expect([hit?.status, hit?.cache]).toEqual([200, 'HIT']);
  expect(gone?.status).toBe(403);
  for (const it of [cold, page]) {
    expect([it?.status, it?.headers['retry-after'], it?.headers['cache-control']]).toEqual([503, '2', 'no-store']);
    expect(JSON.parse(String(it?.body))).toMatchObject({ code: 'edge/origin-away' });
  }
  // It goes on where it was.
  expect((await through(world, unknown)).status).toBe(200);
};

const awayForLong = async (world: World): Promise<void> => {
  const { origin } = world;
  const { known, dead } = await beforeAway(world, async (path) => {
    // A yes is stored for it, and dies in its time: it must not rise again when nobody is there to ask.
    while ((await through(world, path)).status !== 403) await sleep(500);
  });
  await origin.away();
  const startedAt = Date.now();
  let lastHitS = 0;
  try {
    while (Date.now() - startedAt < 62_000) {
      const [alive, ended] = await Promise.all([through(world, known), through(world, dead)]);
      if (alive.status === 200) lastHitS = (Date.now() - startedAt) / 1000;
      expect([403, 503]).toContain(ended.status);
      await sleep(1000);
    }
  } finally {
    await origin.back();
  }
  console.info(`without its server the edge answered for ${lastHitS.toFixed(1)} s`);
  expect(lastHitS).toBeGreaterThan(15);
  expect(lastHitS).toBeLessThanOrEqual(55.5);
};

const hangs = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const path = await freshSegment(world, ada);
  await through(world, path);
  // Another listener, of whom the edge knows no verdict yet.
  const other = await origin.signIn();
  const same = nameOf(path).replace(/^\w+\/[^/]+\/[^/]+/, '');
  const { url } = await playbackInAac(other, origin.trackIds[2] ?? '');
  origin.faults.hangs = true;
  const startedAt = performance.now();
  const [hit, asked] = await Promise.all([through(world, path), through(world, url.replace(/\/aac\.m3u8$/, same))]);
  origin.faults.hangs = false;
  expect([hit.cache, asked.status]).toEqual(['HIT', 503]);
  expect(performance.now() - startedAt).toBeLessThan(6000);
};

export const passingChecks: readonly Check[] = [
  { no: 6, name: 'everything personal reaches the server each time and is never stored', run: nothingPersonal },
  { no: 7, name: 'nothing personal goes upstream, and a careless answer does no harm', run: carelessServer },
  { no: 10, name: 'without the server what is known goes on, what is not is 503, what has ended stays so', run: away },
  { no: 10, name: 'without the server a verdict ends within 55 s', isSlow: true, run: awayForLong },
  { no: 10, name: 'a server that hangs costs a listener two seconds, and nobody who is known', run: hangs },
  { no: 12, name: 'events, uploads and upgrades are not held up', run: passesLive },
  { no: 12, name: 'a body that nobody takes does not lie down on the disk', run: nothingIsHoarded },
];
