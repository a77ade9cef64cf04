/**
 * The filter language: what a person types into the search box, or keeps as the rules of a playlist, beside plain words.
 *
 *   artist:björk  album:"abbey road"  genre:jazz     names that contain these words
 *   year:1994  year:1990..1999  year:>2000           also with < ; an open end is 1990..
 *   added:<30d  added:>1y  added:2024  added:2024-03..2024-05    less than 30 days ago (d w m y), in a year or month
 *   is:liked  is:missing  is:lossless  is:live …     `lossless` alone does too
 *   plays:0  plays:>10  rating:4..5                  the listener's own
 *   "exact words"  -word  -genre:pop                 words in a row; a minus takes away
 *
 * Anything else is a word to look for: a name with a colon in it ("AC:DC") is no filter. Pure; `now` gives ages a meaning.
 */
export type Range = { from?: number; to?: number };
export type Condition =
  | { field: 'artist' | 'album' | 'genre'; words: string }
  | { field: 'year' | 'plays' | 'rating'; range: Range }
  /** Epoch milliseconds, `to` not included. */
  | { field: 'added'; range: Range }
  | { field: 'is'; what: Is };
export type Is = (typeof IS)[number];
export type Filter = { not: boolean } & Condition;

export type Wanted = {
  /** What is left to look for by name. */
  text: string;
  /** In a row, or not at all. */
  phrases: { words: string; not: boolean }[];
  filters: Filter[];
};
export type WrongFilter = { at: string; says: string };

export const IS = ['liked', 'missing', 'lossless', 'compilation', 'live', 'single', 'ep', 'soundtrack'] as const;

const FIELDS = ['artist', 'album', 'genre', 'year', 'added', 'is', 'plays', 'rating'] as const;
type Field = (typeof FIELDS)[number];

/** `-field:"value in quotes"`, `"a phrase"`, `-"a phrase"`, or anything up to a space. A quote that is never closed is a sign. */
const PIECE = /(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/giu;

const NUMBER = /^\d{1,9}$/;

/** `5`, `5..9`, `5..`, `..9`, `>5`, `<9`; undefined for anything else, and where it runs backwards. */
const rangeOf = (text: string): Range | undefined => {
  const sign = /^([<>])(\d{1,9})$/.exec(text);
  if (sign) return sign[1] === '>' ? { from: Number(sign[2]) + 1 } : { to: Number(sign[2]) - 1 };
  if (NUMBER.test(text)) return { from: Number(text), to: Number(text) };
  const [from = '', to = '', ...more] = text.split('..');
  const isRange = text.includes('..') && more.length === 0 && (from !== '' || to !== '');
  if (!isRange || [from, to].some((end) => end !== '' && !NUMBER.test(end))) return undefined;
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  return { ...(from !== '' && { from: Number(from) }), ...(to !== '' && { to: Number(to) }) };
};

const DAY_MS = 86_400_000;
const UNIT_DAYS: Record<string, number> = { d: 1, w: 7, m: 30, y: 365 };

/** The first moment of a year, month or day, and of the one after it, in UTC. */
const spanOf = (text: string): { from: number; to: number } | undefined => {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), match[2] && Number(match[2]), match[3] && Number(match[3])];
  if ((month !== undefined && month !== '' && (month < 1 || month > 12)) || day === 0) return undefined;
  const from = Date.UTC(year, Number(month ?? 1) - 1, Number(day ?? 1));
  const to = day ? from + DAY_MS : month ? Date.UTC(year, Number(month), 1) : Date.UTC(year + 1, 0, 1);
  return { from, to };
};

const addedOf = (text: string, now: number): Range | undefined => {
  const age = /^([<>])(\d{1,5})([dwmy])$/i.exec(text);
  if (age) {
    const at = now - Number(age[2]) * UNIT_DAYS[age[3]!.toLowerCase()]! * DAY_MS;
    return age[1] === '<' ? { from: at } : { to: at };
  }
  if (!text.includes('..')) return spanOf(text);
  const [from = '', to = '', ...more] = text.split('..');
  const [first, last] = [from === '' ? undefined : spanOf(from), to === '' ? undefined : spanOf(to)];
  if (more.length > 0 || (!first && !last) || (from !== '' && !first) || (to !== '' && !last)) return undefined;
  if (first && last && first.from > last.from) return undefined;
  return { ...(first && { from: first.from }), ...(last && { to: last.to }) };
};

const EXAMPLES: Record<Field, string> = {
  artist: 'artist:björk',
  album: 'album:"abbey road"',
  genre: 'genre:jazz',
  year: 'year:1990..1999',
  added: 'added:<30d or added:2024-03',
  is: IS.map((name) => `is:${name}`).join(', '),
  plays: 'plays:>10',
  rating: 'rating:4..5',
};

const conditionOf = (field: Field, value: string, now: number): Condition | undefined => {
  switch (field) {
    case 'artist':
    case 'album':
    case 'genre':
      return value.trim() === '' ? undefined : { field, words: value.trim() };
    case 'is': {
      const what = IS.find((name) => name === value.toLowerCase());
      return what && { field, what };
    }
    case 'added': {
      const range = addedOf(value, now);
      return range && { field, range };
    }
    case 'year':
    case 'plays':
    case 'rating': {
      const range = rangeOf(value);
      return range && { field, range };
    }
  }
};

const isField = (name: string | undefined): name is Field => FIELDS.some((field) => field === name);

/** Reads what was typed. A filter that is known but makes no sense is told apart, with what would. */
export const readFilter = (typed: string, now: number): Wanted & { wrong: WrongFilter[] } => {
  const wanted: Wanted & { wrong: WrongFilter[] } = { text: '', phrases: [], filters: [], wrong: [] };
  const words: string[] = [];
  for (const [whole, minus, name, quoted, plain] of typed.matchAll(PIECE)) {
    const not = minus === '-';
    const field = name?.toLowerCase();
    if (isField(field)) {
      const condition = conditionOf(field, quoted ?? plain ?? '', now);
      if (condition) wanted.filters.push({ not, ...condition });
      else wanted.wrong.push({ at: whole, says: `For example ${EXAMPLES[field]}.` });
    } else if (name === undefined && quoted !== undefined && quoted.trim() !== '') {
      wanted.phrases.push({ words: quoted.trim(), not });
    } else if (name === undefined && plain?.toLowerCase() === 'lossless') {
      wanted.filters.push({ not, field: 'is', what: 'lossless' });
    } else if (not && name === undefined && plain !== undefined && /[\p{L}\p{N}]/u.test(plain)) {
      wanted.phrases.push({ words: plain, not });
    } else words.push(whole);
  }
  wanted.text = words.join(' ');
  // The space behind the last word says that it is whole.
  if (/\s$/.test(typed) && wanted.text !== '') wanted.text += ' ';
  return wanted;
};
