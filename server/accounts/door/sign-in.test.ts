import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClientReader } from '../../http/index.ts';
import { sha256Hex, silentLog, systemClock } from '../../kit/index.ts';
import { OWNER, openAccountsHouse, openEmptyHouse, type Browser } from '../../testing/accounts-house.ts';
import { resetPassword } from '../index.ts';

afterEach(() => void vi.useRealTimers());

const signIn = { method: 'POST', body: OWNER };
/** A token of theirs, as a script sends it. */
const tokenOf = async (it: Browser): Promise<Record<string, string>> => {
  const made = await it.ask('/api/v1/tokens', { method: 'POST', body: { name: 'script', scopes: ['read', 'write'] } });
  return { authorization: `Bearer ${((await made.json()) as { token: string }).token}` };
};
const sessionOf = (cookies: Map<string, string>) => cookies.get('evensong') ?? '';

describe('signing in', () => {
  test('gives a session that only its hash is kept of, and says who is there', async () => {
    const { browser, db } = await openAccountsHouse();
    const it = browser();
    const answer = await it.ask('/api/v1/session', signIn);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^evensong=[a-z2-7]{40}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
    );
    const ids = db.sqlite.prepare('SELECT id FROM session').pluck().all();
    expect(ids).toEqual([sha256Hex(sessionOf(it.cookies))]);
    expect(db.sqlite.serialize().includes(sessionOf(it.cookies))).toBe(false);
    expect(await (await it.ask('/api/v1/me')).json()).toMatchObject({
      user: { name: 'Ada', role: 'owner' },
      scopes: ['read', 'write', 'playback', 'metrics', 'admin'],
      roots: 'all',
    });
  });
  test('a wrong name and a wrong password are answered alike', async () => {
    const { browser } = await openAccountsHouse();
    const ask = async (body: object) => {
      const answer = await browser().ask('/api/v1/session', { method: 'POST', body });
      const { requestId: _one, ...problem } = (await answer.json()) as Record<string, unknown>;
      return [answer.status, problem, answer.headers.getSetCookie()];
    };
    const wrongName = await ask({ name: 'Nobody', password: 'three small words' });
    const wrongPassword = await ask({ name: 'Ada', password: 'some other words' });
    expect(wrongName).toEqual(wrongPassword);
    expect(wrongName[0]).toBe(401);
  });
  test('an unknown name takes as long as a wrong password', async () => {
    const { accounts } = await openAccountsHouse({
      guesses: { perAccount: 999, perAddress: 999, perKnownBrowser: 999, codesPerAddress: 999, windowSeconds: 60 },
    });
    const client = { address: '203.0.113.9', https: false, host: undefined };
    const time = async (name: string) => {
      const start = performance.now();
      const arrival = { client, agent: '', oldSession: undefined, browser: undefined };
      await accounts.entrance.signIn({ name, password: 'some other words' }, arrival).catch(() => undefined);
      return performance.now() - start;
    };
    await time('Ada');
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let i = 0; i < 12; i++) {
      times.known.push(await time('Ada'));
      times.unknown.push(await time('Nobody'));
    }
    const median = (list: number[]) => list.toSorted((a, b) => a - b)[6] ?? 0;
    const ratio = median(times.unknown) / median(times.known);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.6);
  });
  test('the name may be typed full-width, composed otherwise, in capitals, with spaces around', async () => {
    const { accounts, browser } = await openAccountsHouse();
    await accounts.household.add({ name: 'Zoë K', password: 'three small words', role: 'listener' });
    for (const name of ['zoë k', 'ZOE\u0308 K', ' Ｚｏë  Ｋ '])
      expect(
        (await browser().ask('/api/v1/session', { ...signIn, body: { name, password: OWNER.password } })).status,
      ).toBe(201);
  });
  test('a session planted beforehand is not taken over, and the browser’s own old one ends', async () => {
    const { browser, owner, db } = await openAccountsHouse();
    const planted = browser();
    planted.cookies.set('evensong', 'a'.repeat(40));
    await planted.ask('/api/v1/session', signIn);
    expect(sessionOf(planted.cookies)).not.toBe('a'.repeat(40));
    const it = await owner();
    const before = sessionOf(it.cookies);
    await it.ask('/api/v1/session', signIn);
    expect(sessionOf(it.cookies)).not.toBe(before);
    expect(db.sqlite.prepare('SELECT count(*) FROM session WHERE id = ?').pluck().get(sha256Hex(before))).toBe(0);
    expect((await browser().ask('/api/v1/me', { headers: { cookie: `evensong=${before}` } })).status).toBe(401);
  });
  test('from another site it is refused, from a script without cookie it is not', async () => {
    const { browser } = await openAccountsHouse();
    expect((await browser().ask('/api/v1/session', { ...signIn, from: 'cross-site' })).status).toBe(403);
    expect((await browser().ask('/api/v1/session', { ...signIn, from: '' })).status).toBe(201);
  });
});

