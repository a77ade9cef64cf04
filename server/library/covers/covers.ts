import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLimit } from '../../kit/index.ts';
import {
  encodeCover,
  inspectImage,
  prepareImages,
  type CoverFormat,
  type CoverSize,
  type ImageFacts,
} from './images.ts';
import { assertHash, createOriginals, exists } from './originals.ts';
import { tooManyCovers } from './problems.ts';
import { createFairQueue, type Asker } from './fair-queue.ts';
import { createVariants } from './variants.ts';

/**
 * Pictures on disk: originals by the hash of their bytes, each once however many files carry it, and the encoded
 * variants beside them, made when first asked for. Variants can be thrown away at any time: what is used least goes where
 * they are more than `quotaBytes`.
 */

export type Covers = {
  /** Stores an original; a known one costs one look. */
  keep: (sha256: string, bytes: Uint8Array) => Promise<void>;
  has: (sha256: string) => Promise<boolean>;
  /** Decodes the stored original once: size and tint, or what is wrong with it. */
  inspect: (sha256: string) => Promise<ImageFacts>;
  /**
   * The file of a variant, made now if need be, in turns; undefined where the original is gone or cannot be decoded, and for
   * who has left meanwhile. 429 for who waits for too many.
   */
  variant: (wanted: Variant, asker: Asker) => Promise<string | undefined>;
  /** What variants take on the disk. */
  cacheBytes: () => number;
  /** Drops originals, with their variants, that nobody wants to keep; answers how many. */
  sweep: (which: Sweep) => Promise<number>;
};

export type Variant = { sha256: string; size: CoverSize; format: CoverFormat };

export type Sweep = {
  /** Which of these to keep. */
  keep: (hashes: readonly string[]) => ReadonlySet<string>;
  /** What was stored later than this stays too. */
  before: number;
  signal: AbortSignal;
};

export type CoverFolders = { originals: string; variants: string };

/** Encoders at once: covers are many and small, and the cores are for playing. */
const ENCODERS = 2;
/** Of one person: four pages of a grid. */
const MOST_WAITING = 200;
const refuse = (): Error => tooManyCovers({ headers: { 'retry-after': '5' } });

export function openCovers({ quotaBytes, ...folders }: CoverFolders & { quotaBytes: number }): Covers {
  prepareImages();
  const inTurn = createFairQueue<string | undefined>({
    atOnce: ENCODERS,
    maxWaiting: { count: MOST_WAITING, refuse },
  });
  // The scan looks at its pictures in a lane of its own: nobody waits for it, and it waits for nobody.
  const inScan = createLimit({ atOnce: 1 });
  const { pathOf: originalOf, keep, list } = createOriginals(folders.originals);
  const variants = createVariants(folders.variants, { quotaBytes });
  const variantsOf = (sha256: string): string => join(folders.variants, sha256.slice(0, 2));
  const variantOf = ({ sha256, size, format }: Variant): string => {
    assertHash(sha256);
    return join(variantsOf(sha256), `${sha256}-${size}.${format}`);
  };

  const make = async ({ sha256, size, format }: Variant, path: string): Promise<string | undefined> => {
    // Whoever asked while it was looked for may find it made.
    if (await exists(path)) return path;
    const original = originalOf(sha256);
    if (!(await exists(original))) return undefined;
    const bytes = await encodeCover(original, size, format).catch(() => undefined);
    if (!bytes) return undefined;
    await variants.put(path, bytes);
    return path;
  };

  const forget = async (sha256: string): Promise<void> => {
    await rm(originalOf(sha256), { force: true });
    const names = await readdir(variantsOf(sha256)).catch(() => []);
    const ours = names.filter((name) => name.startsWith(sha256));
    await Promise.all(ours.map((name) => rm(join(variantsOf(sha256), name), { force: true })));
  };

  return {
    keep,
    has: (sha256) => exists(originalOf(sha256)),
    async inspect(sha256) {
      const path = originalOf(sha256);
      if (!(await exists(path))) return { kind: 'bad', why: 'The picture is gone from the data folder.' };
      return inScan(() => inspectImage(path));
    },
    async variant(wanted, asker) {
      const path = variantOf(wanted);
      return (await exists(path)) ? path : inTurn(path, asker, () => make(wanted, path));
    },
    cacheBytes: variants.sizeBytes,
    async sweep({ keep: choose, before, signal }) {
      let gone = 0;
      for await (const stored of list()) {
        if (signal.aborted) break;
        const kept = choose(stored.map(({ sha256 }) => sha256));
        for (const { sha256, storedAt } of stored) {
          if (kept.has(sha256) || storedAt >= before) continue;
          await forget(sha256);
          gone++;
        }
      }
      return gone;
    },
  };
}
