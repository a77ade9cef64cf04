import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase, type Db } from '../../db/index.ts';
import { createJournal } from '../../events/index.ts';
import { createLog, systemClock, type LogLevel } from '../../kit/index.ts';
import { createLibraryWriter, createOriginals } from '../../library/threads.ts';
import { openReader } from '../reading/index.ts';
import { createIssues } from './issues.ts';
import { runScan, type ScanEnd, type ScanOrder, type ScanProgress } from './run-scan.ts';
import { createSlicer } from './slicer.ts';

/* One scan in a thread of its own, with a connection of its own: NORMAL, since a scan can be run again. */
export type ScanTask = {
  databasePath: string;
  /** The folder of pictures as they came. */
  originals: string;
  logLevel: LogLevel;
  workers: number;
  /** Above 0 while the house wants to write. */
  wanted: Int32Array;
  order: ScanOrder;
};
export type ScanMessage =
  { kind: 'progress'; progress: ScanProgress } | { kind: 'end'; end: ScanEnd } | { kind: 'failed'; why: string };

const PROGRESS_MS = 250;

/** How often what was committed is brought from the log into the database. */
const CHECKPOINT_MS = 3000;

/**
 * Not at every thousandth page, in the middle of a commit that somebody waits for, but here, between two slices; passive,
 * so that nobody waits for it.
 */
const createCheckpoints = (db: Db): (() => void) => {
  let at = performance.now();
  return () => {
    if (performance.now() - at < CHECKPOINT_MS) return;
    db.sqlite.pragma('wal_checkpoint(PASSIVE)');
    at = performance.now();
  };
};

const scan = async (task: ScanTask): Promise<ScanEnd> => {
  const port = parentPort!;
  const log = createLog(task.logLevel);
  const db = openDatabase(task.databasePath, { durability: 'normal' });
  db.sqlite.pragma('wal_autocheckpoint = 0');
  // A writer reads what it has just written: its own cache serves it better than a map that weighs as much as the file.
  db.sqlite.pragma('mmap_size = 0');
  const journal = createJournal({ db, clock: systemClock, log });
  const writer = createLibraryWriter(db);
  const reader = openReader({ log, workers: task.workers });
  let cancelled = false;
  let reportedAt = 0;
  port.on('message', (message) => {
    if (message === 'cancel') cancelled = true;
  });
  const report = (progress: ScanProgress): void => {
    if (progress.phase === 'tags' && performance.now() - reportedAt < PROGRESS_MS) return;
    reportedAt = performance.now();
    port.postMessage({ kind: 'progress', progress } satisfies ScanMessage);
  };
  try {
    return await runScan(
      {
        db,
        writer,
        reader,
        report,
        log,
        covers: createOriginals(task.originals),
        issues: createIssues(db),
        slicer: createSlicer(db, {
          beforeCommit: writer.counts.flushDue,
          afterCommit: createCheckpoints(db),
          onRollback: writer.forget,
          wanted: task.wanted,
        }),
        append: (kind, payload) => void journal.append(kind, payload),
        now: () => Date.now(),
        isCancelled: () => cancelled,
      },
      task.order,
    );
  } finally {
    await reader.close();
    await journal.close();
    db.close();
  }
};

const main = async (): Promise<void> => {
  const port = parentPort!;
  try {
    const end = await scan(workerData as ScanTask);
    port.postMessage({ kind: 'end', end } satisfies ScanMessage);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    port.postMessage({ kind: 'failed', why } satisfies ScanMessage);
  }
  port.close();
};

void main();
