import { fold } from '../library/threads.ts';

/*
 * From a name to the words it is found by; the index and every query go through here, in both engines, so that they
 * cannot disagree. Chinese, Japanese and Korean write no spaces: a run of their characters becomes its pairs, so that
 * any part of it is found by the pairs it is made of.
 */
const NO_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]/u;
const RUNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]+/gu;

/** Chinese, Japanese or Korean is in it. */
export const hasNoSpaces = (text: string): boolean => NO_SPACES.test(text);

export type Asked = 'stored' | 'asked';

const pairsOf = (run: string, as: Asked): string[] => {
  const characters = Array.from(run);
  const pairs = characters.slice(1).map((each, i) => characters[i]! + each);
  // The last one begins no pair: stored alone, it is found by itself too.
  return as === 'stored' || pairs.length === 0 ? [...pairs, characters.at(-1)!] : pairs;
};

const wordsOfToken = (token: string, as: Asked): string[] => {
  if (!NO_SPACES.test(token)) return [token];
  const words: string[] = [];
  let end = 0;
  for (const run of token.matchAll(RUNS)) {
    if (run.index > end) words.push(token.slice(end, run.index));
    words.push(...pairsOf(run[0], as));
    end = run.index + run[0].length;
  }
  if (end < token.length) words.push(token.slice(end));
  return words;
};

const wordsOfFolded = (folded: string, as: Asked): string[] =>
  folded.split(/\s+/).flatMap((token) => (token === '' ? [] : wordsOfToken(token, as)));

/** What no name has: control characters and halves of characters. */
const NOISE = /[\p{Cc}\p{Cs}]+/gu;

/** The words of a name: folded, CJK as pairs. A name without letters ("!!!") is one word. */
export const wordsOf = (name: string, as: Asked): string[] => wordsOfFolded(fold(name.replace(NOISE, ' ')), as);

/** What people write as one word although the name has signs in it: "AC/DC" is "acdc", "hip-hop" is "hiphop". */
export const joinedForms = (name: string): string[] => {
  const forms = new Set<string>();
  for (const piece of name.split(/\s+/)) {
    const parts = fold(piece).split(' ');
    if (parts.length < 2 || !/\p{L}|\p{N}/u.test(piece) || NO_SPACES.test(piece)) continue;
    if (!piece.includes('&')) forms.add(parts.join(''));
  }
  return [...forms];
};
