import { dirname, relative } from 'node:path';
import { subscribe, type AsyncSubscription } from '@parcel/watcher';
import type { Log } from '../kit/index.ts';
import type { Root } from '../library/index.ts';
import type { Scan } from './service.ts';

/*
 * Watches the roots and asks for a scan of the folders that stirred, once they have been quiet for a while. A watcher is
 * a convenience: where it cannot be had (network mounts, no more inotify watches) the schedule finds the changes.
 */
export type Watch = {
  /** Brings the watchers in line with the roots in use. */
  update: (roots: readonly Root[]) => Promise<void>;
  watching: () => number;
  close: () => Promise<void>;
};

const QUIET_MS = 1500;
const LATEST_MS = 10_000;
/** More than so many folders at once: looking at everything is quicker. */
const MANY = 500;

type Hear = { onPaths: (paths: string[]) => void; onLost: (error: unknown) => void };

const listen = (root: Root, { onPaths, onLost }: Hear): Promise<AsyncSubscription> =>
  subscribe(root.path.toString('utf8'), (error, events) => {
    if (error) onLost(error);
    else onPaths(events.map(({ path }) => path));
  });

export const createWatch = ({ scan, log }: { scan: Pick<Scan, 'request'>; log: Log }): Watch => {
  const subscriptions = new Map<number, AsyncSubscription>();
  const stirred = new Map<number, Set<string>>();
  let quiet: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  let closed = false;

  const flush = (): void => {
    clearTimeout(quiet);
    clearTimeout(latest);
    latest = undefined;
    if (closed || stirred.size === 0) return;
    const folders = [...stirred.values()].reduce((sum, set) => sum + set.size, 0);
    const within = new Map([...stirred].map(([root, paths]) => [root, [...paths].map((path) => Buffer.from(path))]));
    stirred.clear();
    scan.request('something changed', folders > MANY ? {} : { within });
  };

  const stir = (root: Root, paths: readonly string[]): void => {
    const set = stirred.get(root.id) ?? new Set<string>();
    for (const path of paths) {
      // The folder above: a sidecar or a new folder concerns the whole album.
      const folder = relative(root.path.toString('utf8'), dirname(path));
      set.add(folder.startsWith('..') ? '' : folder);
    }
    stirred.set(root.id, set);
    clearTimeout(quiet);
    quiet = setTimeout(flush, QUIET_MS);
    latest ??= setTimeout(flush, LATEST_MS);
  };

  const open = async (root: Root): Promise<void> => {
    const onLost = (err: unknown): void => {
      log.warn({ err, root: root.name }, 'Watching a folder failed; the hourly scan finds its changes');
      scan.request('the watcher lost track');
    };
    try {
      const subscription = await listen(root, { onPaths: (paths) => stir(root, paths), onLost });
      if (closed || subscriptions.has(root.id)) await subscription.unsubscribe();
      else subscriptions.set(root.id, subscription);
    } catch (err) {
      log.warn({ err, root: root.name }, 'This folder cannot be watched; the hourly scan finds its changes');
    }
  };

  return {
    update: async (roots) => {
      const wanted = new Map(roots.filter(({ state }) => state === 'ok').map((root) => [root.id, root]));
      for (const [id, subscription] of subscriptions)
        if (!wanted.has(id)) {
          subscriptions.delete(id);
          await subscription.unsubscribe().catch(() => undefined);
        }
      for (const [id, root] of wanted) if (!subscriptions.has(id)) await open(root);
    },
    watching: () => subscriptions.size,
    close: async () => {
      closed = true;
      clearTimeout(quiet);
      clearTimeout(latest);
      await Promise.allSettled([...subscriptions.values()].map((each) => each.unsubscribe()));
    },
  };
};
