/** Time as a need: rooms are given a clock, so that tests can turn it. */
export type Clock = { /** Milliseconds since 1970, UTC. */ now: () => number };

export const systemClock: Clock = { now: () => Date.now() };

/** An instant for JSON: UTC ISO-8601; null stays null. */
export const toInstant = <T extends number | null | undefined>(ms: T): T extends number ? string : string | null =>
  (ms === null || ms === undefined ? null : new Date(ms).toISOString()) as T extends number ? string : string | null;
