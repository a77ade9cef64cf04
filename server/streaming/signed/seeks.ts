import { gaveWay } from '../problems.ts';

/*
 * A caching proxy fills its cache whether or not the listener stays, so nobody here learns of a seek. But a listener plays
 * in one place of a thing at a time: a wish for a segment far from another one that is still being waited for means that the
 * older is not wanted any more, and its claim to the cores ends.
 */
export type Seeks = {
  /** `signal` aborts when the same listener asks elsewhere; `done` when the answer is there. */
  begin: (listener: string, k: number) => { signal: AbortSignal; done: () => void };
};

/** A run of segments serves those who wait so near to each other. */
const NEAR = 3;

export const createSeeks = (): Seeks => {
  const waiting = new Map<string, Set<{ k: number; leave: AbortController }>>();
  return {
    begin: (listener, k) => {
      const here = waiting.get(listener) ?? new Set();
      waiting.set(listener, here);
      for (const it of here)
        if (Math.abs(it.k - k) > NEAR) it.leave.abort(gaveWay({ headers: { 'retry-after': '1' } }));
      const mine = { k, leave: new AbortController() };
      here.add(mine);
      const done = (): void => {
        here.delete(mine);
        if (here.size === 0 && waiting.get(listener) === here) waiting.delete(listener);
      };
      return { signal: mine.leave.signal, done };
    },
  };
};
