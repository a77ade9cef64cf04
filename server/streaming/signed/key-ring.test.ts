import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../kit/index.ts';
import { openKeyRing } from './key-ring.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'key-ring-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const DAY_MS = 86_400_000;
const at = (nowMs: number, name = 'media-keys.json') =>
  openKeyRing({ path: join(folder, name), clock: { now: () => nowMs }, log: silentLog });

test('keys are made once, for their owner alone, and outlive a restart', async () => {
  const ring = at(0);
  await ring.settled();
  expect(statSync(join(folder, 'media-keys.json')).mode & 0o777).toBe(0o600);
  const again = at(DAY_MS);
  expect(again.signing()).toEqual(ring.signing());
  expect(again.names).toEqual(ring.names);
});

test('after 30 days another key signs; the one before still verifies, the one before that does not', async () => {
  const first = at(0);
  await first.settled();
  const second = at(31 * DAY_MS);
  const key = second.signing();
  expect(key.kid).not.toBe(first.signing().kid);
  expect(second.byId(first.signing().kid)).toMatchObject(first.signing());
  await second.settled();
  const third = at(62 * DAY_MS);
  third.signing();
  expect(third.byId(key.kid)).toMatchObject(key);
  expect(third.byId(first.signing().kid)).toBeUndefined();
  expect(third.names).toEqual(first.names);
  await third.settled();
  await third.settled();
});

test('a broken file and a folder that cannot be written cost addresses, not the start', async () => {
  writeFileSync(join(folder, 'broken.json'), '{"names":"short"}');
  const ring = at(0, 'broken.json');
  expect(ring.byId(ring.signing().kid)).toBeDefined();
  await ring.settled();
  expect(JSON.parse(readFileSync(join(folder, 'broken.json'), 'utf8'))).toHaveProperty('keys');
  const nowhere = at(0, 'missing/media-keys.json');
  await nowhere.settled();
  expect(nowhere.byId(nowhere.signing().kid)).toBeDefined();
});
