import type { Dictionary } from './dictionary.ts';
import { editsAllowed, mayLackTwo } from '../edits.ts';
import { CANDIDATES, joinings, type Kind, type Question, type Scopes, type ThingId } from '../question.ts';
import { readingOf, scoreRow, type Reading, type Score } from '../score.ts';
import { SETS, type IndexReader, type Row } from './store.ts';

/*
 * From a question to the things it means, cheapest way first: the whole title, all words as they are, then all words
 * each as itself or what it may have been meant for (near words, split in two, joined with its neighbour), and at last
 * with a word left out. What is found on the way is scored together.
 */

/** `text` is the title as it is indexed: it says which line of a song was found. */
export type Hit = { id: ThingId; score: Score; text: string };

const NEAR = 24;
const SPLITS = 5;
const LEFT_OUT = 3;
const BENT_ALONE = 3;

const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`;
const term = (word: string, open: boolean): string => (open ? `${quoted(word)}*` : quoted(word));

const isOpen = ({ words, openEnd }: Question, i: number): boolean => openEnd && i === words.length - 1;

const allOf = (question: Question): string =>
  question.words.map((word, i) => term(word, isOpen(question, i))).join(' AND ');

/** "abbeyroad" as "abbey road": both halves must be words, the rarer half decides which splits are likely. */
const splitsOf = (word: string, dictionary: Dictionary, open: boolean): [string, string][] => {
  const splits: { halves: [string, string]; weight: number }[] = [];
  for (let i = 1; i < word.length; i++) {
    const halves: [string, string] = [word.slice(0, i), word.slice(i)];
    const first = dictionary.count(halves[0]);
    if (first === 0) continue;
    const second = dictionary.count(halves[1]) || (open && dictionary.begins(halves[1]) ? 1 : 0);
    if (second > 0) splits.push({ halves, weight: Math.min(first, second) });
  }
  return splits
    .sort((a, b) => b.weight - a.weight)
    .slice(0, SPLITS)
    .map(({ halves }) => halves);
};

const hasWord = (dictionary: Dictionary, word: string, open: boolean): boolean =>
  open ? dictionary.begins(word) : dictionary.count(word) > 0;

/** A word, or what it may have been meant for. */
const looselyOf = (question: Question, i: number, dictionary: Dictionary): string | undefined => {
  const word = question.words[i]!;
  const open = isOpen(question, i);
  const most = editsAllowed(word.length);
  const known = hasWord(dictionary, word, open);
  const near = most === 0 ? [] : dictionary.near(word, most, { prefix: open, limit: NEAR });
  if (!known && mayLackTwo(word, { length: Infinity }))
    for (const it of dictionary.near(word, 2, { prefix: false, limit: NEAR }))
      if (it.edits > most && mayLackTwo(word, it.word)) near.push(it);
  const ways = [
    ...(known ? [term(word, open)] : []),
    ...near.filter(({ word: it }) => it !== word && !(open && it.startsWith(word))).map(({ word: it }) => quoted(it)),
    ...splitsOf(word, dictionary, open).map(([a, b]) => `(${quoted(a)} AND ${term(b, open)})`),
  ];
  return ways.length === 0 ? undefined : `(${ways.join(' OR ')})`;
};

export type Plan = {
  whole: string;
  readings: Reading[];
  /** Match expressions, the cheapest step first; all of a step are asked before it is judged. */
  step: (n: number) => string[] | undefined;
};

/** A step's expressions, made when the first kind gets that far. */
const once = (make: () => string[]): (() => string[]) => {
  let made: string[] | undefined;
  return () => (made ??= make());
};

/**
 * Words that nobody has are mistyped: they are bent at once. Words that somebody has may be too, but rarely more than one
 * of them, so each is bent by itself, the rarest first, before all are. Common words bent together are what costs.
 */
const createSteps = (question: Question, dictionary: Dictionary, joined: readonly string[][]): (() => string[])[] => {
  const { words, openEnd } = question;
  const all = words.map((_, i) => i);
  const loose = new Map<number, string | undefined>();
  const looselyAt = (i: number): string | undefined => {
    if (!loose.has(i)) loose.set(i, looselyOf(question, i, dictionary));
    return loose.get(i);
  };
  const known = all
    .filter((i) => hasWord(dictionary, words[i]!, isOpen(question, i)))
    .sort((a, b) => dictionary.count(words[a]!) - dictionary.count(words[b]!));
  const unknown = all.filter((i) => !known.includes(i));
  /** These words bent, those left out, the others as they are; nothing where one can be no word at all. */
  const bent = (which: readonly number[], left: readonly number[] = []): string[] => {
    const parts = all
      .filter((i) => !left.includes(i))
      .map((i) => (which.includes(i) ? looselyAt(i) : term(words[i]!, isOpen(question, i))));
    return parts.length === 0 || parts.includes(undefined) ? [] : [parts.join(' AND ')];
  };
  const bendable = (): number[] => known.filter((i) => looselyAt(i) !== `(${term(words[i]!, isOpen(question, i))})`);
  const leaving = (): string[] => {
    const hopeless = unknown.filter((i) => looselyAt(i) === undefined);
    const others = unknown.filter((i) => !hopeless.includes(i));
    if (hopeless.length > 0) return bent(others, hopeless);
    return [...unknown, ...known].slice(0, LEFT_OUT).flatMap((i) =>
      bent(
        unknown.filter((it) => it !== i),
        [i],
      ),
    );
  };
  return [
    once(() => [allOf(question)]),
    once(() => [...joined.map((it) => allOf({ words: it, openEnd })), ...(unknown.length > 0 ? bent(unknown) : [])]),
    once(() =>
      bendable()
        .slice(0, BENT_ALONE)
        .flatMap((i) => bent([...unknown, i])),
    ),
    once(() => (bendable().length > 1 ? bent([...unknown, ...bendable()]) : [])),
    once(() => (words.length > 1 ? leaving() : [])),
  ];
};

/** Worked out once for all kinds; the dear steps only when somebody gets that far. */
export const planOf = (question: Question, dictionary: Dictionary): Plan => {
  const { words, openEnd } = question;
  // One word made of two is worth asking for where somebody has it.
  const joined = joinings(words).filter((it) =>
    it.every((word, i) => words.includes(word) || hasWord(dictionary, word, openEnd && i === it.length - 1)),
  );
  const steps = createSteps(question, dictionary, joined);
  return {
    whole: words.join(' '),
    readings: [readingOf(words, openEnd, 0), ...joined.map((it) => readingOf(it, openEnd, 1))],
    step: (n) => steps[n]?.(),
  };
};

type Asked = {
  kind: Kind;
  scopes: Scopes;
  limit: number;
  only?: readonly ThingId[] | undefined;
  /** Another kind has what was asked for, letter by letter: only what costs little is tried. */
  modest?: boolean;
};

/** The things of one kind, best first, at most `limit`. */
export const askKind = (
  needs: { reader: IndexReader; plan: Plan },
  { kind, scopes, limit, only, modest = false }: Asked,
): { hits: Hit[]; total: number } => {
  const { reader, plan } = needs;
  const found = new Map<ThingId, { score: Score; order: number; id: ThingId; text: string }>();
  const take = (rows: readonly Row[], fresh: number): void => {
    for (const row of rows) {
      const before = found.get(row.id);
      // Of a song's lines the best one counts.
      if (before && (kind !== 'lyrics' || before.score.value === 0)) continue;
      const score = scoreRow(row, plan.readings);
      if (before && before.score.value <= score.value) continue;
      found.set(row.id, { id: row.id, score, order: fresh * 1e9 + row.rowid, text: row.title });
    }
  };
  const at = { scopes, only, limit: CANDIDATES };
  SETS.forEach((set, fresh) => take(reader.titled(`${kind}_${set}`, plan.whole, at), fresh));
  const sorted = () => [...found.values()].sort((a, b) => a.score.value - b.score.value || a.order - b.order);
  for (let n = 0; ; n++) {
    const step = plan.step(n);
    if (!step) break;
    for (const match of step)
      if (match !== '') SETS.forEach((set, fresh) => take(reader.matching(`${kind}_${set}`, match, at), fresh));
    const complete = [...found.values()].filter(({ score }) => score.missing === 0).length;
    // What bends words that somebody has, or leaves words out, is for questions that find nothing else.
    if (complete >= limit || (n > 0 && (complete > 0 || modest))) break;
  }
  const all = sorted();
  // What lacks more words than the best is there only in case that was not meant.
  const total = all.filter(({ score }) => score.missing === all[0]!.score.missing).length;
  return { hits: all.slice(0, limit), total };
};
