import { statfsSync, statSync } from 'node:fs';
import type { DataFolder } from './data-folder.ts';

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** What the database takes of the disk, its log with it, and what the disk has left. */
export const dataSpace = ({ path, databaseFile }: DataFolder): { databaseBytes: number; freeBytes: number } => {
  const { bavail, bsize } = statfsSync(path);
  const databaseBytes = ['', '-wal', '-shm'].reduce((sum, end) => sum + sizeOf(databaseFile + end), 0);
  return { databaseBytes, freeBytes: bavail * bsize };
};
