import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createKeyedLock } from '../kit/index.ts';
import { backupName, listBackups, surplusBackups, type Backup, type BackupKind } from './backup.ts';
import type { DataFolder } from './data-folder.ts';
import { failureOf } from './failures.ts';

export type Backups = {
  /** Newest first. */
  list: () => Backup[];
  /** Makes one beside the running house and drops what is surplus of its kind; one at a time. `signal` gives it up. */
  make: (kind: BackupKind, now: number, signal?: AbortSignal) => Promise<Backup>;
};

const inSource = import.meta.url.endsWith('.ts');

type Copy = { source: string; target: string; signal: AbortSignal | undefined };

// A failure crosses threads as a copy, which keeps the code but not our class: named again on this side.
const runWorker = ({ source, target, signal }: Copy): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(inSource ? './backup.worker.ts' : './backup.worker.js', import.meta.url), {
      workerData: { source, target },
      execArgv: inSource ? ['--import', 'tsx'] : [],
    });
    const giveUp = () => void worker.terminate();
    signal?.addEventListener('abort', giveUp, { once: true });
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(failureOf(error, target)));
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', giveUp);
      reject(new Error(`The backup's thread ended early (${code}).`));
    });
  });

/** Half-made copies of a thread that was ended, or of a process that was killed. */
const sweep = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (/\.db\.part(-wal|-shm|-journal)?$/.test(name)) rmSync(join(folder, name), { force: true });
  }
};

export const createBackups = ({ databaseFile, backupsFolder }: DataFolder): Backups => {
  const lock = createKeyedLock();
  sweep(backupsFolder);
  const list = () => listBackups(backupsFolder);
  const make: Backups['make'] = async (kind, now, signal) => {
    signal?.throwIfAborted();
    const name = backupName(kind, now);
    await runWorker({ source: databaseFile, target: join(backupsFolder, name), signal });
    for (const old of surplusBackups(list())) {
      for (const end of ['', '-wal', '-shm']) rmSync(join(backupsFolder, old.name) + end, { force: true });
    }
    return { name, kind, sizeBytes: statSync(join(backupsFolder, name)).size, madeAt: now };
  };
  return { list, make: (kind, now, signal) => lock('backup', () => make(kind, now, signal)) };
};
