import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createKeyedLock } from '../kit/index.ts';
import { backupName, listBackups, surplusBackups, type Backup, type BackupKind } from './backup.ts';
import type { DataFolder } from './data-folder.ts';
import { failureOf } from './failures.ts';

export type Backups = {
  /** Newest first. */
  list: () => Backup[];
  /** Makes one beside the running house and drops what is surplus of its kind; one at a time. */
  make: (kind: BackupKind, now: number) => Promise<Backup>;
};

const inSource = import.meta.url.endsWith('.ts');

// A failure crosses threads as a copy, which keeps the code but not our class: named again on this side.
const runWorker = (source: string, target: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(inSource ? './backup.worker.ts' : './backup.worker.js', import.meta.url), {
      workerData: { source, target },
      execArgv: inSource ? ['--import', 'tsx'] : [],
    });
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(failureOf(error, target)));
    worker.once('exit', (code) => reject(new Error(`The backup's thread ended early (${code}).`)));
  });

export const createBackups = ({ databaseFile, backupsFolder }: DataFolder): Backups => {
  const lock = createKeyedLock();
  const list = () => listBackups(backupsFolder);
  const make = async (kind: BackupKind, now: number): Promise<Backup> => {
    const name = backupName(kind, now);
    await runWorker(databaseFile, join(backupsFolder, name));
    for (const old of surplusBackups(list())) {
      for (const end of ['', '-wal', '-shm']) rmSync(join(backupsFolder, old.name) + end, { force: true });
    }
    return { name, kind, sizeBytes: statSync(join(backupsFolder, name)).size, madeAt: now };
  };
  return { list, make: (kind, now) => lock('backup', () => make(kind, now)) };
};
