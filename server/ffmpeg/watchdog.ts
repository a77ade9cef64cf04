import { readFileSync, readdirSync } from 'node:fs';

export type Watchdog = { stop: () => void };

export type Watched = {
  stallMs: number;
  /** Something that changes while there is progress. */
  progress: () => number;
  /** The process that is to make it. */
  pid: () => number | undefined;
  /** Called once. SIGTERM does not end an ffmpeg stuck in open(): kill with SIGKILL. */
  onStall: () => void;
};

/** A thread of the process has work and waits for a core, or has one (Linux; elsewhere nobody can tell). */
const isRunnable = (pid: number): boolean => {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.some((it) => /\) R [^)]*$/.test(readFileSync(`/proc/${pid}/task/${it}/stat`, 'utf8')));
  } catch {
    return false;
  }
};

/**
 * Notices when `progress()` has answered the same for `stallMs`, which means that the process hangs, on a disk or a pipe. One
 * that only waits for its turn is not stuck: at the lowest priority on a busy machine that may last for longer.
 */
export const watchProgress = ({ stallMs, progress, pid, onStall }: Watched): Watchdog => {
  let last = progress();
  let since = Date.now();
  const timer = setInterval(
    () => {
      const now = progress();
      const child = pid();
      if (now !== last || (child !== undefined && isRunnable(child))) {
        last = now;
        since = Date.now();
      } else if (Date.now() - since >= stallMs) {
        clearInterval(timer);
        onStall();
      }
    },
    Math.min(250, stallMs),
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
};
