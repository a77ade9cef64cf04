import { cpSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openInlineScan, type InlineScan } from '../testing/inline-scan.ts';
import { sampleLibrary } from '../testing/sample-library.ts';

let house: InlineScan;
beforeEach(() => {
  house = openInlineScan();
});
afterEach(() => house.close());

const old = new Date('2024-01-01');
const fill = (): string[] =>
  sampleLibrary(30).truth.map(({ path }, i) => {
    const target = join(house.media, `${i}-${path.split('/').at(-1)}`);
    cpSync(path, target);
    utimesSync(target, old, old);
    return target;
  });

test('a lost file among many new ones is found again though few readings fit into memory', async () => {
  const paths = fill();
  for (const path of paths.slice(1)) renameSync(path, path.replace(house.media, house.dir));
  await house.runOut();
  const id = house.one('SELECT id FROM track');
  for (const path of paths.slice(1)) renameSync(path.replace(house.media, house.dir), path);
  // Copied, so that neither its inode nor its time tells who it is.
  cpSync(paths[0]!, join(house.media, 'elsewhere.copy'));
  rmSync(paths[0]!);
  const elsewhere = join(house.media, `elsewhere-${paths[0]!.split('/').at(-1)}`);
  renameSync(join(house.media, 'elsewhere.copy'), elsewhere);
  utimesSync(elsewhere, new Date('2024-02-01'), new Date('2024-02-01'));
  const before = house.opened();
  const end = await house.run({ readingsKept: 5 });
  expect(end.tally).toMatchObject({ added: 29, missing: 0, moved: 1 });
  expect(
    house.one(`SELECT t.id FROM track t JOIN file f ON f.id = t.file_id WHERE CAST(f.name AS TEXT) LIKE 'elsewhere%'`),
  ).toBe(id);
  // Thirty for identity, and all but the five kept once more.
  expect(house.opened() - before).toBe(55);
});

test('a scan of what has not changed opens no file and writes no row', async () => {
  fill();
  await house.runOut();
  const opened = house.opened();
  const changes = house.one('SELECT total_changes()');
  const page = house.db.sqlite
    .prepare('SELECT (SELECT json_group_array(json_array(id, title, added_at, missing_at)) FROM track)')
    .pluck();
  const rows = page.get();
  const facts = house.facts.length;
  await house.run();
  expect(house.opened()).toBe(opened);
  expect(house.facts).toHaveLength(facts);
  expect(page.get()).toEqual(rows);
  // Only the scan's own row is begun and ended.
  expect(house.one<number>('SELECT total_changes()') - changes).toBeLessThanOrEqual(2);
});
