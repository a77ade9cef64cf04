import type { MultiSearchQuery, Settings } from 'meilisearch';
import type { Ask } from '../engine.ts';
import { entryOf, type Entry, type Kind, type Question, type Scopes, type Thing, type ThingId } from '../question.ts';

/*
 * What Meilisearch is given: names folded as the other engine folds them, one index per kind, and questions folded
 * alike. So both engines are asked the same, and what a word is stays our decision: names come without signs, words
 * of no Western script as pairs. One fixed language keeps its own segmenters for Chinese, Japanese and German away.
 */
export type Document = Entry & { key: string; rank: number };

const LANGUAGE = 'eng';

export const SETTINGS: Settings = {
  searchableAttributes: ['title', 'alt', 'artist', 'album'],
  filterableAttributes: ['scopes', 'id'],
  rankingRules: ['words', 'typo', 'proximity', 'attribute', 'exactness', 'rank:asc'],
  typoTolerance: { enabled: true, minWordSizeForTypos: { oneTypo: 4, twoTypos: 9 } },
  localizedAttributes: [{ attributePatterns: ['*'], locales: [LANGUAGE] }],
  facetSearch: false,
};
/** Another form of documents or settings: the index is made anew. */
export const FORM = '1';

const LETTERLESS = /^[^\p{L}\p{N}]+$/u;
/** Yi syllables: letters to Meilisearch, and part of no name that matters here. */
const FIRST_YI = 0xa000;
const YI = 1024;

/** Signs part words in Meilisearch. Where they are the name ("!!!"), each goes as a letter. */
const lettered = (word: string): string =>
  LETTERLESS.test(word)
    ? Array.from(word, (sign) => String.fromCodePoint(FIRST_YI + (sign.codePointAt(0)! % YI))).join('')
    : word;

const signsOf = (title: string): string[] =>
  title
    .split(' ')
    .filter((word) => LETTERLESS.test(word))
    .map(lettered);

/** `rank` is its place by popularity, the first the most. */
export const documentOf = (thing: Thing, key: string, rank: number): Document => {
  const entry = entryOf(thing);
  return { ...entry, alt: [entry.alt, ...signsOf(entry.title)].filter(Boolean).join(' '), key, rank };
};

/** Lines of a song are several documents of one thing. */
export const keyOf = (kind: Kind, id: ThingId, n: number): string => (kind === 'lyrics' ? `${id}-${n}` : `${id}`);

const list = (values: readonly ThingId[]): string => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;

/** Things of these ids. */
export const ofThese = (ids: readonly ThingId[]): string => `id IN ${list(ids)}`;

const filterOf = (scopes: Scopes, only: readonly ThingId[] | undefined): string[] => [
  ...(scopes === 'all' ? [] : [`scopes IN ${list(scopes)}`]),
  ...(only ? [ofThese(only)] : []),
];

type Matching = 'all' | 'frequency';

export const queryOf = (
  { words, openEnd }: Question,
  { scopes, only, limit }: Ask['kinds'][number],
  how: { index: string; matching: Matching },
): MultiSearchQuery => ({
  indexUid: how.index,
  q: words.map(lettered).join(' ') + (openEnd ? '' : ' '),
  limit,
  filter: filterOf(scopes, only),
  matchingStrategy: how.matching,
  locales: [LANGUAGE],
  attributesToRetrieve: ['key', 'id', 'title', 'artist', 'album', 'alt', 'rank'],
});
