/**
 * db: SQLite, opened right. Pragmas, the transaction guard, forward-only migrations with a backup before, and the
 * journal's neighbourly rule that one transaction holds a change and the fact that reports it.
 * Not for queries: each room keeps its SQL in its own store. Start reading at open-database.ts.
 */
export { openDatabase, openMemoryDatabase } from './open-database.ts';
export type { Db } from './open-database.ts';
export { migrate, pendingMigrations, readMigrations } from './migrate.ts';
export type { Migration } from './migrate.ts';
export { databaseDamaged, databaseNewer, diskFull } from './problems.ts';
