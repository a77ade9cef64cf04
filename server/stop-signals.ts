import type { Scope } from './kit/index.ts';

const STOP_WITHIN_MS = 9000;
const ONE_WISH_MS = 1000;

/** The first signal stops gracefully, and the process never outlives the limit; a later, different wish is to hurry. */
export const stopOnSignal = (scope: Scope): void => {
  let askedAt: number | undefined;
  const stop = (): void => {
    // A terminal's Ctrl-C arrives twice, once from the terminal and once forwarded by npm: that is one wish.
    if (askedAt !== undefined) return Date.now() - askedAt > ONE_WISH_MS ? process.exit(1) : undefined;
    askedAt = Date.now();
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void scope.close().then(() => process.exit());
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
};
