import Database from 'better-sqlite3';
import { prepareSteadily } from './steady.ts';

export type Db = {
  sqlite: Database.Database;
  /** Runs `work` in BEGIN IMMEDIATE, or inside the transaction already open. Synchronous; rolls back when it throws. */
  transact: <T>(work: () => T) => T;
  /** How many writes of this connection wait or run, in memory that threads share: who writes in bulk gives way. */
  wanted: Int32Array;
  close: () => void;
};

export type OpenOptions = {
  /** `full`: acknowledged writes survive a power cut (users' writes). `normal`: the scan, which can be run again. */
  durability: 'full' | 'normal';
  readonly?: boolean;
};

const MIN_SQLITE = [3, 51, 3];

const assertVersion = (sqlite: Database.Database): void => {
  const text = String(sqlite.prepare('SELECT sqlite_version()').pluck().get());
  const parts = text.split('.').map(Number);
  const order = MIN_SQLITE.map((least, i) => (parts[i] ?? 0) - least).find((d) => d !== 0) ?? 0;
  if (order < 0) throw new Error(`SQLite ${text} is too old: 3.51.3 or newer is needed.`);
};

/** A statement that writes by itself says so too: waiting in silence, it would keep everybody waiting that this thread answers. */
const askAloud = (sqlite: Database.Database, aloud: <T>(work: () => T) => T): void => {
  const prepare = sqlite.prepare.bind(sqlite);
  const asking = (statement: Database.Statement): Database.Statement => {
    if (statement.readonly) return statement;
    for (const way of ['run', 'get', 'all'] as const) {
      const call = (statement[way] as (...parameters: unknown[]) => unknown).bind(statement);
      const asked = (...parameters: unknown[]): unknown =>
        sqlite.inTransaction ? call(...parameters) : aloud(() => call(...parameters));
      Object.assign(statement, { [way]: asked });
    }
    return statement;
  };
  Object.assign(sqlite, { prepare: (sql: string) => asking(prepare(sql)) });
};

const wrap = (sqlite: Database.Database, durability: OpenOptions['durability'] = 'full'): Db => {
  prepareSteadily(sqlite);
  const wanted = new Int32Array(new SharedArrayBuffer(4));
  const aloud = <T>(work: () => T): T => {
    Atomics.add(wanted, 0, 1);
    try {
      return work();
    } finally {
      Atomics.sub(wanted, 0, 1);
    }
  };
  // Who writes what can be written again gives way instead.
  if (durability === 'full') askAloud(sqlite, aloud);
  const transact = <T>(work: () => T): T =>
    sqlite.inTransaction ? work() : aloud(() => sqlite.transaction(work).immediate());
  return {
    sqlite,
    transact,
    wanted,
    close: () => {
      if (!sqlite.open) return;
      try {
        if (!sqlite.readonly && !sqlite.memory) sqlite.pragma('optimize');
      } catch {
        // Only a courtesy to the next start: a full disk or a damaged page must not keep it open, nor hide why we close.
      } finally {
        sqlite.close();
      }
    },
  };
};

/** Opens (and creates) a database file. WAL, foreign keys on, a busy handler of 5 s. */
export const openDatabase = (path: string, options: OpenOptions): Db => {
  const sqlite = new Database(path, { readonly: options.readonly ?? false, timeout: 5000 });
  try {
    assertVersion(sqlite);
    if (!options.readonly) sqlite.pragma('journal_mode = WAL');
    sqlite.pragma(`synchronous = ${options.durability === 'full' ? 'FULL' : 'NORMAL'}`);
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('busy_timeout = 5000');
    sqlite.pragma('cache_size = -32768');
    sqlite.pragma('mmap_size = 268435456');
    sqlite.pragma('temp_store = MEMORY');
    sqlite.pragma('journal_size_limit = 67108864');
    // The scan brings its own pages home: a listener's write must not be the one that pays for them.
    sqlite.pragma('wal_autocheckpoint = 8000');
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return wrap(sqlite, options.durability);
};

/**
 * A database in memory, for tests: empty, or from the bytes of `serialize()`. Bytes of a WAL file do not open in memory
 * unless its format version says rollback journal, so bytes 18 and 19 are set to 1.
 */
export const openMemoryDatabase = (bytes?: Buffer): Db => {
  const copy = bytes && Buffer.from(bytes);
  copy?.fill(1, 18, 20);
  const sqlite = copy ? new Database(copy) : new Database(':memory:');
  sqlite.pragma('foreign_keys = ON');
  return wrap(sqlite);
};
