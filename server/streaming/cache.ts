import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, statfs, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, Log } from '../kit/index.ts';
import { chooseVictims } from './eviction.ts';
import { ENGINE } from './grid.ts';

/*
 * Segments on disk: v{ENGINE}/{2 of key}/{key}/{variant}/{k}.m4s. A file under its final name is whole and checked, so the
 * names are the index. A variant goes as a whole, least recently used first; its last use is the mtime of its folder.
 */
export type Ref = { key: string; variant: string };

type Entry = { ready: Map<number, number>; sizeBytes: number; usedAt: number; flushedAt: number };

export type SegmentCache = {
  pathOf: (ref: Ref, k: number) => string;
  /** Size of the segment when it is there. */
  sizeOf: (ref: Ref, k: number) => number | undefined;
  isEmpty: (ref: Ref) => boolean;
  /** The file was not there after all (somebody emptied the folder). */
  forget: (ref: Ref, k: number) => void;
  touch: (ref: Ref) => void;
  /** Moves a checked segment in. Both folders are on one filesystem, so that it is there whole or not at all. */
  publish: (ref: Ref, k: number, from: { path: string; sizeBytes: number }) => Promise<void>;
  /** Evicts down to the quota what is neither busy nor recent. */
  trim: () => Promise<void>;
  /** Bytes that may still be written here, as the filesystem says. */
  freeBytes: () => Promise<number>;
  /** Whether that much can be written, tried: under a quota the filesystem promises room that is not ours. */
  canWrite: (sizeBytes: number) => Promise<boolean>;
  sizeBytes: () => number;
  runsFolder: string;
  initFolder: string;
  close: () => Promise<void>;
};

export type CacheNeeds = {
  folder: string;
  quotaBytes: number;
  clock: Clock;
  log: Log;
  /** True for a variant that somebody waits for or a run writes into. */
  isBusy: (name: string) => boolean;
  /** How a file is written; tests give one that fails. */
  write?: (path: string, bytes: Buffer) => Promise<void>;
};

const FLUSH_EVERY_MS = 60_000;

const readEntry = (folder: string): Entry => {
  const entry: Entry = { ready: new Map(), sizeBytes: 0, usedAt: 0, flushedAt: 0 };
  try {
    entry.usedAt = entry.flushedAt = statSync(folder).mtimeMs;
    for (const name of readdirSync(folder)) {
      const k = /^(\d+)\.m4s$/.exec(name)?.[1];
      if (k === undefined) continue;
      const size = statSync(join(folder, name)).size;
      entry.ready.set(Number(k), size);
      entry.sizeBytes += size;
    }
  } catch {
    // Not there yet, or taken away meanwhile: nothing is ready.
  }
  return entry;
};

const listNames = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** The variants on disk, as `key/variant`. */
const variantsIn = async function* (folder: string): AsyncGenerator<string> {
  for (const prefix of await listNames(folder))
    for (const key of await listNames(join(folder, prefix)))
      for (const variant of await listNames(join(folder, prefix, key))) yield `${key}/${variant}`;
};

type Store = CacheNeeds & {
  home: string;
  runsFolder: string;
  entries: Map<string, Entry>;
  total: number;
  graves: number;
};

const nameOf = (ref: Ref): string => `${ref.key}/${ref.variant}`;
const folderOf = (store: Store, name: string): string => join(store.home, name.slice(0, 2), name);

const entryAt = (store: Store, name: string): Entry => {
  const known = store.entries.get(name);
  if (known) return known;
  const entry = readEntry(folderOf(store, name));
  store.entries.set(name, entry);
  store.total += entry.sizeBytes;
  return entry;
};

const flush = async (store: Store, name: string, entry: Entry): Promise<void> => {
  entry.flushedAt = entry.usedAt;
  await utimes(folderOf(store, name), entry.usedAt / 1000, entry.usedAt / 1000).catch(() => undefined);
};

const evict = async (store: Store, name: string): Promise<void> => {
  const entry = store.entries.get(name);
  if (!entry) return;
  store.entries.delete(name);
  store.total -= entry.sizeBytes;
  // Renamed first: nobody finds half a variant.
  const grave = join(store.runsFolder, `trash-${process.pid}-${store.graves++}`);
  await rename(folderOf(store, name), grave).then(
    () => rm(grave, { recursive: true, force: true }),
    () => undefined,
  );
  // The folder of its key stays where another variant is in it.
  await rmdir(dirname(folderOf(store, name))).catch(() => undefined);
};

