import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../kit/index.ts';
import type { Cursor, SearchEngine } from '../engine.ts';
import { startIndexThread, type IndexThread } from './thread.ts';

const removeIndex = (path: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
};

type Contents = { all: Parameters<SearchEngine['rebuild']>[0]; cursor: Cursor; isClosed: () => boolean };

/** A new index in a file of its own; false where the house closes meanwhile. */
const makeIndex = async (path: string, { all, cursor, isClosed }: Contents): Promise<boolean> => {
  removeIndex(path);
  const builder = startIndexThread({ path, building: true }, () => undefined);
  try {
    for await (const { kind, things } of all) {
      if (isClosed()) return false;
      await builder.rank(kind, things);
    }
    await builder.finish(cursor);
    return true;
  } finally {
    await builder.close().catch(() => undefined);
  }
};

/** The engine that needs nothing: SQLite's full-text index in a file of its own, read and written by a thread. */
export const openFtsEngine = ({ folder, log }: { folder: string; log: Log }): SearchEngine => {
  const path = join(folder, 'search.db');
  const next = join(folder, 'search-next.db');
  let closed = false;
  let serving: IndexThread | undefined;
  let rebuilding: Promise<void> | undefined;
  /** While one file takes the other's name nobody opens either: who did would go on with the one that is gone. */
  let swapping: Promise<void> | undefined;

  const start = (): IndexThread => {
    const thread = startIndexThread({ path, building: false }, (error) => {
      // One that was replaced ends too, and says nothing of the one that serves now.
      if (serving !== thread) return;
      serving = undefined;
      if (!closed) log.warn({ err: error }, 'The search index had to be closed');
    });
    return thread;
  };

  /** Opened on first use, and again after it failed; a file that cannot be read is made anew by its reader. */
  const open = async (): Promise<IndexThread> => {
    await swapping;
    return (serving ??= start());
  };

  const swap = async (): Promise<void> => {
    const before = serving;
    serving = undefined;
    await before?.close().catch(() => undefined);
    removeIndex(path);
    renameSync(next, path);
  };

  const build: SearchEngine['rebuild'] = async (all, cursor) => {
    if (!(await makeIndex(next, { all, cursor, isClosed: () => closed }))) return;
    swapping = swap().finally(() => (swapping = undefined));
    await swapping;
  };

  return {
    name: 'fts5',
    ask: async (ask) => (await open()).ask(ask),
    change: async (changes, cursor) => {
      await rebuilding;
      await (await open()).change(changes, cursor);
    },
    cursor: async () => {
      if (!existsSync(path)) return undefined;
      try {
        return await (await open()).cursor();
      } catch (error) {
        log.warn({ err: error }, 'The search index could not be read and is made anew');
        return undefined;
      }
    },
    rebuild: (all, cursor) => {
      rebuilding = build(all, cursor).finally(() => (rebuilding = undefined));
      return rebuilding;
    },
    health: async () => (await open()).health(),
    close: async () => {
      closed = true;
      await rebuilding?.catch(() => undefined);
      await serving?.close().catch(() => undefined);
    },
  };
};
