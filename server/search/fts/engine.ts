import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../kit/index.ts';
import type { SearchEngine } from '../engine.ts';
import { startIndexThread, type IndexThread } from './thread.ts';

const removeIndex = (path: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
};

/** The engine that needs nothing: SQLite's full-text index in a file of its own, read and written by a thread. */
export const openFtsEngine = ({ folder, log }: { folder: string; log: Log }): SearchEngine => {
  const path = join(folder, 'search.db');
  const next = join(folder, 'search-next.db');
  let closed = false;
  let serving: IndexThread | undefined;
  let rebuilding: Promise<void> | undefined;

  /** Opened on first use, and again after it failed; a file that cannot be read is made anew by its reader. */
  const open = (): IndexThread => {
    serving ??= startIndexThread({ path, building: false }, (error) => {
      serving = undefined;
      if (!closed) log.warn({ err: error }, 'The search index had to be closed');
    });
    return serving;
  };

  const build: SearchEngine['rebuild'] = async (all, cursor) => {
    removeIndex(next);
    const builder = startIndexThread({ path: next, building: true }, () => undefined);
    try {
      for await (const { kind, things } of all) {
        if (closed) return;
        await builder.rank(kind, things);
      }
      await builder.finish(cursor);
    } finally {
      await builder.close().catch(() => undefined);
    }
    const before = serving;
    serving = undefined;
    await before?.close().catch(() => undefined);
    removeIndex(path);
    renameSync(next, path);
  };

  return {
    name: 'fts5',
    ask: (ask) => open().ask(ask),
    change: async (changes, cursor) => {
      await rebuilding;
      await open().change(changes, cursor);
    },
    cursor: async () => {
      if (!existsSync(path)) return undefined;
      try {
        return await open().cursor();
      } catch (error) {
        log.warn({ err: error }, 'The search index could not be read and is made anew');
        return undefined;
      }
    },
    rebuild: (all, cursor) => {
      rebuilding = build(all, cursor).finally(() => (rebuilding = undefined));
      return rebuilding;
    },
    health: () => open().health(),
    close: async () => {
      closed = true;
      await rebuilding?.catch(() => undefined);
      await serving?.close().catch(() => undefined);
    },
  };
};
