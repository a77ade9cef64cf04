import type { Db } from '../../db/index.ts';
import type { Dictionary } from './dictionary.ts';
import { createDictionary } from './dictionary.ts';

/*
 * search.db: per kind of thing a table of what it is and a full-text index of its words. The row number is its rank, the
 * most popular first, so that an index read in its own order, cut off early, still meets the best. What changed after
 * the ranks were given out lies in a second, small set of the same form ("fresh") until the next rebuild.
 */
export const KINDS = ['artists', 'albums', 'tracks', 'playlists', 'genres', 'lyrics'] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that can be found, its words folded and parted by spaces. */
export type Entry = {
  id: number;
  /** Whom it may be shown to: roots of the library, or the owner of a playlist. */
  scopes: readonly number[];
  title: string;
  artist: string;
  album: string;
  /** Other ways its title is written, as words. */
  alt: string;
};

/** `rowid` is the rank within its set; what is fresh has none yet and comes after. */
export type Row = { rowid: number; id: number; title: string; artist: string; album: string; alt: string };

export type Set_ = 'ranked' | 'fresh';
export const SETS: readonly Set_[] = ['ranked', 'fresh'];

// Whatever is no space is part of a word: names of signs alone must be found, and all else was folded away.
const TOKENS = `unicode61 remove_diacritics 0 categories 'L* N* M* S* P* C*'`;

const tablesOf = (kind: Kind, set: Set_): string => `
  CREATE TABLE IF NOT EXISTS ${kind}_${set}(rowid INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL, alt TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS ${kind}_${set}_scope(doc INTEGER NOT NULL, scope INTEGER NOT NULL, PRIMARY KEY(doc, scope)) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE IF NOT EXISTS ${kind}_${set}_words USING fts5(title, artist, album, alt, content='', contentless_delete=1, detail=column, prefix='1 2 3', tokenize="${TOKENS}");
  CREATE VIRTUAL TABLE IF NOT EXISTS ${kind}_${set}_terms USING fts5vocab(${kind}_${set}_words, row);`;

const INDEXES = (kind: Kind, set: Set_): string => `
  CREATE INDEX IF NOT EXISTS ${kind}_${set}_id ON ${kind}_${set}(id);
  CREATE INDEX IF NOT EXISTS ${kind}_${set}_title ON ${kind}_${set}(title, rowid);`;

const each = (make: (kind: Kind, set: Set_) => string): string =>
  KINDS.flatMap((kind) => SETS.map((set) => make(kind, set))).join('\n');

export const createTables = (db: Db): void => {
  db.sqlite.exec(`CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`);
  db.sqlite.exec(each(tablesOf));
};
/** After a bulk load: indexes made at once are half the work. */
export const createIndexes = (db: Db): void => void db.sqlite.exec(each(INDEXES));

const createWriter = (db: Db, kind: Kind, set: Set_) => {
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
    remove: (id: number): void => {
      for (const at of places.all(id)) for (const statement of [drop, dropScopes, dropWords]) statement.run(at);
    },
  };
};

export type IndexWriter = {
  /** Appends in the order of rank; only while an index is being built. */
  rank: (kind: Kind, entry: Entry) => void;
  /** Brings one thing up to date; undefined: it is gone. */
  put: (kind: Kind, id: number, entry: Entry | undefined) => void;
};

export const createIndexWriter = (db: Db): IndexWriter => {
  const writers = new Map(KINDS.map((kind) => [kind, SETS.map((set) => createWriter(db, kind, set))] as const));
  return {
    rank: (kind, entry) => writers.get(kind)![0]!.add(entry),
    put: (kind, id, entry) => {
      const [ranked, fresh] = writers.get(kind)!;
      ranked!.remove(id);
      fresh!.remove(id);
      if (entry) fresh!.add(entry);
    },
  };
};

/** All words of all kinds, as FTS5 counts them. */
export const readDictionary = (db: Db): Dictionary => {
  const all = KINDS.flatMap((kind) => SETS.map((set) => `SELECT term, doc FROM ${kind}_${set}_terms`)).join(
    ' UNION ALL ',
  );
  const rows = db.sqlite.prepare(`SELECT term word, sum(doc) count FROM (${all}) GROUP BY term`).all();
  // In the order of UTF-16 units, as the dictionary's halving asks; SQLite's is that of UTF-8.
  return createDictionary((rows as { word: string; count: number }[]).sort((a, b) => (a.word < b.word ? -1 : 1)));
};

export type Scopes = 'all' | readonly number[];

const COLUMNS = 'd.rowid, d.id, d.title, d.artist, d.album, d.alt';

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
  const ask = (at: { table: string; scopes: Scopes }, sql: string, parameters: unknown[], limit: number): Row[] => {
    const scoped = at.scopes === 'all' ? [] : [JSON.stringify(at.scopes)];
    return prepare(`${sql}${scopeOf(at.table, at.scopes)} LIMIT ?`).all(...parameters, ...scoped, limit) as Row[];
  };
  return {
    /** Things whose whole title this is. */
    titled: (kind: Kind, set: Set_, title: string, { scopes, limit }: { scopes: Scopes; limit: number }): Row[] => {
      const table = `${kind}_${set}`;
      return ask({ table, scopes }, `SELECT ${COLUMNS} FROM ${table} d WHERE d.title = ?`, [title], limit);
    },
    matching: (kind: Kind, set: Set_, match: string, { scopes, limit }: { scopes: Scopes; limit: number }): Row[] => {
      const table = `${kind}_${set}`;
      const sql = `SELECT ${COLUMNS} FROM ${table}_words w CROSS JOIN ${table} d ON d.rowid = w.rowid WHERE w.${table}_words MATCH ?`;
      return ask({ table, scopes }, sql.replace(`w.${table}_words`, `${table}_words`), [match], limit);
    },
  };
};
export type IndexReader = ReturnType<typeof createIndexReader>;
