import { openDatabase, type Db } from '../../db/index.ts';
import { createDictionary } from './dictionary.ts';
import { KINDS, type Entry, type Kind, type Scopes, type ThingId } from '../question.ts';

/*
 * search.db: per kind of thing a table of what it is and a full-text index of its words. The row number is its rank, the
 * most popular first, so that an index read in its own order, cut off early, still meets the best. What changed after
 * the ranks were given out lies in a second, small set of the same form ("fresh") until the next rebuild.
 */
/** `rowid` is the rank within its set; what is fresh has none yet and comes after. */
export type Row = { rowid: number; id: ThingId; title: string; artist: string; album: string; alt: string };

export type EntrySet = 'ranked' | 'fresh';
export const SETS: readonly EntrySet[] = ['ranked', 'fresh'];

// Whatever is no space is part of a word: names of signs alone must be found, and all else was folded away.
const TOKENS = `unicode61 remove_diacritics 0 categories 'L* N* M* S* P* C*'`;

const tablesOf = (kind: Kind, set: EntrySet): string => `
  CREATE TABLE IF NOT EXISTS ${kind}_${set}(rowid INTEGER PRIMARY KEY, id ANY NOT NULL, title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL, alt TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS ${kind}_${set}_scope(doc INTEGER NOT NULL, scope ANY NOT NULL, PRIMARY KEY(doc, scope)) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE IF NOT EXISTS ${kind}_${set}_words USING fts5(title, artist, album, alt, content='', contentless_delete=1, detail=column, prefix='1 2 3', tokenize="${TOKENS}");
  CREATE VIRTUAL TABLE IF NOT EXISTS ${kind}_${set}_terms USING fts5vocab(${kind}_${set}_words, row);`;

const INDEXES = (kind: Kind, set: EntrySet): string => `
  CREATE INDEX IF NOT EXISTS ${kind}_${set}_id ON ${kind}_${set}(id);
  CREATE INDEX IF NOT EXISTS ${kind}_${set}_title ON ${kind}_${set}(title, rowid);`;

const each = (make: (kind: Kind, set: EntrySet) => string): string =>
  KINDS.flatMap((kind) => SETS.map((set) => make(kind, set))).join('\n');

export const openIndexFile = (path: string): Db => {
  const db = openDatabase(path, { durability: 'normal' });
  db.sqlite.exec(`CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`);
  db.sqlite.exec(each(tablesOf));
  return db;
};

/** After a bulk load: indexes made at once are half the work. */
export const createIndexes = (db: Db): void => void db.sqlite.exec(each(INDEXES));

const createWriter = (db: Db, kind: Kind, set: EntrySet) => {
  const table = `${kind}_${set}`;
  const add = db.sqlite.prepare(`INSERT INTO ${table}(id, title, artist, album, alt) VALUES (?, ?, ?, ?, ?)`);
  const addScope = db.sqlite.prepare(`INSERT INTO ${table}_scope(doc, scope) VALUES (?, ?)`);
  const addWords = db.sqlite.prepare(
    `INSERT INTO ${table}_words(rowid, title, artist, album, alt) VALUES (?, ?, ?, ?, ?)`,
  );
  const places = db.sqlite.prepare(`SELECT rowid FROM ${table} WHERE id = ?`).pluck();
  const drop = db.sqlite.prepare(`DELETE FROM ${table} WHERE rowid = ?`);
  const dropScopes = db.sqlite.prepare(`DELETE FROM ${table}_scope WHERE doc = ?`);
  const dropWords = db.sqlite.prepare(`DELETE FROM ${table}_words WHERE rowid = ?`);
  return {
    add: (it: Entry): void => {
      const { lastInsertRowid: at } = add.run(it.id, it.title, it.artist, it.album, it.alt);
      for (const scope of new Set(it.scopes)) addScope.run(at, scope);
      addWords.run(at, it.title, it.artist, it.album, it.alt);
    },
    /** Answers how many there were. */
    remove: (id: ThingId): number => {
      const found = places.all(id);
      for (const at of found) for (const statement of [drop, dropScopes, dropWords]) statement.run(at);
      return found.length;
    },
  };
};

export type IndexWriter = {
  /** Appends in the order of rank; only while an index is being built. */
  rank: (kind: Kind, entry: Entry) => void;
  /**
   * What is left of one thing: nothing when it is gone, several entries for the lines of a song. Answers by how much each
   * set has grown.
   */
  put: (kind: Kind, id: ThingId, entries: readonly Entry[]) => Record<EntrySet, number>;
};

