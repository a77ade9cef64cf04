/**
 * admin: the owner's pages and what only they may ask of the house itself: health, scan, jobs, storage, backups.
 * It owns no data: every panel is a value from the room that knows. Not for people and tokens (accounts).
 * Start reading at backup-routes.ts.
 */
export { createBackupRoutes } from './backup-routes.ts';
