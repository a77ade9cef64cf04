import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { openDatabase } from '../../db/index.ts';

/*
 * Does to a disk and a core what a scan does: rows of tracks in slices of 8 ms, each committed, with the index of a list,
 * and some reckoning for each as reading tags costs. Goes on until it is ended.
 */
const db = openDatabase((workerData as { path: string }).path, { durability: 'normal' });
db.sqlite.exec(`CREATE TABLE IF NOT EXISTS track(id INTEGER PRIMARY KEY, title TEXT, artist TEXT, sort_key TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS track_sort ON track(sort_key, id);`);
const add = db.sqlite.prepare('INSERT INTO track(title, artist, sort_key) VALUES (?, ?, ?)');

const SLICE_MS = 8;
const READING_MS = 0.2;

for (let n = 0; ;) {
  db.transact(() => {
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until) {
      const read = performance.now() + READING_MS;
      while (performance.now() < read);
      add.run(`Title ${n}`, `Artist ${n % 997}`, `${(n * 7919) % 1_000_003}`);
      n++;
    }
  });
  await sleep(1);
}
