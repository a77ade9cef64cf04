/**
 * What a family would lose with a disk, and gets back: on the real server people make one of everything, a backup is made
 * while a scan writes, the data folder is wiped, and the copy is put in place elsewhere by the command the README names.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from './db/index.ts';
import { buildServer, project, scratchFolder, startServer, type Child } from './testing/child-server.ts';
import { sampleLibrary } from './testing/sample-library.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Rows that a person caused and no scan can bring back. A new table is named here, and made in `live`, or below. */
const PEOPLES = words(`
  user session token known_browser idempotency root
  mark play device queue queue_entries playlist playlist_entry
`);
/** What comes of the files, of the clock, or passes by itself. It is in the backup too: with it ids stay what they were. */
const DERIVED = words(`
  folder file file_checksum cover artist genre album track disc lyrics chapter library_count
  album_root artist_root artist_role artist_genre track_artist album_artist track_genre album_genre
  track_alias album_alias artist_alias artist_went
  scan_run scan_issue job_run job_wanted guess event event_cursor event_epoch migration
`);

const scratch = scratchFolder('drill');
const media = join(scratch.path, 'media');
const [oldData, newData] = [join(scratch.path, 'old', 'data'), join(scratch.path, 'another', 'place')];
const carried = join(scratch.path, 'carried.db');
const OWNER = { name: 'Ada', password: 'three small words' };
const DEVICE = 'd0e1f2a3-0000-4000-8000-000000000001';
const running: Child[] = [];

const start = async (data: string): Promise<string> => {
  const owner = { EVENSONG_OWNER_NAME: OWNER.name, EVENSONG_OWNER_PASSWORD: OWNER.password };
  running.push(startServer({ env: { ...owner, EVENSONG_DATA: data, EVENSONG_MEDIA: media } }));
  return (running.at(-1) as Child).ready;
};
const stop = async (): Promise<void> => {
  for (const child of running.splice(0)) {
    child.process.kill('SIGTERM');
    await child.ended;
  }
};
const cli = (...args: string[]) =>
  spawnSync(process.execPath, ['.build/server/cli.js', ...args], { cwd: project, encoding: 'utf8' });

/** `GET /me`, and what goes with it. */
type Ask = <T>(what: string, body?: unknown, headers?: Record<string, string>) => Promise<T>;

/** Asks as the holder of a cookie; anything but success is an error. */
const asker =
  (address: string, cookie: string): Ask =>
  async (what, body, headers = {}) => {
    const [method = '', path = ''] = what.split(' ');
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: { cookie, origin: address, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text}`);
    // Exact lengths are measured meanwhile: that is no difference.
    const known = text ? JSON.parse(text, (key, value) => (key.startsWith('duration') ? undefined : value)) : {};
    return { ...known, etag: answer.headers.get('etag') };
  };

const signIn = async (address: string, who: { name: string; password: string }): Promise<Ask> => {
  const headers = { origin: address, 'content-type': 'application/json' };
  const answer = await fetch(`${address}/api/v1/session`, { method: 'POST', headers, body: JSON.stringify(who) });
  if (answer.status !== 201) throw new Error(`${who.name}: ${answer.status}`);
  return asker(
    address,
    answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  );
};

const scanned = async (ask: Ask): Promise<void> => {
  const states = async () => (await ask<{ items: { status: string }[] }>('GET /scans')).items[0]?.status;
  await expect.poll(states, { timeout: 30_000, interval: 50 }).toBe('done');
};

type Page = { items: { id: string }[] };
const idsOf = async (ask: Ask, path: string) => (await ask<Page>(`GET ${path}`)).items.map(({ id }) => id);

/** A household's evening: one row at least in each of the tables that are people's. */
const live = async (ask: Ask): Promise<void> => {
  const trackIds = await idsOf(ask, '/tracks?limit=5');
  const [trackId] = trackIds;
  await ask('POST /users', { name: 'Olaf', password: 'quite another three words', role: 'listener' });
  await ask('PATCH /settings', { theme: 'dark' });
  await ask('POST /tokens', { name: 'script', scopes: ['read'] }, { 'idempotency-key': 'a-token-once' });
  await ask(`PUT /likes/albums/${(await idsOf(ask, '/albums?limit=1'))[0]}`);
  await ask(`PUT /likes/tracks/${trackId}`);
  await ask(`PUT /ratings/tracks/${trackId}`, { stars: 4 });
  const list = await ask<{ id: string }>('POST /playlists', { name: 'Sunday', trackIds });
  await ask(`PUT /likes/playlists/${list.id}`);
  await ask('POST /devices', { id: DEVICE, name: 'Kitchen' });
  const heard = { startedAt: '2026-01-01T10:00:00Z', playedMs: 200_000, outcome: 'completed', source: 'album' };
  await ask('POST /plays', { events: [{ id: 'play-1', trackId, deviceId: DEVICE, ...heard }] });
  const { etag } = await ask<{ etag: string }>('GET /queue');
  const entries = trackIds.map((id, i) => ({ id: `e${i}`, trackId: id, source: '', byYou: true, order: i }));
  await ask('PUT /queue', { entries, index: 2, deviceId: DEVICE }, { 'if-match': etag });
};

/** What the household sees: the answers must be the same on another machine, ids and all. */
const seen = async (ask: Ask) => {
  const paths = ['/me', '/settings', '/users', '/tokens', '/playlists', '/history', '/devices', '/queue'];
  const lists = ['/tracks?liked=true', '/albums?liked=true', '/albums?limit=100&sort=-addedAt'];
  const answers: Record<string, unknown> = {};
  for (const path of [...paths, ...lists]) answers[path] = await ask(`GET ${path}`);
  return answers;
};

type Rows = Record<string, unknown[]>;
const rowsOf = (file: string): Rows => {
  const { sqlite, close } = openDatabase(file, { durability: 'full', readonly: true });
  const names = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`;
  const tables = sqlite.prepare(names).pluck().all() as string[];
  const rows = Object.fromEntries(tables.map((name) => [name, sqlite.prepare(`SELECT * FROM "${name}"`).all()]));
  close();
  return rows;
};
const only = (rows: Rows, names: readonly string[]): Rows =>
  Object.fromEntries(names.map((name) => [name, rows[name] ?? []]));

