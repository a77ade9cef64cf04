import type { Viewer } from '../../http/index.ts';
import { fold, sortKey } from '../fold.ts';
import type { Condition, Filter, Range, Wanted } from './read-filter.ts';

/*
 * The filter language as conditions on rows. Every value is a parameter; names of columns come from the tables here
 * alone. Words are looked for at the beginning of words, in names that are folded already.
 */
export type FilteredKind = 'tracks' | 'albums';
export type Where = { sql: string; parameters: (string | number)[] };

const both = (parts: readonly Where[], how: ' AND ' | ' OR ' = ' AND '): Where => ({
  sql: parts.length === 0 ? '1' : parts.map(({ sql }) => `(${sql})`).join(how),
  parameters: parts.flatMap(({ parameters }) => parameters),
});

const TABLE = {
  tracks: { genre: 'SELECT track_id FROM track_genre', artist: 'SELECT track_id FROM track_artist' },
  albums: { genre: 'SELECT album_id FROM album_genre', artist: 'SELECT album_id FROM album_artist' },
} as const;

const ofWords = (column: string, words: readonly string[]): Where => ({
  sql: words.map(() => `instr(' ' || ${column}, ' ' || ?) > 0`).join(' AND ') || '0',
  parameters: [...words],
});
/** Each once: a word that is said sixty times is not looked for in every row as often. */
const wordsOf = (folded: string): string[] => [...new Set(folded.split(' ').filter(Boolean))];
const foldedWords = (words: string): string[] => wordsOf(fold(words));
/** As sort keys write them: without the article, numbers led by their length. */
const keyWords = (words: string): string[] => wordsOf(sortKey(words));

const ofRange = (column: string, { from, to }: Range, upTo: '<=' | '<'): Where =>
  both([
    ...(from === undefined ? [] : [{ sql: `${column} >= ?`, parameters: [from] }]),
    ...(to === undefined ? [] : [{ sql: `${column} ${upTo} ?`, parameters: [to] }]),
  ]);

const markOf = (kind: FilteredKind, userId: string, what: string): Where => ({
  sql: `coalesce((SELECT ${what} FROM mark m WHERE m.user_id = ? AND m.kind = '${kind}' AND m.id = +t.id), 0)`,
  parameters: [userId],
});

const isWhere = (kind: FilteredKind, what: Extract<Condition, { field: 'is' }>['what'], userId: string): Where => {
  const album = kind === 'albums' ? 't' : 'a';
  switch (what) {
    case 'liked':
      return markOf(kind, userId, 'm.liked_at IS NOT NULL');
    case 'missing':
      return { sql: kind === 'albums' ? 't.track_count = 0' : 't.missing_at IS NOT NULL', parameters: [] };
    case 'lossless':
      if (kind === 'tracks') return { sql: 't.lossless', parameters: [] };
      return {
        sql: 'EXISTS (SELECT 1 FROM track x WHERE x.album_id = t.id AND x.lossless AND x.missing_at IS NULL)',
        parameters: [],
      };
    case 'compilation':
      return { sql: `${album}.compilation`, parameters: [] };
    case 'live':
    case 'single':
    case 'ep':
    case 'soundtrack':
      return { sql: `${album}.type = ?`, parameters: [what] };
  }
};

const conditionWhere = (kind: FilteredKind, condition: Condition, userId: string): Where => {
  switch (condition.field) {
    case 'artist':
    case 'genre': {
      const { field, words } = condition;
      const named = ofWords('folded', foldedWords(words));
      const sql = `t.id IN (${TABLE[kind][field]} WHERE ${field}_id IN (SELECT id FROM ${field} WHERE ${named.sql}))`;
      return { sql, parameters: named.parameters };
    }
    case 'album':
      return ofWords(kind === 'albums' ? 't.sort_key' : 'a.sort_key', keyWords(condition.words));
    case 'year':
      return ofRange('t.year', condition.range, '<=');
    case 'added':
      return ofRange('t.added_at', condition.range, '<');
    case 'is':
      return isWhere(kind, condition.what, userId);
    case 'plays':
    case 'rating': {
      const value = markOf(kind, userId, condition.field === 'plays' ? 'm.play_count' : 'm.stars');
      const { from, to } = condition.range;
      const parts = [
        ...(from === undefined ? [] : [{ sql: `${value.sql} >= ?`, parameters: [...value.parameters, from] }]),
        ...(to === undefined ? [] : [{ sql: `${value.sql} <= ?`, parameters: [...value.parameters, to] }]),
      ];
      return both(parts);
    }
  }
};

const negated = (not: boolean, where: Where): Where =>
  not ? { sql: `NOT coalesce(${where.sql}, 0)`, parameters: where.parameters } : where;

/** A row of words in any of the names that a thing goes by. */
const phraseWhere = (kind: FilteredKind, words: string): Where => {
  const key = ` ${sortKey(words).trim()}`;
  const names = kind === 'tracks' ? ['t.sort_key', 'a.sort_key'] : ['t.sort_key', 't.artist_sort'];
  const inNames = names.map((name) => ({ sql: `instr(' ' || ${name}, ?) > 0`, parameters: [key] }));
  const artist = {
    sql: `t.id IN (${TABLE[kind].artist} WHERE artist_id IN (SELECT id FROM artist WHERE instr(' ' || folded, ?) > 0))`,
    parameters: [` ${fold(words)}`],
  };
  return both([...inNames, artist], ' OR ');
};

const isAbout = (filters: readonly Filter[], what: string): boolean =>
  filters.some((it) => it.field === 'is' && it.what === what && !it.not);

/** What a row `t` (with `a`, a track's album) has to be; what is missing only where it is asked for. */
export const whereOf = (
  kind: FilteredKind,
  { filters, phrases }: Pick<Wanted, 'filters' | 'phrases'>,
  viewer: Pick<Viewer, 'userId'>,
): Where => {
  const there: Where[] = isAbout(filters, 'missing')
    ? []
    : [{ sql: kind === 'tracks' ? 't.missing_at IS NULL' : 't.track_count > 0', parameters: [] }];
  return both([
    ...there,
    ...filters.map(({ not, ...condition }) => negated(not, conditionWhere(kind, condition, viewer.userId))),
    ...phrases.map(({ words, not }) => negated(not, phraseWhere(kind, words))),
  ]);
};
