import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Listener } from './origin.ts';
import {
  asOriginal,
  endOf,
  freshSegment,
  nameOf,
  partsOf,
  playbackInAac,
  through,
  withParts,
  type Check,
  type World,
} from './world.ts';

/* Who is let through, for how long, and who is not: on things that lie in the cache. */

const flip = (text: string, i: number): string => text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1);

/** Every wrong way to write the address of something that is stored. */
const wrongOnes = async ({ origin, ada }: World): Promise<{ right: string; others: string[]; wrong: string[] }> => {
  const [first = '', second = ''] = origin.trackIds;
  const { url, grid } = await playbackInAac(ada, first);
  const neighbour = await playbackInAac(ada, second);
  const other = partsOf(neighbour.url);
  const original = await ada.playback({ trackId: first, ...asOriginal });
  const right = `${grid?.rates[0]?.base}/0.m4s`;
  const { token, thing, rev } = partsOf(right);
  return {
    right,
    // Stored under their own names: what a token for something else must not open.
    others: [`${neighbour.grid?.rates[0]?.base}/0.m4s`, original.url],
    wrong: [
      withParts(right, { thing: second }),
      withParts(right, { thing: second, rev: other.rev }),
      withParts(right, { rev: flip(rev, 3) }),
      withParts(right, { rendition: 'flac' }),
      withParts(right, { rendition: 'aac128' }),
      withParts(original.url, { token }),
      withParts(right, { token: other.token }),
      withParts(right, { token: partsOf(original.url).token }),
      withParts(right, { token: flip(token, 0) }),
      withParts(right, { token: flip(token, 12) }),
      withParts(right, { token: flip(token, 39) }),
      withParts(right, { token: token.slice(1) }),
      withParts(right, { token: `${token}A` }),
      withParts(right, { token: `${token}=` }),
      right.replace(thing, `%${thing.charCodeAt(0).toString(16)}${thing.slice(1)}`),
      right.replace('.m4s', '%2em4s'),
      right.replace('/aac/', '/aac/./'),
      right.replace('/aac/', '/aac//'),
      right.replace('/aac/', '/x/../aac/'),
      `${right}?`,
      `${right}?a=1`,
      `${right}/`,
      `/x/..${right}`,
      url.replace('.m3u8', '.m3u8/verdict'),
    ],
  };
};

const refusals = async (world: World): Promise<void> => {
  const { right, others, wrong } = await wrongOnes(world);
  for (const path of [right, ...others]) expect((await through(world, path)).status).toBe(200);
  expect((await through(world, right)).cache).toBe('HIT');
  for (const path of wrong) {
    const { status, headers } = await through(world, path);
    expect([path, status, headers['cache-control']]).toEqual([path, 403, 'no-store']);
  }
  expect(wrong.length).toBeGreaterThanOrEqual(18);
  expect((await through(world, right, { method: 'POST' })).status).toBe(405);
  // The server itself says the same.
  for (const path of wrong) {
    const { status } = await through({ edge: { ...world.edge, url: world.origin.url } }, path);
    expect([path, [403, 404, 422].includes(status)]).toEqual([path, true]);
  }
};

/** Seconds until an address is refused, asked every half second; gives up after `mostS`. */
export const untilRefused = async (world: Pick<World, 'edge'>, path: string, mostS: number): Promise<number> => {
  const startedAt = Date.now();
  const tookS = (): number => (Date.now() - startedAt) / 1000;
  while (tookS() < mostS) {
    if ((await through(world, path)).status === 403) return tookS();
    await sleep(500);
  }
  return Infinity;
};

const originRefuses = async ({ origin, edge }: World, path: string): Promise<void> =>
  expect((await through({ edge: { ...edge, url: origin.url } }, path)).status).toBe(403);

let guests = 1;

/** Each way in which a credential ends, done. */
const endings = async ({ origin, ada }: World) => {
  const person = { name: `Guest ${guests++}`, password: 'words for a short stay' };
  const made = await ada.send('POST', '/api/v1/users', { ...person, role: 'listener' });
  const { id } = JSON.parse(made.body.toString()) as { id: string };
  const [session, other, guest] = [await origin.signIn(), await origin.signIn(), await origin.signIn(person)];
  const token = await origin.withToken(session);
  const found = JSON.parse((await other.send('GET', '/api/v1/sessions')).body.toString()) as {
    items: { id: string; current: boolean }[];
  };
  const otherId = found.items.find((it) => it.current)?.id ?? '';
  return [
    { who: token, what: 'a revoked token', end: () => session.send('DELETE', `/api/v1/tokens/${token.id}`) },
    {
      who: other,
      what: 'a session ended from elsewhere',
      end: () => ada.send('DELETE', `/api/v1/sessions/${otherId}`),
    },
    { who: session, what: 'a sign-out', end: () => session.send('DELETE', '/api/v1/session') },
    {
      who: guest,
      what: 'a password change',
      end: () => ada.send('PATCH', `/api/v1/users/${id}`, { password: 'other words for it' }),
    },
  ] as { who: Listener; what: string; end: () => Promise<{ status: number }> }[];
};

const signOut = async (world: World): Promise<void> => {
  const { origin, ada } = world;
  const trackId = origin.trackIds[0] ?? '';
  const staying = `${(await playbackInAac(ada, trackId)).grid?.rates[0]?.base}/0.m4s`;
  const going = [];
  for (const it of await endings(world))
    going.push({ ...it, path: `${(await playbackInAac(it.who, trackId)).grid?.rates[0]?.base}/0.m4s` });
  for (const { path } of going) expect((await through(world, path)).status).toBe(200);
  for (const { path, end, what } of going) {
    expect([what, (await end()).status < 300]).toEqual([what, true]);
    await originRefuses(world, path);
  }
  const died = await Promise.all(going.map(({ path }) => untilRefused(world, path, 40)));
  console.info('refused after', going.map(({ what }, i) => `${what}: ${died[i]?.toFixed(1)} s`).join(', '));
  for (const [i, seconds] of died.entries()) expect(seconds, going[i]?.what).toBeLessThanOrEqual(25);
  expect((await through(world, staying)).cache).toBe('HIT');
};

