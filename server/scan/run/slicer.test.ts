import { expect, test } from 'vitest';
import { openMemoryDatabase } from '../../db/index.ts';
import { createSlicer } from './slicer.ts';

const nothing = () => undefined;

test('a slice ends at once when somebody wants to write, and the next begins after them', async () => {
  const db = openMemoryDatabase();
  const wanted = new Int32Array(new SharedArrayBuffer(4));
  const slicer = createSlicer(db, { beforeCommit: nothing, onRollback: nothing, wanted });
  await slicer.run(nothing);
  expect(db.sqlite.inTransaction).toBe(true);
  Atomics.add(wanted, 0, 1);
  let isOver = false;
  const given = slicer.run(nothing).then(() => (isOver = true));
  expect(db.sqlite.inTransaction).toBe(false);
  await new Promise((done) => setTimeout(done, 10));
  expect(isOver).toBe(false);
  Atomics.sub(wanted, 0, 1);
  await given;
  slicer.end();
  db.close();
});

test('a wish that is never taken back does not stop a scan', async () => {
  const db = openMemoryDatabase();
  const wanted = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(wanted, 0, 1);
  const slicer = createSlicer(db, { beforeCommit: nothing, onRollback: nothing, wanted });
  expect(await slicer.run(() => 'done')).toBe('done');
  db.close();
});

test('so does a statement that writes by itself, and none that reads', () => {
  const db = openMemoryDatabase();
  const wishes: number[] = [];
  db.sqlite.function('wish', { deterministic: false }, () => wishes.push(Atomics.load(db.wanted, 0)));
  db.sqlite.exec('CREATE TABLE song(id INTEGER PRIMARY KEY, n INTEGER)');
  db.sqlite.prepare('INSERT INTO song(n) VALUES (wish())').run();
  expect(db.sqlite.prepare('UPDATE song SET n = wish() RETURNING id').pluck().get()).toBe(1);
  db.sqlite.prepare('SELECT wish()').get();
  expect(wishes).toEqual([1, 1, 0]);
  expect(() => db.sqlite.prepare('INSERT INTO song(id) VALUES (1)').run()).toThrow('UNIQUE');
  expect(Atomics.load(db.wanted, 0)).toBe(0);
  db.close();
});

test('a transaction says that it is wanted while it runs, and no longer when it threw', () => {
  const db = openMemoryDatabase();
  expect(db.transact(() => Atomics.load(db.wanted, 0))).toBe(1);
  expect(() =>
    db.transact(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(Atomics.load(db.wanted, 0)).toBe(0);
  db.close();
});
