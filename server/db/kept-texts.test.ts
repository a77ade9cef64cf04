import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeptTexts, openDatabase } from './index.ts';

test('an answer is made anew after any write, by this connection or another, and only then', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  const mine = openDatabase(join(folder, 'a.db'), { durability: 'normal' });
  const other = openDatabase(join(folder, 'a.db'), { durability: 'normal' });
  mine.sqlite.exec('CREATE TABLE n(v INTEGER); INSERT INTO n VALUES (1)');
  const keep = createKeptTexts(mine);
  let made = 0;
  const answer = () =>
    String(keep('n', () => `${++made}:${String(mine.sqlite.prepare('SELECT max(v) FROM n').pluck().get())}`).bytes);
  expect([answer(), answer()]).toEqual(['1:1', '1:1']);
  mine.sqlite.exec('INSERT INTO n VALUES (2)');
  expect([answer(), answer()]).toEqual(['2:2', '2:2']);
  other.sqlite.exec('INSERT INTO n VALUES (3)');
  expect([answer(), answer()]).toEqual(['3:3', '3:3']);
  expect(() =>
    mine.transact(() => {
      mine.sqlite.exec('INSERT INTO n VALUES (4)');
      expect(answer()).toBe('4:4');
      throw new Error('rolled back');
    }),
  ).toThrow('rolled back');
  expect(answer()).toBe('5:3');
  other.close();
  mine.close();
  rmSync(folder, { recursive: true });
});
