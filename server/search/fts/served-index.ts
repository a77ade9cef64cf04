import { openDatabase, type Db } from '../../db/index.ts';
import type { Ask, Change, Cursor, Found } from '../engine.ts';
import { entryOf, questionOf, type Entry, type Kind, type Thing } from '../question.ts';
import { askKind, planOf } from './ask.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import {
  countEntries,
  createIndexes,
  createIndexReader,
  createIndexWriter,
  createMeta,
  createTables,
  readDictionary,
  type IndexReader,
} from './store.ts';

/** One search.db, open: what the index's thread does with it. Everything here is synchronous. */
export type ServedIndex = {
  ask: (ask: Ask) => Found[];
  change: (changes: readonly Change[], cursor: Cursor) => void;
  cursor: () => Cursor | undefined;
  /** Only while it is being built. */
  rank: (kind: Kind, things: readonly Thing[]) => void;
  finish: (cursor: Cursor) => void;
  health: () => { ranked: number; fresh: number };
  close: () => void;
};

/** Grows with what is indexed: an index of another form is made anew. */
const FORM = '1';
/** The big dictionary stays as it was read; words that came since are looked up in a small one beside it. */
const growing = (base: Dictionary) => {
  const words = new Map<string, number>();
  let fresh: Dictionary | undefined;
  const beside = (): Dictionary =>
    (fresh ??= createDictionary(
      [...words].map(([word, count]) => ({ word, count })).sort((a, b) => (a.word < b.word ? -1 : 1)),
    ));
  const dictionary: Dictionary = {
    count: (word) => base.count(word) || (words.get(word) ?? 0),
    begins: (start) => base.begins(start) || beside().begins(start),
    near: (word, most, options) => {
      const near = base.near(word, most, options);
      if (words.size === 0) return near;
      return [...near, ...beside().near(word, most, options)]
        .sort((a, b) => a.edits - b.edits || b.count - a.count)
        .slice(0, options.limit);
    },
    size: base.size,
    sizeBytes: base.sizeBytes,
  };
  const learn = (entry: Entry): void => {
    for (const text of [entry.title, entry.artist, entry.album, entry.alt])
      for (const word of text.split(' '))
        if (word !== '' && base.count(word) === 0) {
          words.set(word, (words.get(word) ?? 0) + 1);
          fresh = undefined;
        }
  };
  return { dictionary, learn };
};

const openFile = (path: string): Db => {
  const db = openDatabase(path, { durability: 'normal' });
  createTables(db);
  return db;
};

const answer = (
  { reader, dictionary }: { reader: IndexReader; dictionary: Dictionary },
  { text, kinds }: Ask,
): Found[] => {
  const question = questionOf(text);
  if (question.words.length === 0) return kinds.map(({ kind }) => ({ kind, total: 0, hits: [] }));
  const plan = planOf(question, dictionary);
  let modest = false;
  return kinds.map(({ kind, scopes, limit, only }) => {
    const { hits, total } = askKind({ reader, plan }, { kind, scopes, limit, only, modest });
    modest ||= hits.some(({ score }) => score.missing === 0 && score.edits === 0);
    return {
      kind,
      total,
      hits: hits.map(({ id, score: { value, missing, edits }, text: title }) => ({
        id,
        text: title,
        score: value,
        missing,
        edits,
      })),
    };
  });
};

/** `path` is the file; with `building` it is a new one that `finish` makes whole. */
export const openServedIndex = (path: string, { building }: { building: boolean }): ServedIndex => {
  const db = openFile(path);
  const writer = createIndexWriter(db);
  const meta = createMeta(db);
  if (building) db.sqlite.pragma('synchronous = OFF');
  let words = building ? undefined : growing(readDictionary(db));
  const reader = createIndexReader(db);
  const keepCursor = ({ epoch, seq }: Cursor): void => {
    meta.set('epoch', epoch);
    meta.set('seq', String(seq));
  };
  return {
    ask: (ask) => answer({ reader, dictionary: words!.dictionary }, ask),
    change: (changes, cursor) =>
      db.transact(() => {
        for (const { kind, id, things } of changes) {
          const entries = things.map(entryOf);
          writer.put(kind, id, entries);
          entries.forEach(words!.learn);
        }
        keepCursor(cursor);
      }),
    cursor: () => {
      const epoch = meta.get('epoch');
      return epoch === undefined || meta.get('form') !== FORM ? undefined : { epoch, seq: Number(meta.get('seq')) };
    },
    rank: (kind, things) => db.transact(() => things.forEach((thing) => writer.rank(kind, entryOf(thing)))),
    finish: (cursor) => {
      createIndexes(db);
      db.transact(() => {
        meta.set('form', FORM);
        keepCursor(cursor);
      });
      // All of it onto the disk before the file takes the other's name.
      db.sqlite.pragma('synchronous = FULL');
      db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
      words = growing(readDictionary(db));
    },
    health: () => countEntries(db),
    close: db.close,
  };
};
