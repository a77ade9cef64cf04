import { statSync } from 'node:fs';
import { join } from 'node:path';
import { backUp, backupName, listBackups } from './backup.ts';
import type { DataFolder } from './data-folder.ts';
import { failureOf, howToRestore } from './failures.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openDatabase, type Db } from './open-database.ts';
import { keepPrivate } from './private-file.ts';
import { databaseDamaged } from './problems.ts';

// quick_check reads every page: about 2 s a gigabyte. Above this the nightly backup's full check has to do.
const QUICK_CHECK_BELOW_BYTES = 512 * 1024 * 1024;

const checkPages = (db: Db, file: string): void => {
  if (statSync(file).size > QUICK_CHECK_BELOW_BYTES) return;
  const answer = db.sqlite.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok') throw databaseDamaged({ detail: `${file}: ${String(answer)}. ${howToRestore(file)}` });
};

// SQLite takes an empty file for a new database. Where there are backups it is one that lost everything it held.
const refuseEmptied = ({ databaseFile: file, backupsFolder }: DataFolder): void => {
  const isEmpty = statSync(file, { throwIfNoEntry: false })?.size === 0;
  if (isEmpty && listBackups(backupsFolder).length > 0)
    throw databaseDamaged({ detail: `${file} is empty. ${howToRestore(file)}` });
};

export type MainDatabaseNeeds = { folder: DataFolder; migrationsFolder: string; now: number };

/**
 * Opens the house's database, looks for damage, and brings it up to date, with a backup before. Answers the migrations that
 * ran. Throws a problem with one sentence to act on: damaged, newer, disk full, not writable.
 */
export const openMainDatabase = (needs: MainDatabaseNeeds): { db: Db; migrated: string[] } => {
  const { databaseFile: file, backupsFolder } = needs.folder;
  refuseEmptied(needs.folder);
  let db: Db | undefined;
  try {
    keepPrivate(file);
    const opened = openDatabase(file, { durability: 'full' });
    db = opened;
    checkPages(opened, file);
    const migrated = migrate(opened, readMigrations(needs.migrationsFolder), {
      now: needs.now,
      backup: () => backUp(opened, join(backupsFolder, backupName('before-upgrade', needs.now))),
    });
    return { db: opened, migrated };
  } catch (error) {
    db?.close();
    throw failureOf(error, file);
  }
};
