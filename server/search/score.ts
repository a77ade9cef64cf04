import { editsAllowed, editsBetween, mayLackTwo, unitsOf } from './edits.ts';
import type { Entry } from './question.ts';

/**
 * How well a thing answers: in this order fewer words missing, fewer edits, words nearer together, in the title rather
 * than in the artist or album, whole words rather than beginnings, the whole title, less beside it; then its rank.
 */
export type Score = { missing: number; edits: number; value: number };

type DocWord = { word: string; field: number; at: number };

const FIELDS = ['title', 'artist', 'album', 'alt'] as const;
/** Other spellings count as the title. */
const WEIGHT = [0, 1, 2, 0] as const;
/** A field's words lie this far from the next one's. */
const APART = 1000;

type Words = Pick<Entry, (typeof FIELDS)[number]>;

const docWords = (row: Words): DocWord[] =>
  FIELDS.flatMap((name, field) =>
    row[name] === '' ? [] : row[name].split(' ').map((word, i) => ({ word, field, at: field * APART + i })),
  );

/** Words written apart that are asked for as one: "ac dc" where "acdc" is asked. A title goes on into its artist. */
const pairs = (words: readonly DocWord[]): DocWord[] =>
  words.flatMap((it, i) => {
    const next = words[i + 1];
    return next && (next.field === it.field || next.field === 1) ? [{ ...it, word: it.word + next.word }] : [];
  });

type Match = { edits: number; joined: number; inexact: number; field: number; at: number };

const apart = (a: Match, b: Match): number =>
  a.edits - b.edits ||
  a.joined - b.joined ||
  WEIGHT[a.field as 0]! - WEIGHT[b.field as 0]! ||
  a.inexact - b.inexact ||
  a.at - b.at;

/** Edits from one asked word to any other, remembered for the length of one question; undefined: it is not meant. */
export type Meter = (word: string) => number | undefined;

export const meterOf = (asked: string, prefix: boolean): Meter => {
  const most = editsAllowed(asked.length);
  const units = unitsOf(asked);
  const known = new Map<string, number | undefined>();
  const measure = (word: string): number | undefined => {
    const stored = { units: unitsOf(word), at: 0, length: word.length };
    const edits = editsBetween(units, stored, { most, prefix });
    if (edits <= most) return edits;
    return mayLackTwo(asked, word) && editsBetween(units, stored, { most: 2, prefix: false }) <= 2 ? 2 : undefined;
  };
  return (word) => {
    if (asked === word || (prefix && word.startsWith(asked))) return 0;
    if (most === 0 || Math.abs(asked.length - word.length) > (prefix && word.length > asked.length ? Infinity : 2))
      return undefined;
    if (!known.has(word)) known.set(word, measure(word));
    return known.get(word);
  };
};

/** One way to read a question, ready to be held against many things. */
export type Reading = {
  text: string;
  words: { word: string; meter: Meter }[];
  /** What it took to read the question so. */
  bends: number;
};

export const readingOf = (words: readonly string[], openEnd: boolean, bends: number): Reading => ({
  text: words.join(' '),
  words: words.map((word, i) => ({
    word,
    meter: meterOf(word, openEnd && i === words.length - 1),
  })),
  bends,
});

type Doc = { title: string; titleWords: number; words: readonly DocWord[]; pairs: readonly DocWord[] };

const docOf = (row: Words): Doc => {
  const words = docWords(row);
  return {
    title: row.title,
    titleWords: words.filter(({ field }) => field === 0).length,
    words,
    pairs: pairs(words),
  };
};

/** `used` are the words that an earlier one of the question has: "the the" is not "the". */
const bestMatch = (
  { word, meter }: Reading['words'][number],
  doc: Doc,
  used: ReadonlySet<number>,
): Match | undefined => {
  let best: Match | undefined;
  const look = (it: DocWord, joined: number): void => {
    if (used.has(it.at)) return;
    const edits = meter(it.word);
    if (edits === undefined) return;
    const match = { edits, joined, inexact: it.word === word ? 0 : 1, field: it.field, at: it.at };
    if (!best || apart(match, best) < 0) best = match;
  };
  for (const it of doc.words) look(it, 0);
  if (!best || best.edits > 0) for (const it of doc.pairs) look(it, 1);
  return best;
};

const gapsOf = (matches: readonly Match[]): number => {
  let gaps = 0;
  for (let i = 1; i < matches.length; i++) {
    const step = matches[i]!.at - matches[i - 1]!.at;
    if (Math.abs(step) < APART / 2) gaps += Math.min(3, Math.abs(step - 1));
  }
  return Math.min(gaps, 31);
};

const capped = (value: number, most: number): number => Math.min(value, most);

/** Packs the order into one number; every part has room of its own. */
const pack = (parts: readonly (readonly [value: number, most: number])[]): number =>
  parts.reduce((sum, [value, most]) => sum * (most + 1) + capped(value, most), 0);

const scoreDoc = (doc: Doc, { words, text, bends }: Reading): Score => {
  const matches: Match[] = [];
  const used = new Set<number>();
  for (const asked of words) {
    const match = bestMatch(asked, doc, used);
    if (!match) continue;
    matches.push(match);
    used.add(match.at);
  }
  const missing = words.length - matches.length;
  const sum = (value: (it: Match) => number): number => matches.reduce((total, it) => total + value(it), 0);
  const edits = sum((it) => it.edits);
  const inTitle = matches.filter(({ field }) => field === 0).length;
  const value = pack([
    [missing, 15],
    [edits * 2 + bends + sum((it) => it.joined), 63],
    [gapsOf(matches), 31],
    [sum((it) => WEIGHT[it.field as 0]!), 31],
    [sum((it) => (it.edits > 0 ? 0 : it.inexact)), 15],
    [doc.title === text ? 0 : 1, 1],
    [Math.max(0, doc.titleWords - inTitle), 31],
  ]);
  return { missing, edits, value };
};

/** The score by the reading that fits best; a thing that fits the first one as it stands is not held against others. */
export const scoreRow = (row: Words, readings: readonly Reading[]): Score => {
  const doc = docOf(row);
  let best: Score | undefined;
  for (const reading of readings) {
    const score = scoreDoc(doc, reading);
    if (!best || score.value < best.value) best = score;
    if (best.missing === 0 && best.edits === 0) break;
  }
  return best!;
};
