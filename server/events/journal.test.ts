import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { migrate, openMemoryDatabase, readMigrations, type Db } from '../db/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import { createJournal, type Fact } from './index.ts';

let db: Db;
beforeEach(() => {
  db = openMemoryDatabase();
  const events = readMigrations(fileURLToPath(new URL('../../migrations', import.meta.url))).slice(0, 1);
  migrate(db, events, { now: 0 });
});
const open = () => createJournal({ db, clock: systemClock, log: silentLog });
const settle = () => new Promise((done) => setTimeout(done, 20));

test('facts reach a consumer in order, and only the kinds it asked for', async () => {
  const journal = open();
  const seen: string[] = [];
  journal.consume({ name: 'a', kinds: ['track.'], handle: (facts) => void seen.push(...facts.map((f) => f.kind)) });
  db.transact(() => {
    journal.append('track.added', { id: 1 });
    journal.append('album.added', { id: 2 });
    journal.append('track.changed', { id: 1 });
  });
  await settle();
  expect(seen).toEqual(['track.added', 'track.changed']);
  await journal.close();
});

test('a fact of a transaction that was rolled back never happened', async () => {
  const journal = open();
  const seen: Fact[] = [];
  journal.consume({ name: 'a', handle: (facts) => void seen.push(...facts) });
  expect(() =>
    db.transact(() => {
      journal.append('track.added', {});
      throw new Error('no');
    }),
  ).toThrow('no');
  await settle();
  expect(seen).toEqual([]);
  await journal.close();
});

test('a consumer goes on after a restart where it stopped', async () => {
  const first = open();
  first.consume({ name: 'a', handle: () => undefined });
  first.append('one', {});
  await settle();
  await first.close();
  const away = open();
  away.append('two', {});
  const seen: string[] = [];
  away.consume({ name: 'a', handle: (facts) => void seen.push(...facts.map((f) => f.kind)) });
  await settle();
  expect(seen).toEqual(['two']);
  await away.close();
});

test('a failing consumer sees the same facts again and hurts nobody', async () => {
  const journal = open();
  let tries = 0;
  const fine: string[] = [];
  journal.consume({
    name: 'bad',
    handle: () => {
      if (++tries < 2) throw new Error('once');
    },
  });
  journal.consume({ name: 'good', handle: (facts) => void fine.push(...facts.map((f) => f.kind)) });
  journal.append('one', {});
  await settle();
  expect(fine).toEqual(['one']);
  await new Promise((done) => setTimeout(done, 700));
  expect(tries).toBe(2);
  await journal.close();
});

test('pruning keeps what a consumer has not passed, and numbers never go back', async () => {
  const journal = open();
  journal.consume({ name: 'a', handle: () => undefined });
  const n = journal.append('one', {});
  await settle();
  expect(journal.prune()).toBe(1);
  expect(journal.lastSeq()).toBe(n);
  expect(journal.append('two', {})).toBe(n + 1);
  await journal.close();
});

test('facts nobody asked for are passed without a write, until the house closes', async () => {
  const journal = open();
  const cursor = () => db.sqlite.prepare(`SELECT seq FROM event_cursor WHERE consumer = 'a'`).pluck().get();
  journal.consume({ name: 'a', kinds: ['scan.finished'], handle: () => undefined });
  const last = [1, 2, 3].map((id) => journal.append('track.added', { id })).at(-1);
  await settle();
  expect(cursor()).toBe(0);
  await journal.close();
  expect(cursor()).toBe(last);
});

test('a cursor says that it wants the lock before it waits for it, so that a scan gives way', async () => {
  const wishes: number[] = [];
  db.sqlite.function('wish', () => wishes.push(Atomics.load(db.wanted, 0)));
  db.sqlite.exec('CREATE TEMP TRIGGER moved AFTER UPDATE ON event_cursor BEGIN SELECT wish(); END');
  const journal = open();
  journal.consume({ name: 'a', handle: () => undefined });
  journal.append('one', {});
  await settle();
  expect(wishes).toEqual([1]);
  expect(Atomics.load(db.wanted, 0)).toBe(0);
  await journal.close();
});
