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
