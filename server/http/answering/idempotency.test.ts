import { expect, test } from 'vitest';
import { z } from 'zod';
import { openAccountsHouse, type Browser } from '../../testing/accounts-house.ts';
import { json, noContent, route } from '../index.ts';

const open = async () => {
  let made = 0;
  const wait = Promise.withResolvers<void>();
  const things = route(
    {
      method: 'post',
      path: '/api/v1/things',
      who: 'user',
      summary: 'x',
      body: z.object({ name: z.string() }),
      answers: {},
    },
    (call) => {
      made++;
      if (call.body.name === 'broken') throw new Error('no');
      return json(call, { made }, { status: 201, headers: { location: `/things/${made}` } });
    },
  );
  const slow = route({ method: 'post', path: '/api/v1/slow', who: 'user', summary: 'x', answers: {} }, async () => {
    made++;
    await wait.promise;
    return noContent();
  });
  const house = await openAccountsHouse({ extra: [things, slow] });
  return { ada: await house.owner(), house, made: () => made, go: wait.resolve };
};
const post = (it: Browser, name: string, key: string) =>
  it.ask('/api/v1/things', { method: 'POST', body: { name }, headers: { 'idempotency-key': key } });

test('a repeat with the same key gets the first answer and makes nothing', async () => {
  const { ada, made } = await open();
  const first = await post(ada, 'a', 'k1');
  const again = await post(ada, 'a', 'k1');
  expect([again.status, await again.text(), again.headers.get('location')]).toEqual([
    201,
    await first.text(),
    '/things/1',
  ]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(made()).toBe(1);
});
test('a key belongs to one request of one person', async () => {
  const { ada, house, made } = await open();
  await post(ada, 'a', 'k1');
  expect((await post(ada, 'b', 'k1')).status).toBe(422);
  await house.accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
  const ida = house.browser();
  await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
  expect(await (await post(ida, 'a', 'k1')).json()).toEqual({ made: 2 });
  expect(made()).toBe(2);
  expect((await post(ada, 'a', 'has space')).status).toBe(422);
});
test('what failed may be tried again', async () => {
  const { ada, made } = await open();
  expect((await post(ada, 'broken', 'k1')).status).toBe(500);
  expect((await post(ada, 'broken', 'k1')).status).toBe(500);
  expect(made()).toBe(2);
});
test("somebody's newest two hundred are kept, and nobody else's go for them", async () => {
  const { ada, house, made } = await open();
  await house.accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
  const ida = house.browser();
  await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
  await post(ida, 'a', 'k1');
  for (let i = 1; i <= 300; i++) await post(ada, 'a', `k${i}`);
  const counts = house.db.sqlite.prepare('SELECT count(*) FROM idempotency GROUP BY user_id ORDER BY 1').pluck().all();
  expect(counts).toEqual([1, 200]);
  expect((await post(ada, 'a', 'k300')).headers.get('idempotency-replayed')).toBe('true');
  expect((await post(ida, 'a', 'k1')).headers.get('idempotency-replayed')).toBe('true');
  expect(made()).toBe(301);
});
test('which are the newest is told without reading the answers', async () => {
  const { house } = await open();
  const plan = house.db.sqlite
    .prepare(`EXPLAIN QUERY PLAN SELECT key FROM idempotency WHERE user_id = ? AND key <> ? ORDER BY at DESC`)
    .all('', '') as { detail: string }[];
  expect(plan.map(({ detail }) => detail)).toEqual([
    'SEARCH idempotency USING COVERING INDEX idempotency_newest (user_id=?)',
  ]);
});
test('two at once make one thing', async () => {
  const { ada, made, go } = await open();
  const first = ada.ask('/api/v1/slow', { method: 'POST', headers: { 'idempotency-key': 'k' } });
  await new Promise((done) => setTimeout(done, 10));
  expect((await ada.ask('/api/v1/slow', { method: 'POST', headers: { 'idempotency-key': 'k' } })).status).toBe(409);
  go();
  expect((await first).status).toBe(204);
  expect((await ada.ask('/api/v1/slow', { method: 'POST', headers: { 'idempotency-key': 'k' } })).status).toBe(204);
  expect(made()).toBe(1);
});
test('an answer that is shown once is not kept', async () => {
  const { ada, house } = await open();
  const ask = { method: 'POST', body: { name: 'x', scopes: ['read'] }, headers: { 'idempotency-key': 'k' } };
  const { token } = (await (await ada.ask('/api/v1/tokens', ask)).json()) as { token: string };
  expect((await ada.ask('/api/v1/tokens', ask)).status).toBe(409);
  expect(house.db.sqlite.serialize().includes(token)).toBe(false);
  expect(house.db.sqlite.prepare('SELECT count(*) FROM token').pluck().get()).toBe(1);
});
test('what was begun before a crash is not done twice, and says that its end is not known', async () => {
  const { ada, house, made, go } = await open();
  const ask = { method: 'POST', headers: { 'idempotency-key': 'k' } };
  void ada.ask('/api/v1/slow', ask);
  await new Promise((done) => setTimeout(done, 10));
  const begun = house.db.sqlite.prepare('SELECT * FROM idempotency').get() as Record<string, unknown>;
  go();
  expect(begun).toMatchObject({ key: 'k', status: 0 });
  // What the next process finds.
  house.db.sqlite.prepare('UPDATE idempotency SET key = ?').run('lost');
  await new Promise((done) => setTimeout(done, 10));
  house.db.sqlite.prepare(`UPDATE idempotency SET status = 0 WHERE key = 'lost'`).run();
  const again = await ada.ask('/api/v1/slow', { method: 'POST', headers: { 'idempotency-key': 'lost' } });
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ code: 'http/end-unknown' });
  expect(made()).toBe(1);
});
