import type { BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { TO_READ } from '../../kit/index.ts';

/** A file opened for reading; `release` once, when done with it. */
export type OpenFile = { handle: Pick<FileHandle, 'read'>; stat: BigIntStats; release: () => Promise<void> };
export type OpenPath = (path: string | Buffer) => Promise<OpenFile | undefined>;

const isAbsence = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EACCES', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '');

const orAbsent = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (isAbsence(error)) return undefined;
    throw error;
  });

/** Undefined for what is not there, not for us, or no plain file. */
export const openPath: OpenPath = async (path) => {
  const handle = await orAbsent(open(path, TO_READ));
  if (!handle) return undefined;
  try {
    const facts = await handle.stat({ bigint: true });
    if (facts.isFile()) return { handle, stat: facts, release: () => handle.close() };
    await handle.close();
    return undefined;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/*
 * Players ask for a file in many small parts. Proving where its path leads, opening and closing it cost each part four
 * times what reading it does, so a file stays open for a moment; one look at the path tells whether it is still that file.
 */
const HELD_MS = 2000;
const MOST_HELD = 64;

type Held = { file: OpenFile; users: number; gone: boolean };
export type HeldFiles = {
  /** `prove` says whether the path may be opened; it is asked once for as long as the file is held. */
  open: (path: Buffer, prove: () => Promise<boolean>) => Promise<OpenFile | undefined>;
  close: () => Promise<void>;
};

const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;

export const holdFiles = (): HeldFiles => {
  const held = new Map<string, Held>();
  const settle = async (it: Held): Promise<void> => {
    if (it.gone && it.users === 0) await it.file.release();
  };
  const drop = async (key: string): Promise<void> => {
    const it = held.get(key);
    held.delete(key);
    if (!it) return;
    it.gone = true;
    await settle(it);
  };
  const lend = (it: Held): OpenFile => {
    it.users++;
    const release = async () => {
      it.users--;
      await settle(it);
    };
    return { ...it.file, release };
  };
  const current = async (key: string, path: Buffer): Promise<OpenFile | undefined> => {
    const it = held.get(key);
    if (!it) return undefined;
    const lent = lend(it);
    const now = await orAbsent(stat(path, { bigint: true }));
    if (now && isSame(now, it.file.stat)) return lent;
    await lent.release();
    if (held.get(key) === it) await drop(key);
    return undefined;
  };
  return {
    open: async (path, prove) => {
      const key = path.toString('latin1');
      const known = await current(key, path);
      if (known) return known;
      if (!(await prove())) return undefined;
      const file = await openPath(path);
      if (!file || held.has(key) || held.size >= MOST_HELD) return file;
      const it: Held = { file, users: 0, gone: false };
      held.set(key, it);
      setTimeout(() => void (held.get(key) === it && drop(key)), HELD_MS).unref();
      return lend(it);
    },
    close: async () => {
      await Promise.all([...held.keys()].map(drop));
    },
  };
};
