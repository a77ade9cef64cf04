import { expect, test } from 'vitest';
import { OWNER, openAccountsHouse } from '../../testing/accounts-house.ts';
import { addressKey } from './guesses.ts';

const guess = (password: string, name = 'Ada') => ({ method: 'POST', body: { name, password } });

test('guesses at one account run out, from wherever they come, and survive a restart', async () => {
  const { browser, db } = await openAccountsHouse();
  for (let i = 0; i < 10; i++)
    expect((await browser(`203.0.113.${i}`).ask('/api/v1/session', guess('wrong wrong'))).status).toBe(401);
  const held = await browser('203.0.113.99').ask('/api/v1/session', guess(OWNER.password));
  expect(held.status).toBe(429);
  expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(held.headers.get('ratelimit-limit')).toBe('10');
  expect(held.headers.get('ratelimit-remaining')).toBe('0');
  const restarted = await openAccountsHouse({ db });
  expect((await restarted.browser().ask('/api/v1/session', guess(OWNER.password))).status).toBe(429);
});
test('a browser the owner signed in from is never shut out by others', async () => {
  const { browser, owner } = await openAccountsHouse();
  const known = await owner();
  await known.ask('/api/v1/session', { method: 'DELETE' });
  for (let i = 0; i < 12; i++) await browser().ask('/api/v1/session', guess('wrong wrong'));
  expect((await browser().ask('/api/v1/session', guess(OWNER.password))).status).toBe(429);
  expect((await known.ask('/api/v1/session', guess(OWNER.password))).status).toBe(201);
});
test('being known to one account spares nobody at another', async () => {
  const { browser, accounts } = await openAccountsHouse();
  await accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
  const ida = browser();
  await ida.ask('/api/v1/session', guess('three small words', 'Ida'));
  for (let i = 0; i < 10; i++) await ida.ask('/api/v1/session', guess('wrong wrong'));
  expect((await ida.ask('/api/v1/session', guess(OWNER.password))).status).toBe(429);
});
test('one address cannot try everybody; unknown names count as much as known ones', async () => {
  const { browser } = await openAccountsHouse({
    guesses: { perAccount: 3, perAddress: 6, perKnownBrowser: 3, codesPerAddress: 3, windowSeconds: 60 },
  });
  const it = browser();
  const answers = [];
  for (let i = 0; i < 8; i++) answers.push((await it.ask('/api/v1/session', guess('wrong wrong', `n${i}`))).status);
  expect(answers).toEqual([...Array<number>(6).fill(401), 429, 429]);
});
test('a hundred guesses at once are a hundred guesses', async () => {
  const { browser } = await openAccountsHouse();
  const answers = await Promise.all(
    Array.from({ length: 40 }, async () => (await browser().ask('/api/v1/session', guess('wrong wrong'))).status),
  );
  expect(answers.filter((status) => status === 401)).toHaveLength(10);
});
test('the current password at a change is paid from the same budget', async () => {
  const { owner, browser } = await openAccountsHouse();
  const it = await owner();
  it.cookies.delete('evensong-browser');
  for (let i = 0; i < 10; i++)
    await it.ask('/api/v1/me/password', { method: 'PUT', body: { current: `wrong ${i}`, next: 'four other words' } });
  expect((await browser().ask('/api/v1/session', guess(OWNER.password))).status).toBe(429);
});
test('right sign-ins cost nothing', async () => {
  const { browser } = await openAccountsHouse();
  for (let i = 0; i < 14; i++) expect((await browser().ask('/api/v1/session', guess(OWNER.password))).status).toBe(201);
});
test('a whole IPv6 network is one address', () => {
  expect(addressKey('2001:db8:0:1::5')).toBe('2001:db8:0:1::/64');
  expect(addressKey('2001:0db8:0000:0001:ffff:1:2:3')).toBe('2001:db8:0:1::/64');
  expect(addressKey('::1')).toBe('0:0:0:0::/64');
  expect(addressKey('192.0.2.1')).toBe('192.0.2.1');
});
