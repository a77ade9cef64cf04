import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../kit/index.ts';
import type { Clock, Log } from '../../kit/index.ts';
import type { Key } from './token.ts';

/*
 * What signs media paths, in a file of the data folder that only its owner reads. It outlives a restart: an address in a
 * cast device, a native player or a cache goes on. A new key signs every 30 days; the one before still verifies, far longer
 * than any address lives. A lost or broken file costs nothing but every address that is out.
 */
const KEY_LIFE_MS = 30 * 86_400_000;
const KEPT = 2;

const secret = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => Buffer.from(text, 'hex'));
const ringSchema = z.strictObject({
  /** Names credentials and policies; as old as the file. */
  names: secret,
  /** The newest first. */
  keys: z.array(z.strictObject({ kid: z.int().min(0).max(255), madeAt: z.number(), secret })).min(1),
});
type Ring = z.output<typeof ringSchema>;

export type KeyRing = {
  /** The key that signs now; a new one where it has become old. */
  signing: () => Key;
  byId: (kid: number) => Key | undefined;
  /** For names that tell nothing to whoever has not got it. */
  names: Buffer;
  /** Resolves when what was made lies on the disk. */
  settled: () => Promise<void>;
};

const freshKey = (kid: number, madeAt: number): Ring['keys'][number] => ({ kid, madeAt, secret: randomBytes(32) });

/** The ring with a new key in front when the newest is too old, or lies in the future: a clock was set back. */
export const turnRing = (ring: Ring, nowMs: number): Ring => {
  const [newest] = ring.keys;
  const ageMs = nowMs - (newest?.madeAt ?? 0);
  if (newest && ageMs < KEY_LIFE_MS && ageMs > -KEY_LIFE_MS) return ring;
  const keys = [freshKey(((newest?.kid ?? 0) + 1) % 256, nowMs), ...ring.keys].slice(0, KEPT);
  return { ...ring, keys };
};

const textOf = ({ names, keys }: Ring): string =>
  `${JSON.stringify({ names: names.toString('hex'), keys: keys.map((it) => ({ ...it, secret: it.secret.toString('hex') })) })}\n`;

const read = (path: string, log: Log): Ring | undefined => {
  try {
    return ringSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const isNew = (error as NodeJS.ErrnoException).code === 'ENOENT';
    // Not the error itself: it may quote what stands in the file.
    if (!isNew) log.warn('The keys of media addresses could not be read: new ones are made, players ask again');
    return undefined;
  }
};

export const openKeyRing = ({ path, clock, log }: { path: string; clock: Clock; log: Log }): KeyRing => {
  const known = read(path, log);
  let ring = known ?? { names: randomBytes(32), keys: [freshKey(1, clock.now())] };
  let writing: Promise<void> = Promise.resolve();
  const write = (): void => {
    const text = textOf(ring);
    writing = writing
      .then(() => writeFileAtomic(path, text, 0o600))
      .catch((err: unknown) => log.warn({ err }, 'The keys of media addresses could not be kept: a restart ends them'));
  };
  if (!known) write();
  return {
    signing: () => {
      const turned = turnRing(ring, clock.now());
      if (turned !== ring) {
        ring = turned;
        write();
      }
      return ring.keys[0] as Key;
    },
    byId: (kid) => ring.keys.find((it) => it.kid === kid),
    names: ring.names,
    settled: () => writing,
  };
};
