import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';

let house: WholeHouse;
beforeAll(async () => {
  house = await openWholeHouse();
}, 60_000);
afterAll(() => house.close());

test('readiness says 503 while the database cannot be read, and that the process lives', async () => {
  const ask = async (path: string) => {
    const answer = await house.app.fetch(new Request(`http://home.test${path}`));
    return [answer.status, await answer.json()];
  };
  expect(await ask('/health/ready')).toMatchObject([200, { status: 'ok', checks: { database: 'ok' } }]);
  const { sqlite } = house.app.db;
  sqlite.exec('ALTER TABLE root RENAME TO root_away');
  try {
    expect(await ask('/health/ready')).toMatchObject([503, { status: 'failing', checks: { database: 'failing' } }]);
    expect(await ask('/health/live')).toMatchObject([200, { status: 'ok' }]);
  } finally {
    sqlite.exec('ALTER TABLE root_away RENAME TO root');
  }
});

test('to a browser that is signed in readiness says 503 too, and pictures and styles still come', async () => {
  const whole = await openWholeHouse();
  const style = /\/assets\/[^"]+\.css/.exec(await (await whole.owner.ask('/')).text())?.[0] ?? '';
  try {
    whole.app.db.sqlite.close();
    expect((await whole.owner.ask('/api/v1/me')).status).toBe(500);
    expect((await whole.owner.ask('/health/ready')).status).toBe(503);
    expect((await whole.owner.ask('/health/live')).status).toBe(200);
    expect((await whole.owner.ask(style)).status).toBe(200);
  } finally {
    await whole.close();
  }
}, 60_000);
