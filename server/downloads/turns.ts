import { createLimit, type Limit } from '../kit/index.ts';

export type Turns = <T>(owner: string, work: () => Promise<T>) => Promise<T>;

/** Work of one owner one after the other, of different owners side by side; where `most` wait already the next is refused. */
export const createTurns = (most: number, refuse: () => Error): Turns => {
  const owners = new Map<string, { limit: Limit; count: number }>();
  const open = () => ({ limit: createLimit({ atOnce: 1, maxWaiting: { count: most, refuse } }), count: 0 });
  return async (owner, work) => {
    const mine = owners.get(owner) ?? open();
    owners.set(owner, mine);
    mine.count++;
    try {
      return await mine.limit(work);
    } finally {
      if (--mine.count === 0) owners.delete(owner);
    }
  };
};
