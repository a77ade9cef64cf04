export type Watchdog = { stop: () => void };

/** Calls `onStall` once when `progress()` has answered the same for `stallMs`. SIGTERM does not end an ffmpeg stuck in open(): kill with SIGKILL. */
export const watchProgress = (stallMs: number, progress: () => number, onStall: () => void): Watchdog => {
  let last = progress();
  let since = Date.now();
  const timer = setInterval(
    () => {
      const now = progress();
      if (now !== last) {
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
