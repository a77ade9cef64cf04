export type LimitOptions = {
  /** How many run at the same time. */
  atOnce: number;
  /** How many may wait, and what those beyond are told; all may wait unless said. */
  maxWaiting?: { count: number; refuse: () => Error };
};

/** Runs a piece of work when there is room for it, in the order of asking. Rejects as the work does, or as `refuse` says. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

export const createLimit = ({ atOnce, maxWaiting }: LimitOptions): Limit => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (maxWaiting && waiting.length >= maxWaiting.count) throw maxWaiting.refuse();
      await new Promise<void>((go) => void waiting.push(go));
    } else running++;
    try {
      return await work();
    } finally {
      // The place is handed on, not given back: nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
};
