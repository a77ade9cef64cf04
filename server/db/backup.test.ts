import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  backUp,
  backupName,
  checkBackup,
  createBackups,
  listBackups,
  openDataFolder,
  openDatabase,
  openMainDatabase,
  restoreBackup,
  type DataFolder,
  type Db,
} from './index.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
const now = Date.UTC(2026, 0, 31, 3, 15);
let scratch = '';
const close: (() => void)[] = [];

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'evensong-db-'));
});
afterEach(() => {
  for (const done of close.splice(0).reverse()) done();
  rmSync(scratch, { recursive: true, force: true });
});

const open = (name: string): { folder: DataFolder; db: Db } => {
  const folder = openDataFolder(join(scratch, name));
  close.push(folder.close);
  const { db } = openMainDatabase({ folder, migrationsFolder, now });
  close.push(db.close);
  return { folder, db };
};

const epochOf = (db: Db) => db.sqlite.prepare('SELECT epoch FROM event_epoch').pluck().get();

/** Every table's rows, but for the epoch, which a restore changes on purpose. */
const everyRow = (db: Db): Record<string, unknown[]> => {
  const tables = db.sqlite
    .prepare(`SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all() as string[];
  const kept = tables.filter((table) => table !== 'event_epoch');
  return Object.fromEntries(kept.map((table) => [table, db.sqlite.prepare(`SELECT * FROM "${table}"`).all()]));
};

/** Something in every table that accepts it, by the columns' own types, so that new tables take part by themselves. (OR IGNORE: invented rows upset some triggers.) */
const fillEveryTable = (db: Db): number => {
  db.sqlite.pragma('foreign_keys = OFF');
  db.sqlite.pragma('ignore_check_constraints = ON');
  let filled = 0;
  for (const [table, rows] of Object.entries(everyRow(db))) {
    if (rows.length > 0) continue;
    const columns = db.sqlite.pragma(`table_info("${table}")`) as { name: string; type: string }[];
    const values = columns.map(({ type }) =>
      type === 'INTEGER' ? 1 : type === 'BLOB' ? Buffer.from('x') : type === 'REAL' ? 0.5 : 'x',
    );
    const marks = columns.map(() => '?').join(', ');
    db.sqlite
      .prepare(`INSERT OR IGNORE INTO "${table}"(${columns.map((c) => `"${c.name}"`).join(', ')}) VALUES (${marks})`)
      .run(...values);
    filled += 1;
  }
  return filled;
};

describe('the restore drill', () => {
  test('backup, wipe, restore on another path: every row of every table is there, and a new epoch has begun', async () => {
    const { folder, db } = open('old');
    expect(fillEveryTable(db)).toBeGreaterThan(5);
    const before = everyRow(db);
    const epoch = epochOf(db);
    const made = await createBackups(folder).make('manual', now);
    const carried = join(scratch, 'carried.db');
    writeFileSync(carried, readFileSync(join(folder.backupsFolder, made.name)));
    for (const done of close.splice(0).reverse()) done();
    rmSync(folder.path, { recursive: true });

    const elsewhere = openDataFolder(join(scratch, 'new', 'place'));
    close.push(elsewhere.close);
    expect(restoreBackup(carried, { folder: elsewhere, migrationsFolder, now }).setAside).toBeUndefined();
    // Not openMainDatabase: its check would find that the invented rows break CHECK constraints.
    const restored = openDatabase(elsewhere.databaseFile, { durability: 'full' });
    close.push(restored.close);
    expect(everyRow(restored)).toEqual(before);
    expect(epochOf(restored)).not.toBe(epoch);
  });

  test('what a restore replaces is set aside, whole, with the writes its log still held', async () => {
    const { folder, db } = open('data');
    const backup = await createBackups(folder).make('manual', now);
    db.sqlite.exec(`INSERT INTO event(kind, payload, at) VALUES ('late', '{}', 1)`);
    db.close();
    const { setAside } = restoreBackup(join(folder.backupsFolder, backup.name), {
      folder,
      migrationsFolder,
      now: now + 1,
    });
    const kept = openDatabase(String(setAside), { durability: 'normal' });
    close.push(kept.close);
    expect(kept.sqlite.prepare('SELECT kind FROM event').pluck().all()).toEqual(['late']);
    const { db: restored, migrated } = openMainDatabase({ folder, migrationsFolder, now });
    close.push(restored.close);
    expect(migrated).toEqual([]);
    expect(restored.sqlite.prepare('SELECT kind FROM event').pluck().all()).toEqual([]);
  });

  test.each([
    ['a file that is not there', undefined],
    ['a text', 'hello'],
    ['a torn copy', 'torn'],
  ])('%s is refused and nothing changes', (_, content) => {
    const { folder, db } = open('data');
    const file = join(scratch, 'bad.db');
    fillEveryTable(db);
    if (content === 'torn') {
      const good = join(scratch, 'good.db');
      backUp(db, good);
      writeFileSync(file, readFileSync(good).subarray(0, 9000));
    } else if (content) writeFileSync(file, content);
    const before = everyRow(db);
    expect(() => restoreBackup(file, { folder, migrationsFolder, now })).toThrow('no backup Evensong can use');
    expect(everyRow(db)).toEqual(before);
  });

  test('a backup of a newer version is refused and nothing changes', () => {
    const { folder, db } = open('data');
    const newer = open('newer').db;
    newer.sqlite.exec(
      `INSERT INTO migration(number, name, sha256, applied_at) VALUES (9999, '9999_future.sql', '', 1)`,
    );
    const file = join(scratch, 'newer.db');
    backUp(newer, file);
    db.close();
    const bytes = readFileSync(folder.databaseFile);
    expect(() => restoreBackup(file, { folder, migrationsFolder, now })).toThrow('newer version');
    expect(readFileSync(folder.databaseFile).equals(bytes)).toBe(true);
  });
});

describe('keeping backups', () => {
  test('the newest 14 nightly ones stay; what a person made stays for ever; nothing half-made lies about', async () => {
    const { folder, db } = open('data');
    const night = (n: number) => now + n * 86_400_000;
    backUp(db, join(folder.backupsFolder, backupName('manual', night(-30))));
    for (let n = 0; n < 16; n++) writeFileSync(join(folder.backupsFolder, backupName('nightly', night(n))), '');
    await createBackups(folder).make('nightly', night(16));
    const kept = listBackups(folder.backupsFolder);
    expect(kept.map((b) => b.kind)).toEqual([...Array<string>(14).fill('nightly'), 'manual']);
    expect(kept[0]?.madeAt).toBe(night(16));
    expect(readdirSync(folder.backupsFolder)).toHaveLength(15);
    for (const { name } of [kept[0], kept[14]].flatMap((b) => b ?? [])) checkBackup(join(folder.backupsFolder, name));
  });

  test('one that is given up leaves nothing under a good name, and its rest is swept at the next start', async () => {
    const { folder } = open('data');
    const giveUp = new AbortController();
    const making = createBackups(folder).make('nightly', now, giveUp.signal);
    giveUp.abort();
    await expect(making).rejects.toThrow();
    writeFileSync(join(folder.backupsFolder, `${backupName('nightly', now)}.part`), 'half');
    createBackups(folder);
    expect(readdirSync(folder.backupsFolder)).toEqual([]);
  });

  test('an upgrade makes one first', () => {
    const { folder, db } = open('data');
    db.sqlite.exec('DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)');
    db.close();
    expect(() => openMainDatabase({ folder, migrationsFolder, now })).toThrow();
    expect(listBackups(folder.backupsFolder).map((b) => b.name)).toEqual([backupName('before-upgrade', now)]);
  });
});

describe('the data folder', () => {
  test('is held by one server at a time', () => {
    const { folder } = open('data');
    expect(() => openDataFolder(folder.path)).toThrow('Another Evensong is running on this data folder.');
    folder.close();
    openDataFolder(folder.path).close();
  });

  test('that is a file is refused with what to do', () => {
    writeFileSync(join(scratch, 'file'), '');
    expect(() => openDataFolder(join(scratch, 'file'))).toThrow(
      'a file of that name is in the way. Make it writable, or choose another with --data DIR.',
    );
  });
});

describe("what people did here is nobody else's", () => {
  const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);

  test('the database, its log and its copies are readable for their owner alone', async () => {
    const { folder, db } = open('data');
    db.sqlite.exec(`INSERT INTO event(kind, payload, at) VALUES ('a', '{}', 1)`);
    const made = await createBackups(folder).make('manual', now);
    const backup = join(folder.backupsFolder, made.name);
    for (const end of ['', '-wal', '-shm']) expect(rights(folder.databaseFile + end)).toBe('600');
    expect(rights(backup)).toBe('600');
    db.close();
    chmodSync(backup, 0o644);
    restoreBackup(backup, { folder, migrationsFolder, now });
    expect(rights(folder.databaseFile)).toBe('600');
  });

  test('a database that others could read is closed to them at the next start', () => {
    const { folder, db } = open('data');
    db.close();
    chmodSync(folder.databaseFile, 0o644);
    close.push(openMainDatabase({ folder, migrationsFolder, now }).db.close);
    expect(rights(folder.databaseFile)).toBe('600');
  });
});

describe('a damaged database', () => {
  test('that is empty, where there are backups, is not taken for a new one', async () => {
    const { folder, db } = open('data');
    await createBackups(folder).make('manual', now);
    db.close();
    writeFileSync(folder.databaseFile, '');
    expect(() => openMainDatabase({ folder, migrationsFolder, now })).toThrow('is empty. Restore the newest backup');
  });

  test.each([
    ['whose first page is garbage', (bytes: Buffer) => bytes.fill(7, 0, 100)],
    ['with a torn page inside', (bytes: Buffer) => bytes.fill(7, 4096 * 3, 4096 * 12)],
  ])('%s says how to restore', (_, harm) => {
    const { folder, db } = open('data');
    fillEveryTable(db);
    db.close();
    const bytes = readFileSync(folder.databaseFile);
    harm(bytes);
    writeFileSync(folder.databaseFile, bytes);
    expect(() => openMainDatabase({ folder, migrationsFolder, now })).toThrow(
      `npm run evensong -- restore --data ${folder.path}`,
    );
  });
});
