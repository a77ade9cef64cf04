import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { times } from '../testing/depth.ts';
import { ida, openFilledHouse } from '../testing/filled-house.ts';
import { openSearchHouseOn } from '../testing/search/house.ts';

const CHILD = fileURLToPath(new URL('../testing/search/writing-child.ts', import.meta.url));

/** What was written before the kill: the last name of each track. */
const writeUntilKilled = async (at: { database: string; folder: string; first: number; afterMs: number }) => {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, at.database, at.folder, String(at.first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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

test(
  'killed between a write and its indexing, the index finds every track and no ghost',
  { timeout: 600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evensong-killed-'));
    const database = join(folder, 'evensong.db');
    const filled = openFilledHouse({ tracks: 120 });
    filled.sqlite.exec(`VACUUM INTO '${database}'`);
    filled.close();
    let first = 0;
    for (let kill = 0; kill < times(3, 50); kill++) {
      const written = await writeUntilKilled({ database, folder, first, afterMs: (kill * 37) % 400 });
      expect(written.length).toBeGreaterThan(0);
      first = written.at(-1)!.n + 1;
      const house = openSearchHouseOn(database, folder);
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
  },
);
