import type { Db } from '../db/index.ts';
import type { Clock, Log, LogLevel } from '../kit/index.ts';
import { createRoots, type CoverFolders, type ImageFacts, type Root } from '../library/index.ts';
import { createQuiet, type Quiet } from './quiet.ts';
import { createIssues } from './run/issues.ts';
import { createPassRunner, type Length } from './passes.ts';
import type { ScanProgress } from './run/run-scan.ts';
import { startScanWorker, type RunningScan } from './run/start-worker.ts';
import type { Tally } from './run/write-unit.ts';
import { createScanStore, type IssueRow, type RunRow, type RunStatus, type ScanStore } from './store.ts';

export type ScanNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  logLevel: LogLevel;
  databasePath: string;
  covers: { folders: CoverFolders; inspect: (sha256: string) => Promise<ImageFacts> };
  measure: ((path: Buffer, signal: AbortSignal) => Promise<Length>) | undefined;
  /** Facts were committed on another connection. */
  wake: () => void;
  append: (kind: string, payload: Record<string, unknown>) => void;
  /** Threads that read files. */
  workers: number;
  /** What others do with the music after the passes: told as a last phase of the newest scan. */
  later?: () => Phase | undefined;
};

export type Phase = { name: string; done: number; of: number | null };
export type ScanState = RunRow & { phases: Phase[]; etaMs: number | null };

type Request = { reason: string; within: Map<number, Buffer[]> | undefined; accepted: number[] };

type RequestOptions = { within?: ReadonlyMap<number, readonly Buffer[]>; accepted?: number[] };

export type Scan = {
  /** Asks for a scan; while one runs its id is answered, and another follows it when this one might have missed something. */
  request: (reason: string, options?: RequestOptions) => ScanState;
  cancel: (id: number) => boolean;
  list: (before: number, limit: number) => ScanState[];
  find: (id: number) => ScanState | undefined;
  issues: (scanId: number, after: number, limit: number) => IssueRow[];
  issueCount: () => number;
  roots: () => Root[];
  isRunning: () => boolean;
  /** Does work while no scan runs; one that is asked for meanwhile begins after it. Undefined, and nothing done, where one runs. */
  quietly: Quiet['hold'];
  /** Resolves when no scan and no pass is under way. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
};

const NOTHING: Tally = { seen: 0, added: 0, changed: 0, moved: 0, missing: 0, unreadable: 0 };
const AGAIN_MS = 3000;
const NEVER_BEGUN: RunEnd = { status: 'cancelled', detail: null, again: false };

const mergeWithin = (a: Request['within'], b: Request['within']): Request['within'] => {
  if (!a || !b) return undefined;
  const both = new Map(a);
  for (const [root, paths] of b) both.set(root, [...(both.get(root) ?? []), ...paths]);
  return both;
};

type Current = {
  id: number;
  startedMs: number;
  afterCut: boolean;
  progress: ScanProgress;
  worker?: RunningScan;
  /** Perhaps before its thread began. */
  isCancelled?: boolean;
};
type RunEnd = { status: RunStatus; detail: string | null; again: boolean };
type Passes = ReturnType<typeof createPassRunner>;

const requestOf = (reason: string, options: RequestOptions): Request => ({
  reason,
  within: options.within && new Map([...options.within].map(([root, paths]) => [root, [...paths]])),
  accepted: options.accepted ?? [],
});

/** One scan that does what two were asked for. */
const both = (earlier: Request, later: Request): Request => ({
  reason: later.reason,
  within: mergeWithin(earlier.within, later.within),
  accepted: [...earlier.accepted, ...later.accepted],
});

/** Runs a scan to its end, however it ends. */
const runOne = async (needs: ScanNeeds, it: Current, request: Request): Promise<RunEnd> => {
  if (it.isCancelled) return NEVER_BEGUN;
  const { databasePath, logLevel, workers, covers } = needs;
  const order = { scanId: it.id, within: request.within, accepted: request.accepted, afterCut: it.afterCut };
  try {
    const task = {
      databasePath,
      originals: covers.folders.originals,
      logLevel,
      workers,
      order,
      wanted: needs.db.wanted,
    };
    it.worker = startScanWorker(task, (progress) => {
      it.progress = progress;
      needs.wake();
    });
    const end = await it.worker.end;
    it.progress = { ...it.progress, tally: end.tally };
    return { status: end.status, detail: null, again: end.again };
  } catch (err) {
    if (!it.worker?.wasKilled()) needs.log.error({ err }, 'A scan ended early');
    return { status: 'failed', detail: 'The scan failed; the log says why.', again: false };
  }
};

const currentOf = (id: number, afterCut: boolean): Current => {
  const progress: ScanProgress = { phase: 'walk', done: 0, of: 0, folder: '', tally: NOTHING };
  return { id, startedMs: performance.now(), afterCut, progress };
};

const cancelOne = (it: Current): void => {
  it.isCancelled = true;
  it.worker?.cancel();
};

const killOne = async (it: Current): Promise<void> => {
  it.isCancelled = true;
  await it.worker?.kill();
};