beforeAll(() => {
  buildServer();
  mkdirSync(media);
  cpSync(sampleLibrary(60).root, join(media, 'first'), { recursive: true });
});
afterAll(async () => {
  await stop();
  scratch.remove();
});

describe('a household loses its disk', () => {
  let before: { rows: Rows; seen: Record<string, unknown> };

  test('a backup is made by the command while a scan writes', async () => {
    const address = await start(oldData);
    const ask = await signIn(address, OWNER);
    await scanned(ask);
    await live(ask);
    const rows = rowsOf(join(oldData, 'evensong.db'));
    const answers = await seen(ask);
    cpSync(sampleLibrary(600).root, join(media, 'second'), { recursive: true });
    await ask('POST /scans');
    const made = cli('backup', carried, '--data', oldData);
    expect(made.stderr).toBe('');
    expect(made.stdout).toContain('checked by opening it');
    before = { rows, seen: answers };
    await stop();
    expect(rowsOf(carried)['scan_run']?.at(-1), 'in the copy the scan is under way').toMatchObject({
      status: 'running',
    });
  });

  test("every table is either people's or derived: a new one has to be named here", () => {
    expect(Object.keys(before.rows).sort()).toEqual([...PEOPLES, ...DERIVED].sort());
    const empty = PEOPLES.filter((name) => before.rows[name]?.length === 0);
    expect(empty, 'people made nothing in these').toEqual([]);
  });

  test('a damaged copy is refused, and nothing is put in its place', () => {
    const torn = join(scratch.path, 'torn.db');
    writeFileSync(torn, readFileSync(carried).fill(7, 4096 * 20, 4096 * 24));
    const refused = cli('restore', torn, '--data', newData);
    expect(refused.status).toBe(1);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr).toContain('no backup Evensong can use');
    expect(cli('restore', '--data', newData).stderr).toContain('name a file');
  });

  test('wiped and restored on another path, every row that people made is there', () => {
    rmSync(join(scratch.path, 'old'), { recursive: true });
    const restored = cli('restore', carried, '--data', newData);
    expect(restored.stderr).toBe('');
    expect(restored.status).toBe(0);
    const rows = rowsOf(join(newData, 'evensong.db'));
    expect(only(rows, PEOPLES)).toEqual(only(before.rows, PEOPLES));
    // The rest is the copy's, row for row, whatever the scan had written by then.
    const copied = DERIVED.filter((name) => name !== 'event_epoch');
    expect(only(rows, copied)).toEqual(only(rowsOf(carried), copied));
  });

  test('the server starts on it, people sign in as ever, and see what they saw', async () => {
    const address = await start(newData);
    const ask = await signIn(address, OWNER);
    await signIn(address, { name: 'Olaf', password: 'quite another three words' });
    const after = await seen(ask);
    for (const path of ['/settings', '/playlists', '/history', '/queue', '/tracks?liked=true', '/albums?liked=true'])
      expect({ path, answer: after[path] }).toEqual({ path, answer: before.seen[path] });
    await scanned(ask);
    expect(await idsOf(ask, '/tracks?limit=1&sort=-playCount')).toHaveLength(1);
    const rows = rowsOf(join(newData, 'evensong.db'));
    expect(rows['track']?.length).toBe(660);
    const kept = ['user', 'token', 'mark', 'play', 'device', 'queue_entries', 'playlist', 'playlist_entry'];
    expect(only(rows, kept)).toEqual(only(before.rows, kept));
  });
});
