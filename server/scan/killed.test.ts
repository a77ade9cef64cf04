import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { times } from '../testing/depth.ts';
import { sampleLibrary } from '../testing/sample-library.ts';
import { openScanHouse, type ScanHouse } from '../testing/scan-house.ts';
import { project } from '../testing/child-server.ts';

const child = (dir: string, media: string) =>
  spawn(process.execPath, ['--import', 'tsx', 'server/testing/scan-child.ts', dir, media], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Starts a scan and ends its process without a word once so many tracks are there. Answers how many were. */
const killAt = (dir: string, media: string, tracks: number): Promise<number> =>
  new Promise((done) => {
    const it = child(dir, media);
    let seen = 0;
    it.stdout.on('data', (bytes: Buffer) => {
      seen = Number(bytes.toString().trim().split('\n').at(-1)) || seen;
      if (seen >= tracks) it.kill('SIGKILL');
    });
    it.once('close', () => done(seen));
  });

/** What a library says, without ids and times. */
const told = ({ rows }: ScanHouse) => ({
  tracks: rows(
    `SELECT CAST(o.path || '/' || f.name AS TEXT) path, t.title, t.artist_text, t.disc, t.no, t.year, t.duration_ms, t.lyrics_kind, a.title album, a.artist_text album_artist,
       a.track_count, a.duration_ms, a.disc_count, c.sha256, f.need, f.state FROM track t JOIN file f ON f.id = t.file_id JOIN folder o ON o.id = f.folder_id JOIN album a ON a.id = t.album_id LEFT JOIN cover c ON c.id = a.cover_id ORDER BY path`,
  ),
  artists: rows('SELECT name, mbid, album_count, track_count FROM artist ORDER BY name, mbid'),
  genres: rows('SELECT name, album_count, track_count FROM genre ORDER BY name'),
  credits: rows('SELECT role, count(*) n FROM track_artist GROUP BY role ORDER BY role'),
  totals: rows('SELECT name, value FROM library_count ORDER BY name'),
  files: rows('SELECT kind, state, count(*) n FROM file GROUP BY kind, state ORDER BY kind, state'),
});

test('a scan that is killed again and again goes on, and ends with the library of a fresh scan', async () => {
  const size = times(600, 2000);
  const media = sampleLibrary(size).root;
  const dir = mkdtempSync(join(tmpdir(), 'evensong-killed-'));
  const kills: number[] = [];
  for (const share of times(3, 20) === 3 ? [0.1, 0.4, 0.7] : Array.from({ length: 20 }, (_, i) => (i + 1) / 22))
    kills.push(await killAt(dir, media, Math.ceil(size * share)));
  const killed = openScanHouse({ dir, media });
  const fresh = openScanHouse({ media });
  try {
    expect(kills[0]).toBeLessThan(size);
    expect(await killed.run()).toMatchObject({ status: 'done', missing: 0 });
    expect(await fresh.run()).toMatchObject({ status: 'done', added: size });
    expect(told(killed)).toEqual(told(fresh));
    expect(killed.rows('SELECT status FROM scan_run ORDER BY id').slice(0, -1)).toEqual(
      kills.map(() => ({ status: 'cancelled' })),
    );
  } finally {
    await killed.close();
    await fresh.close();
    rmSync(dir, { recursive: true, force: true });
  }
}, 300_000);
