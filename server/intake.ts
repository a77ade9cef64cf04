import { join } from 'node:path';
import { openAnalysis, type Analysis } from './analysis/index.ts';
import type { Config } from './config/index.ts';
import type { Db } from './db/index.ts';
import { createDemo, type Demo } from './demo/index.ts';
import type { Journal } from './events/index.ts';
import type { Ffmpeg, Slots } from './ffmpeg/index.ts';
import { isProblem, type Clock, type Log, type Scope } from './kit/index.ts';
import { openCovers, type Covers, type Library } from './library/index.ts';
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
  slots: Slots;
  library: Pick<Library, 'trackSource' | 'forget'>;
  /** Room for covers as people see them. */
  coverQuotaBytes: number;
};

/** How music gets in: covers, folders, the scan, its watcher and the demo library, tied together. */
export type Intake = {
  covers: Covers;
  roots: RootService;
  scan: Scan;
  watch: Watch;
  demo: Demo;
  analysis: Analysis;
  /** Takes in the folders named at the start, and looks at everything once; what is not measured yet is, after that. */
  begin: () => void;
  /** Makes the demo library and scans it as a folder of its own. */
  takeInDemo: () => Promise<void>;
  /** Whether the demo library can be made and is not there yet. */
  mayMakeDemo: () => boolean;
  /** While it is composed, before its first scan. */
  isMakingDemo: () => boolean;
};

/** Half of the cores at most, and only while nothing else wants them. */
const openHearing = ({ config, db, log, scope, ffmpeg, slots, library }: Needs, scan: Scan): Analysis => {
  const analysis = openAnalysis({
    db,
    library,
    log,
    slots,
    ffmpeg: config.measure ? ffmpeg : undefined,
    storePath: join(config.dataDir, 'sound.db'),
    lanes: Math.max(1, Math.floor(config.cores / 2)),
    rest: scan.idle,
  });
  scope.defer('analysis', analysis.close);
  return analysis;
};

export const openIntake = (needs: Needs): Intake => {
  const { config, db, clock, log, scope, journal, measure } = needs;
  const folders = { originals: join(config.dataDir, 'covers'), variants: join(config.dataDir, 'cache', 'covers') };
  const covers = openCovers({ ...folders, quotaBytes: needs.coverQuotaBytes });
  const roots = createRootService({ db, clock });
  const changed = (): void => {
    needs.library.forget();
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
    // The thread that writes has a core of its own.
    workers: Math.min(4, Math.max(1, config.cores - 1)),
    later: () => analysis.progress(),
  });
  scope.defer('scan', scan.close);
  const analysis = openHearing(needs, scan);
  // What came in with a scan is measured once its own passes are over.
  journal.consume({ name: 'analysis', kinds: ['scan.finished'], handle: analysis.wake });
  const watch = createWatch({ scan, log });
  scope.defer('watcher', watch.close);
  const demo = createDemo({ dataDir: config.dataDir, ffmpeg: needs.ffmpeg, log });
  // Roots come, go and freeze: after each scan the watchers follow.
  journal.consume({ name: 'watcher', kinds: ['scan.finished'], handle: () => watch.update(roots.list()) });

  const addNamed = (path: string): void => {
    try {
      // start-failure.ts has said what is amiss with it.
      roots.add(path, { evenAway: true });
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
    analysis,
    begin: () => {
      for (const path of config.media) addNamed(path);
      scan.request('start');
      analysis.begin();
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
