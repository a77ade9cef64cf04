import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';

/*
 * What people do here is nobody else's on this machine. SQLite gives its log and its shared memory the rights of the
 * database, so the file has to be private before SQLite makes it. An existing one is never opened for this: closing a file
 * drops every lock that this process has on it (POSIX), and SQLite's with them.
 */
export const keepPrivate = (file: string): void => {
  if (!existsSync(file)) return writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file, or a disk without rights (FAT, some shares): the folder's own rights have to do.
  }
};
