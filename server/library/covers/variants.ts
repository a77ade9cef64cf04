import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/*
 * The folder of variants, held below a quota: what was looked at longest ago goes first, down to nine tenths, so that it is not
 * done at every picture. How full it is is counted once, when somebody wants to know, and then kept in mind.
 */
const LOW_WATER = 0.9;
/** As disks count. */
const BLOCK_BYTES = 4096;
const onDisk = (sizeBytes: number): number => Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;

type Kept = { path: string; sizeBytes: number; usedAt: number };

const readKept = async (path: string): Promise<Kept | undefined> => {
  const facts = await stat(path).catch(() => undefined);
  // Reading moves atime, at most once a day, and not on every disk: then the oldest goes first.
  return facts && { path, sizeBytes: onDisk(facts.size), usedAt: Math.max(facts.atimeMs, facts.mtimeMs) };
};

const listKept = async (folder: string): Promise<Kept[]> => {
  const kept: Kept[] = [];
  for (const part of await readdir(folder).catch(() => [])) {
    const names = await readdir(join(folder, part)).catch(() => []);
    for (const it of await Promise.all(names.map((name) => readKept(join(folder, part, name))))) if (it) kept.push(it);
  }
  return kept;
};

export type Variants = {
  /** Whole or not at all, but without fsync: after a power cut a variant is made again. */
  put: (path: string, bytes: Uint8Array) => Promise<void>;
  /** What they take on the disk; the first time only what was made since the start, while the rest is counted. */
  sizeBytes: () => number;
  /** Resolves when nothing is being counted or thrown away. */
  settled: () => Promise<void>;
};

export const createVariants = (folder: string, { quotaBytes }: { quotaBytes: number }): Variants => {
  /** Undefined until it was counted. */
  let sizeBytes: number | undefined;
  let grownBytes = 0;
  let tidying: Promise<void> | undefined;

  const tidy = async (): Promise<void> => {
    const before = grownBytes;
    const kept = await listKept(folder);
    let total = kept.reduce((sum, it) => sum + it.sizeBytes, 0);
    if (total > quotaBytes)
      for (const it of kept.toSorted((a, b) => a.usedAt - b.usedAt)) {
        if (total <= quotaBytes * LOW_WATER) break;
        await rm(it.path, { force: true });
        total -= it.sizeBytes;
      }
    sizeBytes = total;
    grownBytes -= before;
  };

  /** A folder that cannot be read is tried again with the next picture. */
  const beginTidy = (): void =>
    void (tidying ??= tidy()
      .catch(() => undefined)
      .finally(() => (tidying = undefined)));

  return {
    put: async (path, bytes) => {
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.tmp`;
      await writeFile(temporary, bytes);
      await rename(temporary, path);
      grownBytes += onDisk(bytes.length);
      if (sizeBytes === undefined || sizeBytes + grownBytes > quotaBytes) beginTidy();
    },
    sizeBytes: () => {
      if (sizeBytes === undefined) beginTidy();
      return (sizeBytes ?? 0) + grownBytes;
    },
    settled: async () => tidying,
  };
};
