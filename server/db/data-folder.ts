import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, failureOf } from './failures.ts';
import { dataFolderInUse, dataFolderUnusable } from './problems.ts';

export type DataFolder = {
  path: string;
  databaseFile: string;
  backupsFolder: string;
  /** Lets go of the folder. */
  close: () => void;
};

const REASONS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a read-only disk',
  ENOSPC: 'its disk is full',
  EDQUOT: 'its disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file of that name is in the way',
  ENOENT: 'it cannot be made there',
};

const unusable = (path: string, code: string | undefined) => {
  const why = REASONS[code ?? ''] ?? `the system says ${code ?? 'no'}`;
  return dataFolderUnusable({ detail: `${path}: ${why}. Make it writable, or choose another with --data DIR.` });
};

// Node reports ENOENT for a folder it could not make on a read-only disk: the nearest folder that exists knows better.
const whyNot = (path: string): string | undefined => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) return 'EEXIST';
  let nearest = path;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
};

/*
 * One server per data folder. The lock is SQLite's own, on an empty file: the system drops it with the process, so a
 * kill -9 leaves nothing to clean up and no process number can be mistaken for ours.
 */
const takeLock = (folder: string): (() => void) => {
  const sqlite = new Database(join(folder, 'evensong.lock'), { timeout: 0 });
  try {
    sqlite.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    sqlite.close();
    if (codeOf(error)?.startsWith('SQLITE_BUSY'))
      throw dataFolderInUse({ detail: `${folder}: stop that one first, or choose another folder with --data DIR.` });
    throw error;
  }
  return () => sqlite.close();
};

/** Makes the folder where needed, checks that it can be written, and holds it until `close`. Throws plain problems. */
export const openDataFolder = (path: string): DataFolder => {
  const backupsFolder = join(path, 'backups');
  const databaseFile = join(path, 'evensong.db');
  try {
    mkdirSync(backupsFolder, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw unusable(path, whyNot(path) ?? codeOf(error));
  }
  try {
    return { path, databaseFile, backupsFolder, close: takeLock(path) };
  } catch (error) {
    throw failureOf(error, databaseFile);
  }
};
