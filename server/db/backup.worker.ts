import { parentPort, workerData } from 'node:worker_threads';
import { backUp } from './backup.ts';
import { openDatabase } from './open-database.ts';

/*
 * Copying and checking a big database takes seconds, and SQLite here is synchronous: done on the main thread, nobody would
 * hear music meanwhile. The worker reads through a connection of its own.
 */
const { source, target } = workerData as { source: string; target: string };
const db = openDatabase(source, { durability: 'normal', readonly: true });
try {
  backUp(db, target);
  parentPort?.postMessage('done');
} finally {
  db.close();
}
