import { z } from 'zod';
import { notFound, type Viewer } from '../http/index.ts';
import type { Genre, Library } from './read/index.ts';

/* What the pages of the library are asked with, and how their forms and addresses are read. */
export const PAGE = 60;
export const OK = { 200: 'The page.' };
export const params = { id: z.string().max(40) };
export const text = z.string().max(200).optional();
const offset = z.coerce.number().int().min(0).max(10_000_000).catch(0).default(0);
export const ask = { cursor: z.string().max(500).optional(), sort: text, genre: text, liked: text, offset };

/** What a form left empty is not asked for. */
export const givenOf = <Name extends string>(
  asked: Partial<Record<Name, string | undefined>>,
): Partial<Record<Name, string>> =>
  Object.fromEntries(Object.entries(asked).filter(([, value]) => value)) as Partial<Record<Name, string>>;

export const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

export const found = <Thing>(thing: Thing | undefined): Thing => {
  if (thing === undefined) throw notFound();
  return thing;
};

const MOST_GENRES = 200;

export const genresOf = (library: Library, viewer: Viewer): Genre[] =>
  library.list('genres', { limit: MOST_GENRES, sort: 'name', filters: {} }, viewer).items;

/** An album names its genres; those that are known by id become links. */
export const genresNamed = (library: Library, names: readonly string[], viewer: Viewer): (string | Genre)[] => {
  const known = new Map(genresOf(library, viewer).map((genre) => [genre.name, genre]));
  return names.map((name) => known.get(name) ?? name);
};
