import { expect, test } from 'vitest';
import { OWNER, openAccountsHouse } from '../../testing/accounts-house.ts';

const setUp = (code: string | undefined, name = 'Ada') => ({ method: 'POST', body: { ...OWNER, name, code } });

test('the code of this start makes the owner and signs them in; then the way is closed for good', async () => {
  const { browser, accounts, db } = await openAccountsHouse({ bare: true });
  const code = accounts.setup.code();
  const it = browser();
  const made = await it.ask('/api/v1/setup', setUp(code));
  expect(made.status).toBe(201);
  expect(await (await it.ask('/api/v1/me')).json()).toMatchObject({ user: { name: 'Ada', role: 'owner' } });
  expect(accounts.setup.code()).toBeUndefined();
  expect((await browser().ask('/api/v1/setup', setUp(code))).status).toBe(410);
  const restarted = await openAccountsHouse({ bare: true, db });
  expect(restarted.accounts.setup.isOpen()).toBe(false);
});
test('a wrong code is refused, and guessing it runs out of tries', async () => {
  const { browser } = await openAccountsHouse({ bare: true });
  const answers = [];
  for (let i = 0; i < 12; i++) answers.push((await browser().ask('/api/v1/setup', setUp('wrong'))).status);
  expect(answers).toEqual([...Array<number>(10).fill(403), 429, 429]);
});
test('a stranger’s wrong codes keep the owner neither from the set-up nor from signing in', async () => {
  const { browser, accounts } = await openAccountsHouse({ bare: true });
  const code = accounts.setup.code();
  for (let i = 0; i < 12; i++) await browser('198.51.100.7').ask('/api/v1/setup', setUp('wrong'));
  expect((await browser('203.0.113.9').ask('/api/v1/setup', setUp(code, 'Set-up Code'))).status).toBe(201);
  const signIn = { method: 'POST', body: { ...OWNER, name: 'set-up code' } };
  for (const address of ['203.0.113.10', '198.51.100.7'])
    expect((await browser(address).ask('/api/v1/session', signIn)).status).toBe(201);
});
test('of many at once with the right code exactly one becomes the owner', async () => {
  const { browser, accounts, db } = await openAccountsHouse({ bare: true });
  const code = accounts.setup.code();
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => (await browser().ask('/api/v1/setup', setUp(code, `Ada${i}`))).status),
  );
  expect(answers.filter((status) => status === 201)).toHaveLength(1);
  expect(db.sqlite.prepare('SELECT count(*) FROM user').pluck().get()).toBe(1);
});
test('every start has another code; a bad name or password is told before anything is made', async () => {
  const first = await openAccountsHouse({ bare: true });
  const second = await openAccountsHouse({ bare: true });
  expect(first.accounts.setup.code()).not.toBe(second.accounts.setup.code());
  const body = { code: first.accounts.setup.code(), name: 'A\u202eda', password: 'changeme123' };
  const answer = await first.browser().ask('/api/v1/setup', { method: 'POST', body });
  expect(answer.status).toBe(422);
  expect(((await answer.json()) as { errors: { path: string }[] }).errors.map((e) => e.path)).toEqual([
    'name',
    'password',
  ]);
  expect(first.accounts.setup.isOpen()).toBe(true);
});
test('an owner from the environment is made once and passed over ever after', async () => {
  const { accounts, db } = await openAccountsHouse();
  await accounts.entrance.ensureOwner({ name: 'Eve', password: 'three small words' });
  expect(db.sqlite.prepare('SELECT name FROM user').pluck().all()).toEqual(['Ada']);
});
