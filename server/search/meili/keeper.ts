import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mintSecret, runProcess, type Log } from '../../kit/index.ts';
import { startChild, type Child } from './child.ts';
import { endLeftOver, type Identity } from './left-over.ts';

/*
 * Keeps a Meilisearch of our own running: starts it, watches it, starts it again after a while, and ends it. Its data is
 * an index and no more: what it cannot open any more, or what another version wrote, is thrown away and made anew.
 */
export type Running = 'off' | 'starting' | 'up' | 'down';

export type Keeper = {
  start: () => void;
  stop: () => Promise<void>;
  state: () => { running: Running; version: string | undefined; why: string | undefined };
};

export type KeeperNeeds = {
  binary: string;
  folder: string;
  log: Log;
  /** It answers at this address from now on. */
  up: (at: { url: string; key: string }) => void;
  /** It has gone. */
  down: () => void;
  restartMs?: readonly number[];
  watchMs?: number;
};

const RESTART_MS = [1000, 2000, 5000, 15_000, 60_000] as const;
const WATCH_MS = 10_000;
const UNHEALTHY = 3;
/** Up for so long, it may fail anew without being counted among the failures before. */
const STEADY_MS = 60_000;
/** After so many failed starts its data is suspected. */
const SUSPECT = 3;

const readOr = <T>(path: string, otherwise: T, read: (text: string) => T): T => {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch {
    return otherwise;
  }
};

const CHILD = 'child.json';

/** Ends what a killed server has left running, whether or not it is wanted again. */
export const endOldChild = async (folder: string, log: Log): Promise<void> => {
  const before = readOr<Identity | undefined>(join(folder, CHILD), undefined, (text) => JSON.parse(text) as Identity);
  if (before && (await endLeftOver(before))) log.info('A Meilisearch left over from before was ended');
  rmSync(join(folder, CHILD), { force: true });
};

/** What lies in its folder beside its data. */
const openFolder = (folder: string) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text: string): void => writeFileSync(at(name), text, { mode: 0o600 });
  return {
    key: (): string => {
      const known = readOr(at('master.key'), '', (text) => text.trim());
      if (known !== '') return known;
      const key = mintSecret(40);
      write('master.key', key);
      return key;
    },
    remember: (identity: Identity): void => write(CHILD, JSON.stringify(identity)),
    forget: (): void => rmSync(at(CHILD), { force: true }),
    throwAway: (): void => rmSync(at('data.ms'), { recursive: true, force: true }),
    /** Data of another version is no use to this one. */
    fit: (version: string): void => {
      if (readOr(at('version'), '', (text) => text) === version) return;
      if (existsSync(at('data.ms'))) rmSync(at('data.ms'), { recursive: true, force: true });
      write('version', version);
    },
  };
};

const versionOf = async (binary: string): Promise<string> => {
  const { stdout } = await runProcess(binary, ['--version'], { timeoutMs: 10_000 });
  return stdout.trim().split(' ').at(-1) ?? '';
};

/** Ends when it has ended, or when it has been silent three times. */
const watch = async (child: Child, everyMs: number): Promise<string> => {
  let silent = 0;
  const timer = setInterval(() => {
    void child.isHealthy().then(async (healthy) => {
      silent = healthy ? 0 : silent + 1;
      if (silent === UNHEALTHY) await child.stop();
    });
  }, everyMs);
  const words = await child.ended;
  clearInterval(timer);
  return words;
};

/** A wait that can be cut short. */
const createPause = () => {
  let wake: (() => void) | undefined;
  return {
    pause: (waitMs: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: (): void => wake?.(),
  };
};

type State = {
  wanted: boolean;
  running: Running;
  version: string | undefined;
  why: string | undefined;
  child: Child | undefined;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One child, from its start to its end. */
const createRun = (needs: KeeperNeeds & { watchMs: number }, state: State) => {
  const { binary, log } = needs;
  return async (): Promise<void> => {
    const folder = openFolder(needs.folder);
    state.running = 'starting';
    state.version ??= await versionOf(binary);
    folder.fit(state.version);
    const key = folder.key();
    const isWanted = (): boolean => state.wanted;
    const child = await startChild({ binary, folder: needs.folder, key, born: folder.remember, isWanted });
    state.child = child;
    try {
      if (!state.wanted) return;
      state.running = 'up';
      state.why = undefined;
      needs.up({ url: child.url, key });
      log.info({ version: state.version }, 'Meilisearch answers');
      const words = await watch(child, needs.watchMs);
      if (state.wanted) throw new Error(`Meilisearch ended. ${words}`.trim());
    } finally {
      if (state.running === 'up') needs.down();
      await child.stop();
      state.child = undefined;
      folder.forget();
    }
  };
};

export const createKeeper = (needs: KeeperNeeds): Keeper => {
  const { log, restartMs = RESTART_MS, watchMs = WATCH_MS } = needs;
  const state: State = { wanted: false, running: 'off', version: undefined, why: undefined, child: undefined };
  let loop: Promise<void> | undefined;
  const { pause, wake } = createPause();
  const runOnce = createRun({ ...needs, watchMs }, state);
  const keep = async (): Promise<void> => {
    await endOldChild(needs.folder, log);
    for (let failures = 0; state.wanted;) {
      const began = performance.now();
      try {
        await runOnce();
      } catch (error) {
        state.running = 'down';
        state.why = messageOf(error);
        if (performance.now() - began > STEADY_MS) failures = 0;
        log.warn({ err: error }, 'Meilisearch is started again after a while');
        if (++failures % SUSPECT === 0) openFolder(needs.folder).throwAway();
        if (state.wanted) await pause(restartMs[Math.min(failures, restartMs.length) - 1]!);
      }
    }
    state.running = 'off';
  };

  return {
    start: () => {
      if (state.wanted) return;
      state.wanted = true;
      // One after the other: what is about to end is waited for.
      loop = (loop ?? Promise.resolve()).then(keep).catch((error: unknown) => {
        state.running = 'down';
        state.why = messageOf(error);
        log.error({ err: error }, 'Meilisearch cannot be kept running');
      });
    },
    stop: async () => {
      state.wanted = false;
      wake();
      await state.child?.stop();
      await loop;
    },
    state: () => state,
  };
};