const trim = async (store: Store): Promise<void> => {
  const kept = [...store.entries].map(([name, it]) => ({ name, sizeBytes: it.sizeBytes, usedAt: it.usedAt }));
  const { quotaBytes, isBusy, clock } = store;
  const victims = chooseVictims(kept, { quotaBytes, sizeBytes: store.total, now: clock.now(), isBusy });
  for (const name of victims) await evict(store, name);
};

const publish = async (
  store: Store,
  ref: Ref & { k: number },
  from: { path: string; sizeBytes: number },
): Promise<void> => {
  const name = nameOf(ref);
  const folder = folderOf(store, name);
  const target = join(folder, `${ref.k}.m4s`);
  await rename(from.path, target).catch(async () => {
    await mkdir(folder, { recursive: true });
    await rename(from.path, target);
  });
  const entry = entryAt(store, name);
  const grown = from.sizeBytes - (entry.ready.get(ref.k) ?? 0);
  entry.ready.set(ref.k, from.sizeBytes);
  entry.sizeBytes += grown;
  store.total += grown;
  entry.usedAt = store.clock.now();
  if (store.total > store.quotaBytes) await trim(store);
};

const canWrite = async ({ write = writeFile, runsFolder, graves }: Store, sizeBytes: number): Promise<boolean> => {
  const path = join(runsFolder, `trial-${process.pid}-${graves}`);
  try {
    await write(path, Buffer.alloc(sizeBytes));
    return true;
  } catch {
    return false;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
};

/** What a crash left half-made and what another engine version wrote: out of the way at once, taken away in the background. */
const sweep = (folder: string, runsFolder: string): void => {
  mkdirSync(folder, { recursive: true });
  const stale = (name: string): boolean =>
    /^(runs|trash-.*)$/.test(name) || (/^v\d+$/.test(name) && name !== `v${ENGINE}`);
  const graves = readdirSync(folder)
    .filter(stale)
    .map((name, i) => {
      const grave = join(folder, `trash-${process.pid}-${Date.now()}-${i}`);
      renameSync(join(folder, name), grave);
      return grave;
    });
  mkdirSync(runsFolder, { recursive: true });
  for (const grave of graves) rm(grave, { recursive: true, force: true }).catch(() => undefined);
};

/** Opens the folder: it is swept at once and read in the background; a variant that is asked for earlier is read then. */
export const openSegmentCache = (needs: CacheNeeds): SegmentCache => {
  const { folder } = needs;
  const home = join(folder, `v${ENGINE}`);
  const runsFolder = join(folder, 'runs');
  const initFolder = join(folder, 'init', `v${ENGINE}`);
  sweep(folder, runsFolder);
  for (const path of [home, initFolder]) mkdirSync(path, { recursive: true });
  const store: Store = { ...needs, home, runsFolder, entries: new Map(), total: 0, graves: 0 };

  let closed = false;
  const indexing = (async () => {
    for await (const name of variantsIn(home)) {
      if (closed) return;
      entryAt(store, name);
    }
    await trim(store);
  })().catch((error: unknown) => needs.log.warn({ err: error }, 'The segment cache could not be read'));

  return {
    runsFolder,
    initFolder,
    pathOf: (ref, k) => join(folderOf(store, nameOf(ref)), `${k}.m4s`),
    sizeOf: (ref, k) => entryAt(store, nameOf(ref)).ready.get(k),
    isEmpty: (ref) => entryAt(store, nameOf(ref)).ready.size === 0,
    forget: (ref, k) => {
      const entry = entryAt(store, nameOf(ref));
      const size = entry.ready.get(k) ?? 0;
      entry.ready.delete(k);
      entry.sizeBytes -= size;
      store.total -= size;
    },
    touch: (ref) => {
      const name = nameOf(ref);
      const entry = entryAt(store, name);
      entry.usedAt = needs.clock.now();
      if (entry.usedAt - entry.flushedAt > FLUSH_EVERY_MS) void flush(store, name, entry);
    },
    publish: (ref, k, from) => publish(store, { ...ref, k }, from),
    trim: () => trim(store),
    freeBytes: async () => {
      const facts = await statfs(folder);
      return facts.bavail * facts.bsize;
    },
    canWrite: (sizeBytes) => canWrite(store, sizeBytes),
    sizeBytes: () => store.total,
    close: async () => {
      closed = true;
      await indexing;
      for (const [name, entry] of store.entries) if (entry.usedAt > entry.flushedAt) await flush(store, name, entry);
    },
  };
};
