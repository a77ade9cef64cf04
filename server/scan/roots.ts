import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { isAbsolute, resolve, sep } from 'node:path';
import { badInput, notFound } from '../http/index.ts';
import type { Db } from '../db/index.ts';
import type { Clock } from '../kit/index.ts';
import { createRoots, type Root } from '../library/index.ts';
import { rootOverlap, rootUnreadable } from './problems.ts';

type AddOptions = {
  name?: string | undefined;
  kind?: 'media' | 'demo';
  /** Takes it in although it cannot be read now: its disk may come later, and until then it is shown as missing. */
  evenAway?: boolean;
};

export type RootService = {
  list: () => Root[];
  find: (id: number) => Root;
  /** Adds a folder; one that is there already is answered as it is. Throws 422 for what cannot be a root. */
  add: (path: string, options?: AddOptions) => Root;
  rename: (id: number, name: string) => Root;
  /** Takes a root out of use: its tracks are flagged missing and everything people made of them stays. */
  remove: (id: number) => void;
};

const isInside = (outer: string, inner: string): boolean => inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);

const realFolder = (path: string): string => {
  try {
    const real = realpathSync(path);
    if (!statSync(real).isDirectory()) throw rootUnreadable({ detail: 'It is not a folder.' });
    accessSync(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw rootUnreadable();
  }
};

const tryFolder = (path: string): string | undefined => {
  try {
    return realFolder(path);
  } catch {
    return undefined;
  }
};

/** The end of a path that no other root goes by: mostly its last part, more of it where several disks have a `music`. */
const nameOf = (path: string, taken: readonly string[]): string => {
  const parts = path.split(sep).filter(Boolean);
  const tails = parts.map((_, i) => parts.slice(-i - 1).join('/'));
  return tails.find((tail) => !taken.includes(tail)) ?? path;
};

export const createRootService = ({ db, clock }: { db: Db; clock: Clock }): RootService => {
  const roots = createRoots(db);
  const miss = db.sqlite.prepare('UPDATE track SET missing_at = ? WHERE root_id = ? AND missing_at IS NULL');
  const lose = db.sqlite.prepare(
    `UPDATE file SET state = 'missing', need = 0 WHERE folder_id IN (SELECT id FROM folder WHERE root_id = ?)`,
  );
  const inUse = () => roots.list().filter(({ state }) => state !== 'removed');
  const find = (id: number): Root => {
    const root = roots.find(id);
    if (!root || root.state === 'removed') throw notFound();
    return root;
  };
  return {
    list: inUse,
    find,
    add: (path, { name, kind = 'media', evenAway = false } = {}) => {
      if (path.includes('\0')) throw badInput({ errors: [{ path: 'path', message: 'This cannot be a path.' }] });
      if (!isAbsolute(path))
        throw badInput({ errors: [{ path: 'path', message: 'Give the whole path, from the root of the disk.' }] });
      const real = evenAway ? (tryFolder(resolve(path)) ?? resolve(path)) : realFolder(resolve(path));
      const known = inUse().map((root) => ({ root, path: root.path.toString('utf8') }));
      const same = known.find((it) => it.path === real || it.path === resolve(path));
      if (same) return same.root;
      if (known.some((it) => isInside(it.path, real) || isInside(real, it.path))) throw rootOverlap();
      const taken = known.map(({ root }) => root.name);
      const id = roots.add({ path: Buffer.from(real), name: name ?? nameOf(real, taken), kind, now: clock.now() });
      return find(id);
    },
    rename: (id, name) => {
      find(id);
      roots.rename(id, name);
      return find(id);
    },
    remove: (id) => {
      find(id);
      db.transact(() => {
        miss.run(clock.now(), id);
        lose.run(id);
        db.sqlite.prepare('UPDATE album SET missing_count = track_count WHERE root_id = ?').run(id);
        roots.setState(id, 'removed', { now: clock.now() });
      });
    },
  };
};
