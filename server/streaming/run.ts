import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { canBeArgument, urlOf, watchProgress } from '../ffmpeg/index.ts';
import { faultOf } from './boxes.ts';
import { startEncoding } from './fluent.ts';
import type { Encoding } from './fluent.ts';
import { spanOf } from './grid.ts';
import type { Plan } from './plan.ts';
import { runCommand, silenceCommand } from './run-arguments.ts';
import type { Cut, RunCommand } from './run-arguments.ts';

/** One process at work: it emits the segments [first, end) of a plan, in order. */
export type RunOrder = {
  binary: string;
  plan: Plan;
  cut: Cut;
  /** Made for this run, taken away after it. */
  folder: string;
  /** Of silence instead of the source. */
  silent?: boolean;
  niceness: number;
  stallMs: number;
  /** Called for each checked segment; the file may be moved away. */
  onSegment: (k: number, file: { path: string; bytes: Buffer }) => Promise<void>;
};

export type RunEnd = {
  /** `failed`: the process ended, or printed something wrong, before the last segment. */
  kind: 'done' | 'killed' | 'stalled' | 'failed';
  /** The first segment that did not come. */
  next: number;
  why: string;
};

export type Run = {
  ended: Promise<RunEnd>;
  kill: () => void;
  /** Ends earlier than ordered: somebody else makes the rest. */
  shorten: (end: number) => void;
  setNiceness: (niceness: number) => void;
};

const POLL_MS = 250;

/** Names that are not UTF-8 cannot be arguments: ffmpeg is given a plainly named link instead. */
const urlsOf = async (plan: Plan, folder: string): Promise<string[]> =>
  Promise.all(
    plan.parts.map(async ({ path, range }, i) => {
      if (canBeArgument(path)) return urlOf(path.toString('utf8'), range);
      const link = join(folder, `source-${i}`);
      await symlink(path, link);
      return urlOf(link, range);
    }),
  );

const commandOf = async ({ plan, cut, folder, silent }: RunOrder): Promise<RunCommand> => {
  if (silent) return silenceCommand(plan, cut, folder);
  const urls = await urlsOf(plan, folder);
  const parts = plan.parts.map((part, i) => ({ ...part, url: urls[i] ?? '' }));
  return runCommand({ parts, rendition: plan.rendition, grid: plan.grid }, cut, folder);
};

const sizeIfThere = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const watchFolder = (folder: string, onChange: () => void): FSWatcher | undefined => {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    // No watches left on this machine: polling alone is slower, not wrong.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
};

/**
 * Publishes segments as they appear. Neither ffmpeg's exit code nor the existence of a file is believed: each segment is
 * read and compared with the grid before anybody gets it, and a run that breaks its word is killed there.
 */
const follow = (order: RunOrder, encoding: Encoding, kill: (kind: RunEnd['kind'], why: string) => void) => {
  const { folder, plan, cut } = order;
  let next = cut.first;
  let collecting: Promise<void> | undefined;
  let again = false;

  const takeOne = async (): Promise<boolean> => {
    const path = join(folder, `${next}.m4s`);
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) return false;
    const fault = faultOf(bytes, spanOf(plan.grid, next));
    if (fault) {
      kill('failed', `segment ${next}: ${fault}`);
      return false;
    }
    await order.onSegment(next, { path, bytes });
    next++;
    if (next >= cut.end) kill('done', '');
    return true;
  };
  const collect = (): Promise<void> => {
    again = true;
    collecting ??= (async () => {
      while (again) {
        again = false;
        while (next < cut.end && (await takeOne()));
      }
    })()
      .catch((error: unknown) => kill('failed', String(error)))
      .then(() => {
        collecting = undefined;
        // Somebody asked between the last look and here.
        return again ? collect() : undefined;
      });
    return collecting;
  };
  const watcher = watchFolder(folder, () => void collect());
  const poll = setInterval(() => void collect(), POLL_MS);
  const progress = (): number => next * 1e12 + sizeIfThere(join(folder, `${next}.m4s.tmp`));
  const watchdog = watchProgress({
    stallMs: order.stallMs,
    progress,
    pid: encoding.pid,
    onStall: () => kill('stalled', `nothing came for ${order.stallMs} ms`),
  });
  const stop = async (): Promise<void> => {
    watcher?.close();
    clearInterval(poll);
    watchdog.stop();
    await collect();
  };
  return { stop, next: () => next, pid: encoding.pid };
};

export const startRun = (wanted: RunOrder): Run => {
  const order = { ...wanted, cut: { ...wanted.cut } };
  let verdict: { kind: RunEnd['kind']; why: string } | undefined;
  let encoding: Encoding | undefined;
  let niceness = order.niceness;
  const kill = (kind: RunEnd['kind'], why: string): void => {
    verdict ??= { kind, why };
    encoding?.kill();
  };
  // It is set from outside while `work` waits, which the compiler cannot see.
  const verdictSoFar = () => verdict;
  const work = async (): Promise<RunEnd> => {
    try {
      await mkdir(order.folder, { recursive: true });
      const command = await commandOf(order);
      const before = verdictSoFar();
      if (before) return { ...before, next: order.cut.first };
      encoding = startEncoding({ binary: order.binary, command, target: join(order.folder, 'live.m3u8') });
      if (niceness > 0) encoding.setNiceness(niceness);
      const following = follow(order, encoding, kill);
      const exit = await encoding.ended;
      await following.stop();
      const next = following.next();
      if (next >= order.cut.end) return { kind: 'done', next, why: '' };
      const stopped = verdictSoFar();
      return { kind: stopped?.kind ?? 'failed', next, why: stopped?.why || exit.why || 'it ended early' };
    } catch (error) {
      encoding?.kill();
      return { kind: 'failed', next: order.cut.first, why: String(error) };
    } finally {
      await rm(order.folder, { recursive: true, force: true }).catch(() => undefined);
    }
  };
  return {
    ended: work(),
    kill: () => kill('killed', 'its slot was needed'),
    shorten: (end) => {
      order.cut.end = Math.min(order.cut.end, end);
    },
    setNiceness: (to) => {
      niceness = to;
      encoding?.setNiceness(to);
    },
  };
};
