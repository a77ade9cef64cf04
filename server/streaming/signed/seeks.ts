import { gaveWay } from '../problems.ts';

/*
 * A caching proxy fills its cache whether or not the listener stays, so nobody here learns of a seek. But a listener plays
 * in one place of a thing at a time: a wish for a segment far from another one that is still being waited for means that the
 * older is not wanted any more, and its claim to the cores ends. Who is connected directly has hung up by then, and the new
 * wish only came first: a browser would write an answer to the old one into its console.
 */
export type Seeks = {
  /** `signal` aborts when the same listener asks elsewhere; `done` when the answer is there. */
  begin: (listener: string, k: number) => { signal: AbortSignal; done: () => void };
};

/** So long a listener has to hang up. */
const GRACE_MS = 250;

/** A run of segments serves those who wait so near to each other. */
const NEAR = 3;

type Waiting = { k: number; giveWay: () => void; end: NodeJS.Timeout | undefined };

export const createSeeks = (): Seeks => {
  const waiting = new Map<string, Set<Waiting>>();
  return {
    begin: (listener, k) => {
      const here = waiting.get(listener) ?? new Set();
      waiting.set(listener, here);
      for (const it of here) if (Math.abs(it.k - k) > NEAR) it.end ??= setTimeout(it.giveWay, GRACE_MS).unref();
      const leave = new AbortController();
      const giveWay = (): void => leave.abort(gaveWay({ headers: { 'retry-after': '1' } }));
      const mine: Waiting = { k, giveWay, end: undefined };
      here.add(mine);
      const done = (): void => {
        clearTimeout(mine.end);
        here.delete(mine);
        if (here.size === 0 && waiting.get(listener) === here) waiting.delete(listener);
      };
      return { signal: leave.signal, done };
    },
  };
};
