/** Work during which no scan may begin. */
export type Quiet = {
  /** Undefined, and nothing done, where a scan or other such work is under way. */
  hold: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  /** Begins once nothing is held any more. */
  after: <T>(begin: () => Promise<T>) => Promise<T>;
};

export const createQuiet = (isBusy: () => boolean): Quiet => {
  let held: Promise<unknown> | undefined;
  return {
    hold: async (work) => {
      if (held || isBusy()) return undefined;
      const done = work();
      held = done.catch(() => undefined).finally(() => (held = undefined));
      return done;
    },
    after: (begin) => (held ? held.then(begin) : begin()),
  };
};
