import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { times } from '../testing/depth.ts';
import { ida, openFilledHouse } from '../testing/filled-house.ts';
import { openSearchHouseOn } from '../testing/search/house.ts';
import { hasMeilisearch, NO_MEILISEARCH, reachMeilisearch } from '../testing/search/meilisearch.ts';
import { openMeilisearchEngine, type MeilisearchAt } from './meili/engine.ts';

const CHILD = fileURLToPath(new URL('../testing/search/writing-child.ts', import.meta.url));

/** What was written before the kill: the last name of each track. */
type At = { database: string; folder: string; first: number; afterMs: number; meilisearch?: MeilisearchAt | undefined };
const writeUntilKilled = async (at: At) => {
  const where = at.meilisearch ? [JSON.stringify(at.meilisearch)] : [];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', CHILD, at.database, at.folder, String(at.first), ...where],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  const begun = new Promise<void>((done) =>
    child.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
      done();
    }),
  );
  const ended = new Promise<void>((done) => child.on('exit', () => done()));
  await Promise.race([begun, ended]);
  await new Promise((done) => setTimeout(done, at.afterMs));
  child.kill('SIGKILL');
  await ended;
  // A line that was cut off says nothing.
  const lines = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
  return lines.map((line) => {
    const [n = '', id = '', word = ''] = line.split(' ');
    return { n: Number(n), id: Number(id), word };
  });
};

/** Kills the writer again and again; after each kill another house comes up on what is left. */
const survive = async (kills: number, meilisearch?: MeilisearchAt): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'evensong-killed-'));
  const database = join(folder, 'evensong.db');
  const filled = openFilledHouse({ tracks: 120 });
  filled.sqlite.exec(`VACUUM INTO '${database}'`);
  filled.close();
  let first = 0;
  for (let kill = 0; kill < kills; kill++) {
    const written = await writeUntilKilled({ database, folder, first, afterMs: (kill * 37) % 400, meilisearch });
    expect(written.length).toBeGreaterThan(0);
    first = written.at(-1)!.n + 1;
    const house = openSearchHouseOn(database, folder, meilisearch && openMeilisearchEngine(meilisearch));
    await house.search.caughtUp();
    const title = house.db.sqlite.prepare('SELECT title FROM track WHERE id = ?').pluck();
    for (const { id, word } of written.slice(-30)) {
      const found = await house.search.find({ text: word, kinds: ['tracks'], limit: 5 }, ida);
      const titles = found.kinds.tracks!.items.map((track) => track.title);
      if (title.get(id) === word) expect(titles).toContain(word);
      else expect(titles).not.toContain(word);
    }
    await house.search.close();
    house.db.close();
  }
  rmSync(folder, { recursive: true });
};

describe('killed between a write and its indexing, the index finds every track and no ghost', () => {
  test('on fts5', { timeout: 600_000 }, () => survive(times(3, 50)));

  test('on meilisearch', { timeout: 600_000 }, async ({ skip }) => {
    skip(!hasMeilisearch, NO_MEILISEARCH);
    const { stop, ...meilisearch } = await reachMeilisearch();
    try {
      await survive(times(2, 50), meilisearch);
    } finally {
      await stop();
    }
  });
});
