import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible';
import type { Db } from '../../db/index.ts';
import { sha256Hex } from '../../kit/index.ts';
import { tooManyGuesses } from '../problems.ts';

/*
 * One budget for guesses at passwords over every way in (sign-in, current password). A guess is paid for before it is
 * tried, so that a hundred at once are a hundred, and given back when it was right. It costs a point of the account and
 * a point of the address. A browser that this person has signed in from pays from a purse of its own instead: whoever
 * guesses at an account from elsewhere can never shut its owner out. The set-up code is too long to be guessed and about
 * nobody: it is paid for by each address alone, or any stranger could keep the owner from the first run.
 */
export const GUESSES = {
  perAccount: 10,
  perAddress: 50,
  perKnownBrowser: 20,
  codesPerAddress: 10,
  windowSeconds: 15 * 60,
} as const;

export type Guess = {
  /** Whom it is about: the folded name, known or not; undefined for the set-up code. */
  account: string | undefined;
  address: string;
  /** The hash of a known browser's secret, when the guess comes from one of this account's. */
  browser: string | undefined;
};

export type Paid = {
  /** The guess was right: it costs nothing. */
  giveBack: () => Promise<void>;
  /** For the answer to a wrong guess. */
  headers: Record<string, string>;
};

/** Whoever has one IPv6 address has 2^64 of them. */
export const addressKey = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(gap, 0)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
};

type Purse = { limiter: RateLimiterSQLite; key: string };

const told = (points: number, state: RateLimiterRes): Record<string, string> => {
  const seconds = String(Math.max(1, Math.ceil(state.msBeforeNext / 1000)));
  return {
    'ratelimit-limit': String(points),
    'ratelimit-remaining': String(Math.max(0, points - state.consumedPoints)),
    'ratelimit-reset': seconds,
  };
};

const refuse = (points: number, state: RateLimiterRes): never => {
  const headers = told(points, state);
  throw tooManyGuesses({ headers: { ...headers, 'retry-after': headers['ratelimit-reset'] ?? '1' } });
};

const pay = async ({ limiter, key }: Purse): Promise<Record<string, string>> => {
  // Looking first keeps a flood of refused guesses from becoming a flood of writes.
  const before = await limiter.get(key);
  if (before && before.consumedPoints >= limiter.points) return refuse(limiter.points, before);
  try {
    return told(limiter.points, await limiter.consume(key));
  } catch (state) {
    if (state instanceof RateLimiterRes) return refuse(limiter.points, state);
    throw state;
  }
};

export type Guesses = { pay: (guess: Guess) => Promise<Paid>; sweep: (nowMs: number) => void };

export const createGuesses = (db: Db, limits: { [K in keyof typeof GUESSES]: number } = GUESSES): Guesses => {
  const open = (keyPrefix: string, points: number): RateLimiterSQLite => {
    const shared = { keyPrefix, points, duration: limits.windowSeconds };
    return new RateLimiterSQLite({
      ...shared,
      storeClient: db.sqlite,
      storeType: 'better-sqlite3',
      tableName: 'guess',
      tableCreated: true,
      // A full disk: count in memory rather than let everybody in, or nobody.
      insuranceLimiter: new RateLimiterMemory(shared),
    });
  };
  const account = open('account', limits.perAccount);
  const address = open('address', limits.perAddress);
  const browser = open('browser', limits.perKnownBrowser);
  const expire = db.sqlite.prepare('DELETE FROM guess WHERE expire < ?');
  const code = open('code', limits.codesPerAddress);
  const pursesOf = (guess: Guess): Purse[] => {
    if (guess.account === undefined) return [{ limiter: code, key: addressKey(guess.address) }];
    if (guess.browser !== undefined) return [{ limiter: browser, key: guess.browser.slice(0, 32) }];
    return [
      { limiter: address, key: addressKey(guess.address) },
      { limiter: account, key: sha256Hex(guess.account).slice(0, 32) },
    ];
  };
  return {
    pay: async (guess) => {
      const purses = pursesOf(guess);
      let headers: Record<string, string> = {};
      for (const purse of purses) headers = await pay(purse);
      return {
        headers,
        giveBack: async () => {
          for (const { limiter, key } of purses) await limiter.reward(key, 1);
        },
      };
    },
    sweep: (nowMs) => void expire.run(nowMs),
  };
};
