import { access, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../kit/index.ts';

const SHA256 = /^[0-9a-f]{64}$/;

export const assertHash = (sha256: string): void => {
  if (!SHA256.test(sha256)) throw new Error('A cover is named by the sha256 of its bytes.');
};

export const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

type Stored = { sha256: string; storedAt: number };

const lookAt = async (path: string, sha256: string): Promise<Stored | undefined> => {
  const facts = await stat(path).catch(() => undefined);
  return facts && { sha256, storedAt: facts.mtimeMs };
};

const listIn = async function* (folder: string): AsyncGenerator<Stored[]> {
  for (const part of await readdir(folder).catch(() => [])) {
    const names = (await readdir(join(folder, part)).catch(() => [])).filter((name) => SHA256.test(name));
    const stored = await Promise.all(names.map((name) => lookAt(join(folder, part, name), name)));
    yield stored.filter((it) => it !== undefined);
  }
};

/** Pictures as they came, by the hash of their bytes, each once however many files carry it. Needs no codec. */
export const createOriginals = (folder: string) => {
  const pathOf = (sha256: string): string => {
    assertHash(sha256);
    return join(folder, sha256.slice(0, 2), sha256);
  };
  return {
    pathOf,
    /** All of them, some at a time. */
    list: (): AsyncGenerator<Stored[]> => listIn(folder),
    /** Stores an original; a known one costs one look. */
    keep: async (sha256: string, bytes: Uint8Array): Promise<void> => {
      const path = pathOf(sha256);
      if (await exists(path)) return;
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, bytes);
    },
  };
};
