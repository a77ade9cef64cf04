import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mintSecret } from './ids.ts';

/** Writes a whole file or nothing: a temporary neighbour, fsync, rename, fsync of the folder. */
export const writeFileAtomic = async (path: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> => {
  const temporary = `${path}.${mintSecret(8)}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r').catch(() => undefined);
  // Some filesystems refuse fsync on a folder; the rename stands all the same.
  await folder?.sync().catch(() => undefined);
  await folder?.close();
};
