/**
 * db: SQLite, opened right. Pragmas, the transaction guard, forward-only migrations with a backup before, one server per
 * data folder, and backup and restore, which are a pair and tested together.
 * Not for queries: each room keeps its SQL in its own store. Start reading at main-database.ts (what a start does).
 */
export { openDatabase, openMemoryDatabase } from './open-database.ts';
export type { Db } from './open-database.ts';
export { migrate, pendingMigrations, readMigrations } from './migrate.ts';
export type { Migration } from './migrate.ts';
export { openDataFolder } from './data-folder.ts';
export type { DataFolder } from './data-folder.ts';
export { dataSpace } from './data-space.ts';
export { keepPrivate } from './private-file.ts';
export { openMainDatabase } from './main-database.ts';
export { backUp, backupName, checkBackup, listBackups } from './backup.ts';
export type { Backup, BackupKind } from './backup.ts';
export { createBackups } from './backups.ts';
export type { Backups } from './backups.ts';
export { restoreBackup } from './restore.ts';
export { failureOf } from './failures.ts';
export {
  backupNotMade,
  backupUnusable,
  databaseDamaged,
  databaseNewer,
  dataFolderInUse,
  dataFolderUnusable,
  diskFull,
} from './problems.ts';
export { createKeptTexts } from './kept-texts.ts';
export type { KeptText, KeptTexts } from './kept-texts.ts';
