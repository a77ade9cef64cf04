import type { Change, Cursor } from '../engine.ts';
import { entryOf, type Entry, type Kind, type Thing } from '../question.ts';
import type { Words } from './reading.ts';
import { countEntries, createIndexes, createIndexWriter, createMeta, openIndexFile, SETS } from './store.ts';

/**
 * One search.db, open to be changed. Everything here is synchronous, and some of it takes a while: FTS5 merges what came
 * in bits, and the log is brought home to the disk.
 */
export type IndexWriting = {
  /** Answers the words of what was put in. */
  change: (changes: readonly Change[], cursor: Cursor) => Words;
  cursor: () => Cursor | undefined;
  /** Only while it is being built. */
  rank: (kind: Kind, things: readonly Thing[]) => void;
  finish: (cursor: Cursor) => void;
  health: () => { ranked: number; fresh: number };
  close: () => void;
};

/** Grows with what is indexed: an index of another form is made anew. */
const FORM = '1';

const countWords = (words: Map<string, number>, { title, artist, album, alt }: Entry): void => {
  for (const text of [title, artist, album, alt])
    for (const word of text.split(' ')) if (word !== '') words.set(word, (words.get(word) ?? 0) + 1);
};

/** `path` is the file; with `building` it is a new one that `finish` makes whole. */
export const openIndexWriting = (path: string, { building }: { building: boolean }): IndexWriting => {
  const db = openIndexFile(path);
  // A writer reads what it has just written: its own cache serves it better than a map that weighs as much as the file.
  db.sqlite.pragma('mmap_size = 0');
  if (building) db.sqlite.pragma('synchronous = OFF');
  const writer = createIndexWriter(db);
  const meta = createMeta(db);
  /** Counted once: of a million things that takes a while. */
  let sizes: ReturnType<typeof countEntries> | undefined;
  const keepCursor = ({ epoch, seq }: Cursor): void => {
    meta.set('epoch', epoch);
    meta.set('seq', String(seq));
  };
  return {
    change: (changes, cursor) => {
      const words = new Map<string, number>();
      const after = { ...(sizes ??= countEntries(db)) };
      db.transact(() => {
        for (const { kind, id, things } of changes) {
          const entries = things.map(entryOf);
          const grown = writer.put(kind, id, entries);
          for (const set of SETS) after[set] += grown[set];
          for (const entry of entries) countWords(words, entry);
        }
        keepCursor(cursor);
      });
      sizes = after;
      return words;
    },
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
    },
    health: () => (sizes ??= countEntries(db)),
    close: db.close,
  };
};
