import { join } from 'node:path';
import type { Config } from './config/index.ts';
import type { Db } from './db/index.ts';
import { createDemo, type Demo } from './demo/index.ts';
import type { Journal } from './events/index.ts';
import type { Ffmpeg } from './ffmpeg/index.ts';
import { isProblem, type Clock, type Log, type Scope } from './kit/index.ts';
import { openCovers, type Covers } from './library/index.ts';
import {
  createRootService,
  createScan,
  createWatch,
  type Length,
  type RootService,
  type Scan,
  type Watch,
} from './scan/index.ts';

type Needs = {
  config: Config;
  db: Db;
  clock: Clock;
  log: Log;
  scope: Scope;
  journal: Journal;
  ffmpeg: Ffmpeg | undefined;
  databasePath: string;
  measure: ((it: { path: Buffer; signal?: AbortSignal }) => Promise<Length>) | undefined;
  /** Rows were written: what was read before may be old. */
  forget: () => void;
};

/** How music gets in: covers, folders, the scan, its watcher and the demo library, tied together. */
export type Intake = {
  covers: Covers;
  roots: RootService;
  scan: Scan;
  watch: Watch;
  demo: Demo;
  /** Takes in the folders named at the start, and looks at everything once. */
  begin: () => void;
  /** Makes the demo library and scans it as a folder of its own. */
  takeInDemo: () => Promise<void>;
  /** Whether the demo library can be made and is not there yet. */
  mayMakeDemo: () => boolean;
  /** While it is composed, before its first scan. */
  isMakingDemo: () => boolean;
};

export const openIntake = (needs: Needs): Intake => {
  const { config, db, clock, log, scope, journal, measure } = needs;
  const folders = { originals: join(config.dataDir, 'covers'), variants: join(config.dataDir, 'cache', 'covers') };
  const covers = openCovers(folders);
  const roots = createRootService({ db, clock });
  const changed = (): void => {
    needs.forget();
    journal.wake();
  };
  const scan = createScan({
    db,
    clock,
    log,
    logLevel: config.logLevel,
    databasePath: needs.databasePath,
    covers: { folders, inspect: covers.inspect },
    measure: measure && ((path, signal) => measure({ path, signal })),
    wake: changed,
    append: journal.append,
    workers: Math.min(4, config.cores),
  });
  scope.defer('scan', scan.close);
  const watch = createWatch({ scan, log });
  scope.defer('watcher', watch.close);
  const demo = createDemo({ dataDir: config.dataDir, ffmpeg: needs.ffmpeg, log });
  // Roots come, go and freeze: after each scan the watchers follow.
  journal.consume({ name: 'watcher', kinds: ['scan.finished'], handle: () => watch.update(roots.list()) });

  const addNamed = (path: string): void => {
    try {
      roots.add(path);
    } catch (error) {
      if (!isProblem(error)) throw error;
      log.warn({ path }, `This music folder was not taken in: ${error.message}`);
    }
  };
  let makingDemo = false;
  return {
    covers,
    roots,
    scan,
    watch,
    demo,
    begin: () => {
      for (const path of config.media) addNamed(path);
      scan.request('start');
    },
    mayMakeDemo: () => needs.ffmpeg !== undefined && !makingDemo && !roots.list().some(({ kind }) => kind === 'demo'),
    isMakingDemo: () => makingDemo,
    takeInDemo: async () => {
      makingDemo = true;
      await demo.make(undefined, scope.signal).finally(() => (makingDemo = false));
      roots.add(demo.folder, { name: 'Demo library', kind: 'demo' });
      scan.request('demo library');
    },
  };
};
