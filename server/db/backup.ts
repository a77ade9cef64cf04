import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf } from './failures.ts';
import { openDatabase, type Db } from './open-database.ts';
import { keepPrivate } from './private-file.ts';
import { backupUnusable } from './problems.ts';

export type Backup = { name: string; kind: BackupKind; sizeBytes: number; madeAt: number };
export type BackupKind = 'nightly' | 'manual' | 'before-upgrade' | 'before-restore';

/** How many of a kind are kept; what a person asked for is never removed. */
const KEPT: Record<BackupKind, number> = { nightly: 14, 'before-upgrade': 5, 'before-restore': 5, manual: Infinity };
const NAME = /^evensong-(nightly|manual|before-upgrade|before-restore)-(\d{8}T\d{6}\d{3}Z)\.db$/;

/** `evensong-nightly-20260131T031500000Z.db`: sorts by time, says why it was made. */
export const backupName = (kind: BackupKind, now: number): string =>
  `evensong-${kind}-${new Date(now).toISOString().replace(/[-:.]/g, '')}.db`;

const timeIn = (stamp: string): number =>
  Date.parse(stamp.replace(/^(....)(..)(..)T(..)(..)(..)(...)Z$/, '$1-$2-$3T$4:$5:$6.$7Z'));

/** Opens a copy on its own and reads all of it; throws `db/backup-unusable` when anything is amiss. */
export const checkBackup = (file: string): void => {
  if (!existsSync(file)) throw backupUnusable({ detail: `${file} does not exist.` });
  let copy: Db | undefined;
  try {
    copy = openDatabase(file, { durability: 'normal', readonly: true });
    const answer = copy.sqlite.pragma('integrity_check(1)', { simple: true });
    const migrations = copy.sqlite.prepare('SELECT count(*) FROM migration').pluck().get();
    if (answer !== 'ok' || migrations === 0) throw new Error(String(answer));
  } catch (error) {
    throw backupUnusable({ detail: `${file}: ${error instanceof Error ? error.message : 'it cannot be read'}.` });
  } finally {
    copy?.close();
  }
};

/**
 * Writes a whole, compact copy while the house is running (VACUUM INTO), checks it by opening it, and only then gives it
 * its name: a file under that name is a good backup.
 */
export const backUp = (db: Db, file: string): void => {
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  try {
    // VACUUM INTO takes a file that is there, if it is empty.
    keepPrivate(unfinished);
    db.sqlite.prepare('VACUUM INTO ?').run(unfinished);
    checkBackup(unfinished);
    renameSync(unfinished, file);
  } catch (error) {
    throw failureOf(error, file);
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(unfinished + end, { force: true });
  }
};

/** What lies in the backups folder, newest first. */
export const listBackups = (folder: string): Backup[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((name) => {
      const [, kind, stamp] = NAME.exec(name) ?? [];
      if (!kind || !stamp) return [];
      const sizeBytes = statSync(join(folder, name)).size;
      return [{ name, kind: kind as BackupKind, sizeBytes, madeAt: timeIn(stamp) }];
    })
    .sort((a, b) => b.madeAt - a.madeAt);

/** The backups that are more than the number kept of their kind. */
export const surplusBackups = (backups: readonly Backup[]): Backup[] => {
  const seen = new Map<BackupKind, number>();
  return backups.filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count > KEPT[kind];
  });
};
