import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../kit/index.ts';
import type { Cursor, SearchEngine } from '../engine.ts';
import { startIndexThread, type IndexThreads } from './thread.ts';

const removeIndex = (path: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
};

type Contents = { all: Parameters<SearchEngine['rebuild']>[0]; cursor: Cursor; isClosed: () => boolean };

/** A new index in a file of its own; false where the house closes meanwhile. */
const makeIndex = async (path: string, { all, cursor, isClosed }: Contents): Promise<boolean> => {
  removeIndex(path);
  const builder = startIndexThread({ path, role: 'builder' }, () => undefined);
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

/** A thread that is opened on first use, and again after it failed. */
const createKept = <Role extends 'reader' | 'writer'>(
  task: { path: string; role: Role },
  onFailure: (error: Error) => void,
) => {
  let kept: IndexThreads[Role] | undefined;
  return {
    now: (): IndexThreads[Role] | undefined => kept,
    open: (): IndexThreads[Role] => {
      if (kept) return kept;
      const thread = startIndexThread(task, (error) => {
        // One that was let go ends too, and says nothing of the one that serves now.
        if (kept !== thread) return;
        kept = undefined;
        onFailure(error);
      });
      return (kept = thread);
    },
    close: async (): Promise<void> => {
      const before = kept;
      kept = undefined;
      await before?.close().catch(() => undefined);
    },
  };
};

/**
 * The engine that needs nothing: SQLite's full-text index in a file of its own. One thread reads it and another writes it,
 * so that nobody who asks waits for a merge of the index or for the disk.
 */
export const openFtsEngine = ({ folder, log }: { folder: string; log: Log }): SearchEngine => {
  const path = join(folder, 'search.db');
  const next = join(folder, 'search-next.db');
  let closed = false;
  let rebuilding: Promise<void> | undefined;
  /** While one file takes the other's name nobody opens either: who did would go on with the one that is gone. */
  let swapping: Promise<void> | undefined;

  const failed = (error: Error): void => {
    if (!closed) log.warn({ err: error }, 'The search index had to be closed');
  };
  const reader = createKept({ path, role: 'reader' }, failed);
  const writer = createKept({ path, role: 'writer' }, failed);

  const swap = async (): Promise<void> => {
    await Promise.all([reader.close(), writer.close()]);
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
    ask: async (ask) => {
      await swapping;
      return reader.open().ask(ask);
    },
    change: async (changes, cursor) => {
      await rebuilding;
      const words = await writer.open().change(changes, cursor);
      // Who opens it later reads them.
      await reader.now()?.learn(words);
    },
    cursor: async () => {
      await swapping;
      if (!existsSync(path)) return undefined;
      try {
        return await writer.open().cursor();
      } catch (error) {
        log.warn({ err: error }, 'The search index could not be read and is made anew');
        return undefined;
      }
    },
    rebuild: (all, cursor) => {
      rebuilding = build(all, cursor).finally(() => (rebuilding = undefined));
      return rebuilding;
    },
    health: async () => {
      await swapping;
      return writer.open().health();
    },
    close: async () => {
      closed = true;
      await rebuilding?.catch(() => undefined);
      await Promise.all([reader.close(), writer.close()]);
    },
  };
};
