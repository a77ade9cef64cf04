import { joinedForms, wordsOf } from './words.ts';

/*
 * What both engines are given: things as folded words, and a question as the words it asks for. Whatever is decided here
 * is decided once for both.
 */
export const KINDS = ['artists', 'albums', 'tracks', 'playlists', 'genres', 'lyrics'] as const;
export type Kind = (typeof KINDS)[number];

export type ThingId = number | string;
/** Roots of the library, or owners of playlists. */
export type Scopes = 'all' | readonly ThingId[];

/** What can be found, as its room tells it. */
export type Thing = {
  id: ThingId;
  scopes: readonly ThingId[];
  title: string;
  artist?: string | undefined;
  album?: string | undefined;
};

/** One thing that can be found, its words folded and parted by spaces. */
export type Entry = {
  /** A row of the library, or the public id of what people make. */
  id: ThingId;
  /** Whom it may be shown to: roots of the library, or the owner of a playlist. */
  scopes: readonly ThingId[];
  title: string;
  artist: string;
  album: string;
  /** Other ways its title is written, as words. */
  alt: string;
};

/** Names are cut here: nobody types more, and a tag may hold a book. */
const LONGEST_NAME = 500;
/** Longer questions are cut: the first words say what is meant. */
const MOST_WORDS = 10;
/** As deep as an engine looks: a total of so many stands for more. */
export const CANDIDATES = 200;

const textOf = (name: string | undefined): string =>
  name === undefined ? '' : wordsOf(name.slice(0, LONGEST_NAME), 'stored').join(' ');

export const entryOf = (thing: Thing): Entry => ({
  id: thing.id,
  scopes: thing.scopes,
  title: textOf(thing.title),
  artist: textOf(thing.artist),
  album: textOf(thing.album),
  alt: joinedForms(thing.title.slice(0, LONGEST_NAME)).join(' '),
});

export type Question = {
  words: readonly string[];
  /** The last word may go on: somebody is typing. */
  openEnd: boolean;
};

/** A space behind the last word says that it is whole. */
export const questionOf = (text: string): Question => ({
  words: wordsOf(text.slice(0, LONGEST_NAME), 'asked').slice(0, MOST_WORDS),
  openEnd: !/\s$/.test(text),
});

/** The same question with neighbours written as one: "ac dc" as "acdc", "r e m" as "rem". */
export const joinings = (words: readonly string[]): string[][] => {
  const ways: string[][] = [];
  for (let i = 0; i + 1 < words.length; i++)
    ways.push([...words.slice(0, i), words[i]! + words[i + 1]!, ...words.slice(i + 2)]);
  const from = words.findIndex(
    (word, i) => word.length === 1 && words[i + 1]?.length === 1 && words[i + 2]?.length === 1,
  );
  if (from >= 0) {
    let to = from;
    while (words[to]?.length === 1) to++;
    ways.push([...words.slice(0, from), words.slice(from, to).join(''), ...words.slice(to)]);
  }
  return ways;
};
