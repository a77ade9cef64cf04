import type { Ask, Found } from '../engine.ts';
import { questionOf } from '../question.ts';
import { askKind, planOf } from './ask.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { createIndexReader, openIndexFile, readDictionary, type IndexReader } from './store.ts';

/** Words and how many things have them. */
export type Words = ReadonlyMap<string, number>;

/** One search.db, open to be asked; somebody else writes it meanwhile. Everything here is synchronous. */
export type IndexReading = {
  ask: (ask: Ask) => Found[];
  /** Words that came since, so that they are known when they are mistyped. */
  learn: (words: Words) => void;
  close: () => void;
};

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
  };
  const learn: IndexReading['learn'] = (learnt) => {
    for (const [word, count] of learnt)
      if (base.count(word) === 0) {
        words.set(word, (words.get(word) ?? 0) + count);
        fresh = undefined;
      }
  };
  return { dictionary, learn };
};

type Asking = { reader: IndexReader; dictionary: Dictionary };

const answer = ({ reader, dictionary }: Asking, { text, kinds }: Ask): Found[] => {
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

export const openIndexReading = (path: string): IndexReading => {
  const db = openIndexFile(path);
  const { dictionary, learn } = growing(readDictionary(db));
  const reader = createIndexReader(db);
  return {
    // One question sees one state of the index, whatever is written between its statements.
    ask: db.sqlite.transaction((ask: Ask) => answer({ reader, dictionary }, ask)),
    learn,
    close: db.close,
  };
};