export const createIndexWriter = (db: Db): IndexWriter => {
  const writers = new Map(KINDS.map((kind) => [kind, SETS.map((set) => createWriter(db, kind, set))] as const));
  return {
    rank: (kind, entry) => writers.get(kind)![0]!.add(entry),
    put: (kind, id, entries) => {
      const [ranked, fresh] = writers.get(kind)!;
      const grown = { ranked: -ranked!.remove(id), fresh: entries.length - fresh!.remove(id) };
      entries.forEach(fresh!.add);
      return grown;
    },
  };
};

/** All words of all kinds, as FTS5 counts them. */
export const readDictionary = (db: Db): ReturnType<typeof createDictionary> => {
  const all = KINDS.flatMap((kind) => SETS.map((set) => `SELECT term, doc FROM ${kind}_${set}_terms`)).join(
    ' UNION ALL ',
  );
  const rows = db.sqlite.prepare(`SELECT term word, sum(doc) count FROM (${all}) GROUP BY term`).all();
  // In the order of UTF-16 units, as the dictionary's halving asks; SQLite's is that of UTF-8.
  return createDictionary((rows as { word: string; count: number }[]).sort((a, b) => (a.word < b.word ? -1 : 1)));
};

const COLUMNS = 'd.rowid, d.id, d.title, d.artist, d.album, d.alt';

type Limits = { scopes: Scopes; limit: number; only?: readonly ThingId[] | undefined };
type Asking = Limits & { parameters: unknown[] };

/** The index's questions. Each answers in the order of rank and is cut off at `limit`. */
export const createIndexReader = (db: Db) => {
  const statements = new Map<string, { all: (...parameters: unknown[]) => unknown[] }>();
  const prepare = (sql: string) => {
    const known = statements.get(sql) ?? db.sqlite.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const scopeOf = (table: string, scopes: Scopes): string =>
    scopes === 'all'
      ? ''
      : ` AND EXISTS (SELECT 1 FROM ${table}_scope s WHERE s.doc = d.rowid AND s.scope IN (SELECT value FROM json_each(?)))`;
  const ask = (table: string, sql: string, { parameters, scopes, only, limit }: Asking): Row[] => {
    const scoped = scopes === 'all' ? [] : [JSON.stringify(scopes)];
    const chosen = only ? [JSON.stringify(only)] : [];
    const among = only ? ' AND d.id IN (SELECT value FROM json_each(?))' : '';
    const statement = prepare(`${sql}${scopeOf(table, scopes)}${among} LIMIT ?`);
    return statement.all(...parameters, ...scoped, ...chosen, limit) as Row[];
  };
  return {
    /** Things whose whole title this is. */
    titled: (table: `${Kind}_${EntrySet}`, title: string, at: Limits): Row[] =>
      ask(table, `SELECT ${COLUMNS} FROM ${table} d WHERE d.title = ?`, { ...at, parameters: [title] }),
    /** Things that an FTS5 expression matches. */
    matching: (table: `${Kind}_${EntrySet}`, match: string, at: Limits): Row[] =>
      ask(
        table,
        `SELECT ${COLUMNS} FROM ${table}_words w CROSS JOIN ${table} d ON d.rowid = w.rowid WHERE ${table}_words MATCH ?`,
        { ...at, parameters: [match] },
      ),
  };
};
export type IndexReader = ReturnType<typeof createIndexReader>;

/** What the index is up to: the place in the journal it has followed to, and how it was made. */
export const createMeta = (db: Db) => {
  const get = db.sqlite.prepare('SELECT value FROM meta WHERE key = ?').pluck();
  const set = db.sqlite.prepare(
    'INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (key: string): string | undefined => get.get(key) as string | undefined,
    set: (key: string, value: string): void => void set.run(key, value),
  };
};

export const countEntries = (db: Db): Record<EntrySet, number> => {
  const count = (set: EntrySet): number =>
    KINDS.reduce(
      (sum, kind) => sum + (db.sqlite.prepare(`SELECT count(*) FROM ${kind}_${set}`).pluck().get() as number),
      0,
    );
  return { ranked: count('ranked'), fresh: count('fresh') };
};