describe('a session', () => {
  test('on https has the __Host- name and Secure, and the plain name is not believed there', async () => {
    const { browser } = await openAccountsHouse({ trustedProxies: ['203.0.113.0/24'] });
    const it = browser();
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await it.ask('/api/v1/session', { ...signIn, headers });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-evensong=.*; Secure$/);
    expect((await it.ask('/api/v1/me', { headers })).status).toBe(200);
    const secret = it.cookies.get('__Host-evensong') ?? '';
    expect((await browser().ask('/api/v1/me', { headers: { ...headers, cookie: `evensong=${secret}` } })).status).toBe(
      401,
    );
  });
  test('slides: half way it is renewed and the cookie sent again; unused for 30 days it is over', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const { owner, browser } = await openAccountsHouse();
    const it = await owner();
    const day = 86_400_000;
    vi.setSystemTime(Date.now() + 14 * day);
    expect((await it.ask('/api/v1/me')).headers.getSetCookie()).toEqual([]);
    vi.setSystemTime(Date.now() + 2 * day);
    const renewed = await it.ask('/api/v1/me');
    expect(renewed.headers.getSetCookie()[0]).toContain(`evensong=${sessionOf(it.cookies)};`);
    vi.setSystemTime(Date.now() + 29 * day);
    expect((await it.ask('/api/v1/me')).status).toBe(200);
    const cookie = `evensong=${sessionOf(it.cookies)}`;
    vi.setSystemTime(Date.now() + 31 * day);
    expect((await browser().ask('/api/v1/me', { headers: { cookie } })).status).toBe(401);
  });
  test('ends at once at sign-out, although it was remembered', async () => {
    const { owner, browser } = await openAccountsHouse();
    const it = await owner();
    const cookie = `evensong=${sessionOf(it.cookies)}`;
    expect((await it.ask('/api/v1/me')).status).toBe(200);
    expect((await it.ask('/api/v1/session', { method: 'DELETE' })).status).toBe(204);
    expect(it.cookies.has('evensong')).toBe(false);
    expect((await browser().ask('/api/v1/me', { headers: { cookie } })).status).toBe(401);
  });
  test('is listed by a public id, and another’s looks as if it did not exist', async () => {
    const { owner, accounts, browser } = await openAccountsHouse();
    const ada = await owner();
    await accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
    const ida = browser();
    await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
    const { items } = (await (await ada.ask('/api/v1/sessions')).json()) as {
      items: { id: string; current: boolean }[];
    };
    expect(items).toMatchObject([{ current: true, address: '203.0.113.1' }]);
    const path = `/api/v1/sessions/${items[0]?.id}`;
    expect((await ida.ask(path, { method: 'DELETE' })).status).toBe(404);
    expect((await ada.ask('/api/v1/me')).status).toBe(200);
    expect((await ada.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await ada.ask('/api/v1/me')).status).toBe(401);
  });
  test('malformed cookies are nobody, never a failure', async () => {
    const { browser } = await openAccountsHouse();
    const odd = [
      '%',
      'evensong=%E0%A4%A',
      'evensong=%00',
      '; ;=;',
      `evensong=${'x'.repeat(5000)}`,
      'evensong',
      '__proto__=1',
    ];
    for (const cookie of odd)
      expect((await browser().ask('/api/v1/me', { headers: { cookie } })).status, cookie).toBe(401);
  });
});

