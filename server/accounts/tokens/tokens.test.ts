import { afterEach, expect, test, vi } from 'vitest';
import { openAccountsHouse, type AccountsHouse, type Browser } from '../../testing/accounts-house.ts';
import { sha256Hex } from '../../kit/index.ts';

afterEach(() => void vi.useRealTimers());

type Made = { id: string; token: string };
const make = async (it: Browser, body: object): Promise<Made> =>
  (await (await it.ask('/api/v1/tokens', { method: 'POST', body: { name: 'script', ...body } })).json()) as Made;
const by = (token: string) => ({ authorization: `Bearer ${token}` });
const script =
  (house: AccountsHouse, token: string) =>
  (path: string, ask: object = {}) =>
    house.browser().ask(path, { from: '', ...ask, headers: by(token) });

test('a token is shown once, kept as a hash, and speaks for its person within its scopes', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const answer = await ada.ask('/api/v1/tokens', { method: 'POST', body: { name: 'cron', scopes: ['read'] } });
  const { id, token } = (await answer.json()) as Made;
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
  expect(house.db.sqlite.prepare('SELECT secret_sha256 FROM token').pluck().all()).toEqual([sha256Hex(token)]);
  expect(await (await ada.ask('/api/v1/tokens')).text()).not.toContain(token);
  const ask = script(house, token);
  expect(await (await ask('/api/v1/me')).json()).toMatchObject({ user: { name: 'Ada' }, scopes: ['read'] });
  const listed = (await (await ask('/api/v1/tokens')).json()) as { items: { id: string; lastUsedAt: string | null }[] };
  expect(listed.items[0]?.id).toBe(id);
  expect(listed.items[0]?.lastUsedAt).toMatch(/^\d{4}-/);
  expect((await ask('/api/v1/settings', { method: 'PATCH', body: { theme: 'dark' } })).status).toBe(403);
  expect((await ask('/api/v1/users')).status).toBe(403);
});
test('it works from anywhere without proof of origin, and a cookie beside it is not looked at', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const { token } = await make(ada, { scopes: ['read', 'write'] });
  const change = { method: 'PATCH', body: { theme: 'dark' }, from: 'cross-site' };
  expect((await house.browser().ask('/api/v1/settings', { ...change, headers: by(token) })).status).toBe(200);
  expect((await ada.ask('/api/v1/me', { headers: by('evs_' + '0'.repeat(40)) })).status).toBe(401);
  expect((await ada.ask('/api/v1/me', { headers: { authorization: 'Basic YTpi' } })).status).toBe(200);
});
test('a session’s secret is no token, and a token no session', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const { token } = await make(ada, { scopes: ['read'] });
  const secret = ada.cookies.get('evensong') ?? '';
  expect((await house.browser().ask('/api/v1/me', { headers: by(secret) })).status).toBe(401);
  expect((await house.browser().ask('/api/v1/me', { headers: { cookie: `evensong=${token}` } })).status).toBe(401);
  expect((await house.browser().ask(`/api/v1/me?token=${token}`)).status).toBe(401);
});
test('revoked and expired tokens are nobody, at once', async () => {
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const gone = await make(ada, { scopes: ['read'] });
  const short = await make(ada, { scopes: ['read'], expiresAt: new Date(Date.now() + 60_000).toISOString() });
  expect((await script(house, gone.token)('/api/v1/me')).status).toBe(200);
  expect((await script(house, short.token)('/api/v1/me')).status).toBe(200);
  expect((await ada.ask(`/api/v1/tokens/${gone.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await script(house, gone.token)('/api/v1/me')).status).toBe(401);
  vi.setSystemTime(Date.now() + 61_000);
  expect((await script(house, short.token)('/api/v1/me')).status).toBe(401);
});
test('nobody makes a token that may more or lives longer than they do', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const { token } = await make(ada, { scopes: ['read', 'write'], expiresAt });
  const ask = script(house, token);
  const wish = async (body: object) =>
    (await ask('/api/v1/tokens', { method: 'POST', body: { name: 'x', ...body } })).status;
  expect(await wish({ scopes: ['admin'], expiresAt })).toBe(403);
  expect(await wish({ scopes: ['read'] })).toBe(403);
  expect(await wish({ scopes: ['read'], expiresAt })).toBe(201);
  expect(await wish({ scopes: ['read'], expiresAt: '2001-01-01T00:00:00Z' })).toBe(422);
  await house.accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
  const ida = house.browser();
  await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
  for (const scope of ['admin', 'metrics'])
    expect((await ida.ask('/api/v1/tokens', { method: 'POST', body: { name: 'x', scopes: [scope] } })).status).toBe(
      403,
    );
});
test('who is no longer admin has no admin’s token', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const eve = await house.accounts.household.add({ name: 'Eve', password: 'three small words', role: 'admin' });
  const it = house.browser();
  await it.ask('/api/v1/session', { method: 'POST', body: { name: 'Eve', password: 'three small words' } });
  const { token } = await make(it, { scopes: ['read', 'admin'] });
  expect((await script(house, token)('/api/v1/users')).status).toBe(200);
  await ada.ask(`/api/v1/users/${eve.id}`, { method: 'PATCH', body: { role: 'listener' } });
  expect((await script(house, token)('/api/v1/users')).status).toBe(403);
  expect((await it.ask('/api/v1/users')).status).toBe(403);
  await ada.ask(`/api/v1/users/${eve.id}`, { method: 'DELETE' });
  expect((await script(house, token)('/api/v1/me')).status).toBe(401);
});
test('another’s token looks as if it did not exist, and a token cannot sign out', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  const { id, token } = await make(ada, { scopes: ['read', 'write'] });
  await house.accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
  const ida = house.browser();
  await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
  const foreign = await ida.ask(`/api/v1/tokens/${id}`, { method: 'DELETE' });
  const unknown = await ida.ask('/api/v1/tokens/tok_nothing', { method: 'DELETE' });
  const shown = async (answer: Response) => ({ ...((await answer.json()) as object), requestId: '' });
  expect(await shown(foreign)).toEqual(await shown(unknown));
  expect((await script(house, token)('/api/v1/me')).status).toBe(200);
  expect((await script(house, token)('/api/v1/session', { method: 'DELETE' })).status).toBe(409);
});
test('nobody keeps tokens without end', async () => {
  const house = await openAccountsHouse();
  const ada = await house.owner();
  for (let i = 0; i < 100; i++) await make(ada, { scopes: ['read'] });
  const one = { method: 'POST', body: { name: 'one more', scopes: ['read'] } };
  expect((await ada.ask('/api/v1/tokens', one)).status).toBe(409);
});
