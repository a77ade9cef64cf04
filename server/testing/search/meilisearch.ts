import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeilisearchAt } from '../../search/meili/engine.ts';
import { startChild } from '../../search/meili/child.ts';
import { findProgram } from '../../search/second-engine.ts';

/*
 * A real Meilisearch for tests: the server that EVENSONG_MEILI_URL names (under names of its own, so that no household's
 * index is touched), or the program at EVENSONG_MEILI_BIN or on PATH. What a recording would answer proves nothing.
 */
export type Reachable = MeilisearchAt & { stop: () => Promise<void> };

const url = process.env['EVENSONG_MEILI_URL'] || undefined;
const key = process.env['EVENSONG_MEILI_KEY'] || undefined;
export const meilisearchProgram = findProgram(
  process.env['EVENSONG_MEILI_BIN'] || undefined,
  process.env['PATH'] ?? '',
);

export const NO_MEILISEARCH = 'no Meilisearch: set EVENSONG_MEILI_URL, or EVENSONG_MEILI_BIN to its program';
export const hasMeilisearch = url !== undefined || meilisearchProgram !== undefined;
if (!hasMeilisearch) console.warn(`NOT TESTED on Meilisearch: ${NO_MEILISEARCH}`);

let others = 0;
/** Each call gets names of its own. */
export const reachMeilisearch = async (): Promise<Reachable> => {
  const prefix = `evensong_test_${process.pid}_${others++}_`;
  if (url !== undefined) return { url, key, prefix, stop: () => Promise.resolve() };
  if (!meilisearchProgram) throw new Error(NO_MEILISEARCH);
  const folder = mkdtempSync(join(tmpdir(), 'evensong-meilisearch-'));
  const child = await startChild({ binary: meilisearchProgram, folder, key: 'a key for tests only' });
  return {
    url: child.url,
    key: 'a key for tests only',
    prefix,
    stop: async () => {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
