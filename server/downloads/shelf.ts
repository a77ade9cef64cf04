import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumOf, type KnownFile } from './read-file.ts';

/** A file made for taking along; its checksum was taken when it was made. */
export type Encoded = { key: string; file: KnownFile; crc: number };

export type Shelf = {
  find: (key: string) => Encoded | undefined;
  /** It is being asked for: it goes last. */
  touch: (key: string) => void;
  /** Where a new one is written, before it is put on the shelf. */
  draft: (key: string) => string;
  put: (key: string, draft: string) => Promise<Encoded>;
  /** Makes room for so much more, from what was asked for least lately and is not kept. False: there is none. */
  makeRoom: (sizeBytes: number, isKept: (key: string) => boolean) => Promise<boolean>;
  sizeBytes: () => number;
};

type Item = Encoded & { usedAt: number };

const NAME = /^([0-9a-f]{32})-([0-9a-f]{8})\.m4a$/;

const readItem = (folder: string, name: string): Item | undefined => {
  const [, key, crc] = NAME.exec(name) ?? [];
  if (key === undefined || crc === undefined) return undefined;
  const path = join(folder, name);
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!facts) return undefined;
  const file = { path, sizeBytes: Number(facts.size), mtimeNs: facts.mtimeNs };
  return { key, crc: Number.parseInt(crc, 16), file, usedAt: Number(facts.mtimeMs) };
};

/** A folder of files named by key and checksum, which are its index. What a crash left half-made goes at once. */
export const openShelf = (folder: string, { quotaBytes, now }: { quotaBytes: number; now: () => number }): Shelf => {
  mkdirSync(folder, { recursive: true });
  const items = new Map<string, Item>();
  let total = 0;
  let drafts = 0;
  const add = (item: Item): void => {
    total += item.file.sizeBytes - (items.get(item.key)?.file.sizeBytes ?? 0);
    items.set(item.key, item);
  };
  for (const name of readdirSync(folder)) {
    const item = readItem(folder, name);
    if (item) add(item);
    else rmSync(join(folder, name), { recursive: true, force: true });
  }

  const drop = async (item: Item): Promise<void> => {
    items.delete(item.key);
    total -= item.file.sizeBytes;
    await rm(item.file.path, { force: true });
  };

  const isFree = async (sizeBytes: number): Promise<boolean> => {
    const facts = await statfs(folder);
    return facts.bavail * facts.bsize > 2 * sizeBytes && total + sizeBytes <= quotaBytes;
  };

  return {
    find: (key) => items.get(key),
    touch: (key) => {
      const item = items.get(key);
      if (item) item.usedAt = now();
    },
    draft: (key) => join(folder, `${key}.${process.pid}-${drafts++}.part`),
    put: async (key, draft) => {
      const before = await stat(draft, { bigint: true });
      const known = { path: draft, sizeBytes: Number(before.size), mtimeNs: before.mtimeNs };
      const crc = await checksumOf(known);
      const path = join(folder, `${key}-${crc.toString(16).padStart(8, '0')}.m4a`);
      await rename(draft, path);
      const item = { key, crc, file: { ...known, path }, usedAt: now() };
      add(item);
      return item;
    },
    makeRoom: async (sizeBytes, isKept) => {
      const victims = [...items.values()].filter((it) => !isKept(it.key)).toSorted((a, b) => a.usedAt - b.usedAt);
      for (const victim of victims) {
        if (await isFree(sizeBytes)) return true;
        await drop(victim);
      }
      return isFree(sizeBytes);
    },
    sizeBytes: () => total,
  };
};
