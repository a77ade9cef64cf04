import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isProblem, type Problem } from '../kit/index.ts';
import { databaseDamaged, dataFolderUnusable, diskFull } from './problems.ts';

export const codeOf = (error: unknown): string | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** How to get out of a damaged database, for the sentence that reports it. */
export const howToRestore = (file: string): string =>
  `Restore the newest backup: npm run evensong -- restore --data ${dirname(file)} (the damaged file is kept beside it).`;

// On a full disk SQLite speaks of an I/O error where it could not even make its shared-memory file.
const isFull = (file: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < 256 * 1024;
  } catch {
    return false;
  }
};

/** What SQLite or the system said, as a problem a person can act on; anything unknown stays as it is. */
export const failureOf = (error: unknown, file: string): Problem | Error => {
  if (isProblem(error)) return error;
  const code = codeOf(error) ?? '';
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code))
    return databaseDamaged({ detail: `${file} cannot be read (${code}). ${howToRestore(file)}` });
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || (code.startsWith('SQLITE_IOERR') && isFull(file)))
    return diskFull({ detail: `Free some room on the disk of ${file}, then start again.` });
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|IOERR)/.test(code) || code === 'EACCES' || code === 'EROFS')
    return dataFolderUnusable({
      detail: `${file} cannot be opened for writing (${code}). Check its owner and rights.`,
    });
  return error instanceof Error ? error : new Error(String(error));
};