/** One scan at a time; what is asked for meanwhile is put together into one that follows. */
const createTurns = (needs: ScanNeeds & { wasCut: boolean }, store: ScanStore, passes: Passes) => {
  const { clock } = needs;
  let current: Current | undefined;
  let waiting: Request | undefined;
  let running: Promise<void> = Promise.resolve();
  const quiet = createQuiet(() => closed || current !== undefined);
  let againTimer: NodeJS.Timeout | undefined;
  let closed = false;
  let doubt = needs.wasCut;

  const finish = (it: Current, { status, detail, again }: RunEnd): void => {
    store.finish({ ...it.progress.tally, status, detail, id: it.id, now: clock.now() });
    doubt = status === 'failed';
    if (again) againTimer = setTimeout(() => ask(requestOf('looking once more', {})), AGAIN_MS).unref();
    needs.append('scan.finished', { id: it.id, status, ...it.progress.tally });
    needs.wake();
    current = undefined;
    passes.start();
    const next = waiting;
    waiting = undefined;
    if (next) begin(next);
  };

  const begin = (request: Request): number => {
    const id = store.start(request.reason, clock.now());
    const it = (current = currentOf(id, doubt));
    needs.append('scan.started', { id });
    running = quiet
      .after(() => runOne(needs, it, request))
      .then((end) => {
        // A stop leaves the run open: the next start sees that it was cut off. Nobody waits for it any more.
        if (closed) current = undefined;
        else finish(it, end);
      });
    return id;
  };

  const ask = (request: Request): number => {
    if (closed) return current?.id ?? 0;
    if (!current) return begin(request);
    // What it walks is perhaps past what stirred: look once more after it.
    waiting = waiting ? both(waiting, request) : request;
    return current.id;
  };

  return {
    ask,
    current: () => current,
    cancel: (id: number): boolean => {
      if (current?.id !== id) return false;
      waiting = undefined;
      cancelOne(current);
      return true;
    },
    idle: (): Promise<void> => running,
    quietly: quiet.hold,
    close: async (): Promise<void> => {
      closed = true;
      clearTimeout(againTimer);
      if (current) await killOne(current);
      await running;
    },
  };
};

const phasesOf = (row: RunRow, at: { current: Current | undefined; isLast: boolean; passes: Phase[] }) => {
  if (row.id !== at.current?.id) {
    const later = at.isLast ? at.passes.map(({ name, done, of }): Phase => ({ name, done, of })) : [];
    return { ...row, phases: [{ name: 'tags', done: row.seen, of: row.seen }, ...later], etaMs: null };
  }
  const { phase, done, of, tally } = at.current.progress;
  const walking = phase === 'walk';
  const phases: Phase[] = [{ name: 'walk', done: walking ? 0 : 1, of: walking ? null : 1 }];
  if (!walking) phases.push({ name: 'tags', done, of });
  const spentMs = performance.now() - at.current.startedMs;
  const etaMs = done > 0 && of > done ? Math.round((spentMs / done) * (of - done)) : null;
  return { ...row, ...tally, phases, etaMs };
};

export const createScan = (needs: ScanNeeds): Scan => {
  const { clock, log, db } = needs;
  const store = createScanStore(db);
  const issues = createIssues(db);
  const abort = new AbortController();
  const wasCut = store.closeInterrupted(clock.now());
  const lastId = (): number => store.list(Number.MAX_SAFE_INTEGER, 1)[0]?.id ?? 0;
  const passes = createPassRunner({
    db,
    log,
    measure: needs.measure,
    inspectCover: needs.covers.inspect,
    signal: abort.signal,
    onWrite: needs.wake,
    onCovers: () => needs.append('scan.covers', {}),
    onIssue: ({ rootId, fileId, path }, issue) =>
      issues.add({ rootId, scanId: lastId(), path, fileId }, issue, clock.now()),
  });
  const turns = createTurns({ ...needs, wasCut }, store, passes);
  const laterPhases = (): Phase[] => {
    const last = needs.later?.();
    return [...passes.progress(), ...(last ? [last] : [])];
  };
  const stateOf = (row: RunRow): ScanState =>
    phasesOf(row, { current: turns.current(), isLast: row.id === lastId(), passes: laterPhases() });
  return {
    request: (reason, options = {}) => stateOf(store.find(turns.ask(requestOf(reason, options)))!),
    cancel: turns.cancel,
    list: (before, limit) => store.list(before, limit).map(stateOf),
    find: (id) => {
      const row = store.find(id);
      return row && stateOf(row);
    },
    issues: store.issues,
    issueCount: store.issueCount,
    roots: createRoots(db).list,
    isRunning: () => turns.current() !== undefined,
    quietly: turns.quietly,
    idle: async () => {
      while (turns.current() || !passes.isIdle()) await Promise.all([turns.idle(), passes.idle()]);
    },
    close: async () => {
      abort.abort();
      await Promise.all([turns.close(), passes.idle()]);
    },
  };
};