/** At once where the edge has not asked yet, and at the server in any case. */
const signOutAtOnce = async (world: World): Promise<void> => {
  const trackId = world.origin.trackIds[0] ?? '';
  for (const { who, what, end } of await endings(world)) {
    const path = `${(await playbackInAac(who, trackId)).grid?.rates[0]?.base}/0.m4s`;
    expect([what, (await end()).status < 300]).toEqual([what, true]);
    await originRefuses(world, path);
    expect([what, (await through(world, path)).status]).toEqual([what, 403]);
  }
};

const expiry = async (world: World): Promise<void> => {
  const { origin } = world;
  // Of their own: the edge keeps a no for 20 s.
  const who = await origin.signIn();
  const paths = [await freshSegment(world, who), (await playbackInAac(who, origin.trackIds[1] ?? '')).url];
  for (const [i, path] of paths.entries()) {
    await through({ edge: { ...world.edge, url: origin.url } }, path);
    origin.clock.aheadMs = endOf(path) * 1000 - 3500 - Date.now();
    expect((await through(world, path)).status).toBe(200);
    expect((await through(world, path)).cache).toBe('HIT');
    // The second time nobody is there to ask: no stale yes may stand in.
    if (i === 1) await origin.away();
    await sleep(4500);
    expect((await through(world, path)).status).toBe(i === 1 ? 503 : 403);
    if (i === 1) await origin.back();
    origin.clock.aheadMs = 0;
  }
};

const invented = async (world: World): Promise<void> => {
  const { edge, ada } = world;
  const right = await freshSegment(world, ada);
  await through(world, right);
  const before = [edge.stored('verdicts').size, edge.stored('media-cache').size];
  for (let i = 0; i < 50; i++) {
    const token = randomBytes(30).toString('base64url');
    expect((await through(world, withParts(right, { token }))).status).toBe(403);
  }
  expect([edge.stored('verdicts').size, edge.stored('media-cache').size]).toEqual(before);
};

/** Every token this process has seen in an address. */
const tokensSeen = ({ origin }: World): string[] => {
  const found = origin.seen.map(({ path }) => /^\/m\/([\w-]{40})\//.exec(path)?.[1]);
  return [...new Set(found.filter((it) => it !== undefined))];
};

const silence = async (world: World): Promise<void> => {
  const { origin, edge, ada } = world;
  origin.forget();
  const { url } = await playbackInAac(ada, origin.trackIds[0] ?? '');
  const segment = await freshSegment(world, ada);
  const paths = [url, segment, (await ada.playback({ trackId: origin.trackIds[0], ...asOriginal })).url];
  const direct = { edge: { ...edge, url: origin.url } };
  const odd = [withParts(segment, { thing: 'trk_zz' }), `${segment}?x=1`, segment.replace('/aac/', '/aac/%zz/')];
  const rounds = [...paths, ...odd, `${segment}/${'x'.repeat(9000)}`, segment.replace(/\d+\.m4s$/, '99999.m4s')];
  for (const path of rounds) {
    await through(world, path);
    await through(world, path, { headers: { 'x-bad': 'y'.repeat(40_000) } });
    await through(direct, path);
  }
  await through(world, segment, { method: 'BREW' });
  const broken = await freshSegment(world, ada);
  origin.faults.spoil = () => {
    throw new Error('broken');
  };
  await through(world, broken);
  origin.faults.spoil = undefined;
  const unseen = await freshSegment(world, ada);
  await origin.away();
  for (const path of [...rounds, unseen]) await through(world, path);
  await origin.back();
  const tokens = [...tokensSeen(world), partsOf(unseen).token];
  expect(tokens.length).toBeGreaterThan(2);
  const stored = ['media-cache', 'file-cache'] as const;
  const files = stored.flatMap((store) => [...edge.stored(store).values()].map((it) => it.toString('latin1')));
  const accessLog = readFileSync(`${edge.folder}/edge/access.log`, 'utf8');
  expect(accessLog).toContain('/m/-/');
  expect(files.length).toBeGreaterThan(0);
  expect(origin.logged()).toContain('/m/:token/');
  for (const token of tokens) {
    expect(edge.logs().includes(token), 'in the log of the edge').toBe(false);
    expect(origin.logged().includes(token), 'in the log of the server').toBe(false);
    expect(
      files.some((it) => it.includes(token)),
      'in the media cache',
    ).toBe(false);
  }
  expect(nameOf(segment)).not.toContain(partsOf(segment).token);
};

export const signatureChecks: readonly Check[] = [
  { no: 2, name: 'what is cached is refused to every wrong signature and spelling', run: refusals },
  { no: 3, name: 'an ended credential is refused at once by the server, and where the edge asks', run: signOutAtOnce },
  { no: 3, name: 'an ended credential is refused on hits within 25 s, and nobody else is', isSlow: true, run: signOut },
  { no: 4, name: 'no verdict outlives its token, whether or not the server is there', run: expiry },
  { no: 11, name: 'no token stands in a log or in the media cache, whatever happens', run: silence },
  { no: 16, name: 'invented tokens leave nothing behind', run: invented },
];
