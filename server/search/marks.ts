import { fold } from '../library/index.ts';
import type { Question } from './question.ts';
import { meterOf, type Meter } from './score.ts';
import { hasNoSpaces } from './words.ts';

/*
 * Which letters of a name answer a question, and what the question was meant to say. Both look at the name as people see
 * it and at the words that were asked, not at an engine: so both engines give the same.
 */
export type Range = [from: number, to: number];

/** A word of a name: folded, and where it stands (UTF-16 units). */
type Piece = { word: string; from: number; to: number };

const TOKENS = /\S+/gu;
const RUNS = /[\p{L}\p{N}\p{M}'’‘`´ʼʻ]+/gu;
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu;

const charactersOf = (token: string, at: number): Piece[] => {
  const pieces: Piece[] = [];
  let from = at;
  for (const character of token) {
    pieces.push({ word: fold(character), from, to: from + character.length });
    from += character.length;
  }
  return pieces;
};

/** "AC/DC" is two words, "R.E.M." one; signs around a word are no part of it, unless there is nothing else. */
const piecesOfToken = (token: string, at: number): Piece[] => {
  if (hasNoSpaces(token)) return charactersOf(token, at);
  const words = fold(token).split(' ');
  const runs = [...token.matchAll(RUNS)].map((it) => ({
    word: fold(it[0]),
    from: it.index,
    to: it.index + it[0].length,
  }));
  if (runs.length === words.length && runs.every(({ word }, i) => word === words[i]))
    return runs.map(({ word, from, to }) => ({ word, from: at + from, to: at + to }));
  const bare = token.replace(EDGES, '');
  const from = bare === '' ? 0 : token.indexOf(bare);
  const to = bare === '' ? token.length : from + bare.length;
  return words.map((word) => ({ word, from: at + from, to: at + to }));
};

const piecesOf = (name: string): Piece[] => [...name.matchAll(TOKENS)].flatMap((it) => piecesOfToken(it[0], it.index));

type Asked = { word: string; open: boolean; meter: Meter };

/** Each word, and neighbours as one: "ac dc" answers to "ACDC". `of` are the words that are joined. */
const askedOf = ({ words, openEnd }: Question) => {
  const asked = (word: string, open: boolean): Asked => ({ word, open, meter: meterOf(word, open) });
  const last = words.length - 1;
  const runs = words.slice(1).map((_, i) => [i, i + 1]);
  if (words.length > 2) runs.push(words.map((_, i) => i));
  return {
    single: words.map((word, i) => asked(word, openEnd && i === last)),
    joined: runs.map((of) => ({
      ...asked(of.map((i) => words[i]).join(''), openEnd && of.includes(last)),
      of,
    })),
  };
};

/** How much of a piece stands for the beginning that was typed. */
const begun = (name: string, { from, to }: Piece, word: string): Range => {
  let end = from;
  for (const character of name.slice(from, to)) {
    end += character.length;
    if (fold(name.slice(from, end)).startsWith(word)) return [from, end];
  }
  return [from, to];
};

const MOST_JOINED = 4;

/** Words written apart that were asked for as one. */
const joinedRange = (pieces: readonly Piece[], at: number, { word, open }: Asked): Range | undefined => {
  let joined = '';
  for (let i = at; i < Math.min(pieces.length, at + MOST_JOINED); i++) {
    const before = joined;
    joined += pieces[i]!.word;
    if (i > at && (joined === word || (open && joined.startsWith(word) && word.length > before.length)))
      return [pieces[at]!.from, pieces[i]!.to];
    if (!word.startsWith(joined)) return undefined;
  }
  return undefined;
};

/** Where a word stands in a name: the pieces that are nearest to it. */
const rangesOf = (name: string, pieces: readonly Piece[], asked: Asked): { edits: number; ranges: Range[] } => {
  const near = pieces.flatMap((piece) => {
    const edits = asked.meter(piece.word);
    return edits === undefined ? [] : [{ piece, edits }];
  });
  const least = Math.min(...near.map(({ edits }) => edits));
  if (least > 0) {
    const joined = pieces.flatMap((_, i) => [joinedRange(pieces, i, asked)].filter((it) => it !== undefined));
    if (joined.length > 0) return { edits: 0, ranges: joined };
  }
  const ranges = near
    .filter(({ edits }) => edits === least)
    .map(({ piece }): Range =>
      piece.word !== asked.word && piece.word.startsWith(asked.word)
        ? begun(name, piece, asked.word)
        : [piece.from, piece.to],
    );
  return { edits: least, ranges };
};

const merged = (ranges: Range[]): Range[] => {
  const out: Range[] = [];
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
};

/** Made once for a question, asked for every name that is shown. */
export const createMarker = (question: Question): ((name: string) => Range[]) => {
  const { single, joined } = askedOf(question);
  return (name) => {
    const pieces = piecesOf(name);
    const found = single.map((it) => rangesOf(name, pieces, it));
    // Joined words are a second reading: to the letter, and where the first finds one of them nowhere.
    const again = joined.flatMap(({ of, ...it }) => {
      if (of.every((i) => found[i]!.edits === 0)) return [];
      const { edits, ranges } = rangesOf(name, pieces, it);
      return edits === 0 ? ranges : [];
    });
    return merged([...found.flatMap(({ ranges }) => ranges), ...again]);
  };
};

/**
 * The question as its best answer spells it; undefined where it is spelt so already. A word that the answer has not is
 * left out.
 */
export const meantBy = (question: Question, names: readonly string[]): string | undefined => {
  const { single, joined } = askedOf(question);
  const bestOf = (asked: Asked): { edits: number; text: string } | undefined => {
    const ways = names.flatMap((name) => {
      const { edits, ranges } = rangesOf(name, piecesOf(name), asked);
      return ranges[0] ? [{ edits, text: name.slice(...ranges[0]).toLowerCase() }] : [];
    });
    return ways.sort((a, b) => a.edits - b.edits)[0];
  };
  const asOne = new Set(joined.flatMap(({ of, ...it }) => (bestOf(it)?.edits === 0 ? of : [])));
  const kept = single.flatMap((asked, i) => {
    const best = bestOf(asked);
    if (asOne.has(i) || best?.edits === 0) return [asked.word];
    return best ? [best.text] : [];
  });
  const meant = kept.join(' ');
  return meant === '' || meant === question.words.join(' ') ? undefined : meant;
};
