import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createKeyedLock, createLimit } from '../../kit/index.ts';
import {
  encodeCover,
  inspectImage,
  prepareImages,
  type CoverFormat,
  type CoverSize,
  type ImageFacts,
} from './images.ts';
import { createOriginals, exists } from './originals.ts';

/**
 * Pictures on disk: originals by the hash of their bytes, each once however many files carry it, and the encoded
 * variants beside them, made when first asked for. Variants can be thrown away at any time.
 */

export type Covers = {
  /** Stores an original; a known one costs one look. */
  keep: (sha256: string, bytes: Uint8Array) => Promise<void>;
  has: (sha256: string) => Promise<boolean>;
  /** Decodes the stored original once: size and tint, or what is wrong with it. */
  inspect: (sha256: string) => Promise<ImageFacts>;
  /** The file of a variant, made now if need be; undefined where the original is gone or cannot be decoded. */
  variant: (sha256: string, size: CoverSize, format: CoverFormat) => Promise<string | undefined>;
  /** Drops an original that nothing shows any more, and its variants. */
  forget: (sha256: string) => Promise<void>;
};

export type CoverFolders = { originals: string; variants: string };

/** Encoders at once: covers are many and small, and the cores are for playing. */
const ENCODERS = 2;

export function openCovers(folders: CoverFolders): Covers {
  prepareImages();
  const lock = createKeyedLock();
  const inTurn = createLimit({ atOnce: ENCODERS });
  const { pathOf: originalOf, keep } = createOriginals(folders.originals);
  const variantsOf = (sha256: string): string => join(folders.variants, sha256.slice(0, 2));

  const make = async (sha256: string, size: CoverSize, format: CoverFormat): Promise<string | undefined> => {
    const path = join(variantsOf(sha256), `${sha256}-${size}.${format}`);
    if (await exists(path)) return path;
    return lock(path, async () => {
      if (await exists(path)) return path;
      const original = originalOf(sha256);
      if (!(await exists(original))) return undefined;
      const bytes = await inTurn(() => encodeCover(original, size, format)).catch(() => undefined);
      if (!bytes) return undefined;
      await writeCached(path, bytes);
      return path;
    });
  };

  return {
    keep,
    has: (sha256) => exists(originalOf(sha256)),
    async inspect(sha256) {
      const path = originalOf(sha256);
      if (!(await exists(path))) return { kind: 'bad', why: 'The picture is gone from the data folder.' };
      return inTurn(() => inspectImage(path));
    },
    variant: make,
    async forget(sha256) {
      await rm(originalOf(sha256), { force: true });
      const names = await readdir(variantsOf(sha256)).catch(() => []);
      const ours = names.filter((name) => name.startsWith(sha256));
      await Promise.all(ours.map((name) => rm(join(variantsOf(sha256), name), { force: true })));
    },
  };
}

/** Whole or not at all, but without fsync: after a power cut a variant is made again. */
async function writeCached(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}
