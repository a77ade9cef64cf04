import { hash, verify } from '@node-rs/argon2';
import { tooMany } from '../../http/index.ts';
import { createLimit } from '../../kit/index.ts';

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 512;

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. Also the library's default; written out so that it stays. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** At most this many at a time (each takes 19 MiB and a thread that file reads need too), and this many in the queue. */
const AT_ONCE = 2;
const WAITING = 64;

const COMMON =
  /^(.)\1+$|^(password|passwort|changeme|change-me|letmein|qwertyuiop|1234567890|0123456789|evensong)[0-9!.]*$/i;

/** The same letters typed on another keyboard are the same password (NIST SP 800-63B 3.1.1.2). */
const typed = (password: string): string => password.toWellFormed().normalize('NFC');

/** Why this cannot be the password of somebody called `name`, or undefined. */
export const faultOfPassword = (password: string, name: string): string | undefined => {
  const length = Array.from(typed(password)).length;
  if (length < PASSWORD_MIN) return `It has fewer than ${PASSWORD_MIN} characters.`;
  if (password.length > PASSWORD_MAX) return `It has more than ${PASSWORD_MAX} characters.`;
  if (COMMON.test(password) || password.toLowerCase() === name.toLowerCase()) return 'It is too easy to guess.';
  return undefined;
};

export type Passwords = {
  hash: (password: string) => Promise<string>;
  /** False for an unknown person too, after just as long: pass undefined as the hash. */
  matches: (passwordHash: string | undefined, password: string) => Promise<boolean>;
};

export const createPasswords = (): Passwords => {
  const inTurn = createLimit({
    atOnce: AT_ONCE,
    maxWaiting: { count: WAITING, refuse: () => tooMany({ headers: { 'retry-after': '5' } }) },
  });
  // Somebody to compare with when there is nobody: the same work, always no.
  const nobody = hash('nobody has this password', COST);
  nobody.catch(() => undefined);
  return {
    hash: (password) => inTurn(() => hash(typed(password), COST)),
    matches: (passwordHash, password) =>
      inTurn(async () => {
        const right = await verify(passwordHash ?? (await nobody), typed(password.slice(0, PASSWORD_MAX)));
        return right && passwordHash !== undefined;
      }),
  };
};