describe('a new password', () => {
  test('needs the current one, ends every other session and forgives no guess', async () => {
    const { owner } = await openAccountsHouse();
    const here = await owner();
    const there = await owner();
    expect((await there.ask('/api/v1/me')).status).toBe(200);
    const change = (current: string) => ({ method: 'PUT', body: { current, next: 'four quite other words' } });
    expect((await here.ask('/api/v1/me/password', change('wrong wrong wrong'))).status).toBe(403);
    const changed = await here.ask('/api/v1/me/password', change(OWNER.password));
    expect([changed.status, await changed.json()]).toEqual([200, { ended: 1 }]);
    expect((await here.ask('/api/v1/me')).status).toBe(200);
    expect((await there.ask('/api/v1/me')).status).toBe(401);
  });
  test('ends every token of theirs and of nobody else, whoever gives it', async () => {
    const { owner, accounts, browser } = await openAccountsHouse();
    const ada = await owner();
    const ida = browser();
    const { id } = await accounts.household.add({ name: 'Ida', password: OWNER.password, role: 'listener' });
    await ida.ask('/api/v1/session', { method: 'POST', body: { ...OWNER, name: 'Ida' } });
    const [adas, idas] = [await tokenOf(ada), await tokenOf(ida)];
    const standing = async () => {
      const answers = [adas, idas].map((headers) => browser().ask('/api/v1/me', { headers }));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(await standing()).toEqual([200, 200]);
    await ada.ask(`/api/v1/users/${id}`, { method: 'PATCH', body: { password: 'four quite other words' } });
    expect(await standing()).toEqual([200, 401]);
    const body = { current: OWNER.password, next: 'four quite other words' };
    expect((await ada.ask('/api/v1/me/password', { method: 'PUT', body })).status).toBe(200);
    expect(await standing()).toEqual([401, 401]);
    expect(await (await ada.ask('/api/v1/tokens')).json()).toMatchObject({ items: [] });
  });
  test('from the command line counts at once, also for a session that the server remembers', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const { openDatabase } = await import('../../db/index.ts');
    const dir = mkdtempSync('/tmp/accounts-');
    try {
      const { writeFileSync } = await import('node:fs');
      writeFileSync(`${dir}/a.db`, openEmptyHouse().sqlite.serialize());
      const db = openDatabase(`${dir}/a.db`, { durability: 'normal' });
      const { owner, browser } = await openAccountsHouse({ db });
      const it = await owner();
      expect((await it.ask('/api/v1/me')).status).toBe(200);
      const token = await tokenOf(it);
      expect((await browser().ask('/api/v1/me', { headers: token })).status).toBe(200);
      const other = openDatabase(`${dir}/a.db`, { durability: 'full' });
      await resetPassword({ db: other, clock: systemClock }, { password: 'four quite other words' });
      other.close();
      expect((await it.ask('/api/v1/me')).status).toBe(401);
      expect((await browser().ask('/api/v1/me', { headers: token })).status).toBe(401);
      const again = { method: 'POST', body: { name: 'Ada', password: 'four quite other words' } };
      expect((await browser().ask('/api/v1/session', again)).status).toBe(201);
      db.close();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
  test('that is short, common or the name itself is refused without being repeated', async () => {
    const { owner } = await openAccountsHouse();
    const it = await owner();
    for (const next of ['short', 'aaaaaaaaaaaa', 'Password123', 'changeme12!']) {
      const answer = await it.ask('/api/v1/me/password', { method: 'PUT', body: { current: OWNER.password, next } });
      expect(answer.status, next).toBe(422);
      expect(await answer.text()).not.toContain(next);
    }
  });
});

test('addresses are believed from trusted peers alone, from the right end of the list', () => {
  const read = createClientReader({ trustedProxies: ['10.0.0.0/8', '::1'], baseUrl: undefined });
  const from = (peer: string, forwarded: string) => {
    const header = (name: string) => ({ 'x-forwarded-for': forwarded, host: 'home.test' })[name];
    return read({ env: { incoming: { socket: { remoteAddress: peer } } }, req: { header } } as never).address;
  };
  expect(from('203.0.113.5', '192.0.2.1')).toBe('203.0.113.5');
  expect(from('::ffff:10.1.1.1', '192.0.2.1')).toBe('192.0.2.1');
  expect(from('10.1.1.1', '6.6.6.6, 192.0.2.1, 10.9.9.9')).toBe('192.0.2.1');
  expect(from('::1', 'rubbish')).toBe('::1');
});

test('a remembered session costs little', async () => {
  const { owner, accounts } = await openAccountsHouse();
  const it = await owner();
  const cookie = `evensong=${sessionOf(it.cookies)}`;
  const { Hono } = await import('hono');
  const app = new Hono();
  let each = Infinity;
  app.get('/', async (c) => {
    const client = { address: '', https: false, host: undefined };
    await accounts.whoIs(c, client);
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      for (let i = 0; i < 2000; i++) await accounts.whoIs(c, client);
      each = Math.min(each, ((performance.now() - start) / 2000) * 1000);
    }
    return c.text('');
  });
  await app.request('/', { headers: { cookie } });
  silentLog.info(`${each}`);
  process.stdout.write(`a session costs ${each.toFixed(2)} us\n`);
  expect(each).toBeLessThan(30);
});
