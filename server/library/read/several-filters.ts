import { both, RELEASED, releasedInRoot, type Walk } from './walk.ts';

/*
 * Several filters at once. The one that leaves fewest (likes, what is missing, then a genre, then dates) is walked in its own order,
 * and each row on the way is asked the rest: at most one genre's albums, 80,000 where there are a million songs. The + keeps
 * SQLite from walking the genre for every row, or all albums of a type, instead.
 */
const ALBUM: Readonly<Record<string, string>> = {
  genre: 'EXISTS (SELECT 1 FROM album_genre q WHERE q.album_id = a.id AND +q.genre_id = @genre)',
  type: '+a.type = @type',
  yearFrom: `${RELEASED} >= @yearFrom`,
  yearTo: `${RELEASED} < @yearTo`,
};
/** Of marks: the genre's row proves that the track is there, and its own row need not be looked at. */
const MARKED_TRACK: Readonly<Record<string, string>> = {
  genre: 'EXISTS (SELECT 1 FROM track_genre q WHERE q.track_id = m.id AND +q.genre_id = @genre)',
};
const TRACK: Readonly<Record<string, string>> = {
  genre: 'EXISTS (SELECT 1 FROM track_genre q WHERE q.track_id = t.id AND +q.genre_id = @genre)',
  liked: `EXISTS (SELECT 1 FROM mark q WHERE q.user_id = @user AND q.kind = 'tracks' AND q.id = +t.id AND +q.liked_at IS NOT NULL)`,
};

/** Every choice of these beside what is walked, none left out: at least one. */
const choicesOf = (may: readonly string[]): string[][] =>
  may
    .reduce<string[][]>((all, name) => [...all, ...all.map((some) => [...some, name])], [[]])
    .filter((names) => names.length > 0);

type Narrowed = {
  walk: Omit<Walk, 'sort'>;
  sort: string;
  by: Readonly<Record<string, string>>;
  may: readonly string[];
};

const narrowed = ({ walk, sort, by, may }: Narrowed): Walk[] =>
  choicesOf(may).flatMap((more) => {
    const where = [walk.where, ...more.map((name) => by[name])].filter(Boolean).join(' AND ');
    const pair = both({ ...walk, where, filters: [...walk.filters, ...more].toSorted() }, sort);
    // What is marked is asked for newest first.
    return sort === 'likedAt' || sort === 'missingAt' ? pair.toReversed() : pair;
  });

const likedOf = (kind: 'albums' | 'tracks', row: 'album a' | 'track t'): Omit<Walk, 'sort'> => ({
  from: `mark m CROSS JOIN ${row} ON ${row.slice(-1)}.id = m.id`,
  where: `m.user_id = @user AND m.kind = '${kind}' AND m.liked_at IS NOT NULL`,
  keys: ['m.liked_at', 'm.id'],
  filters: ['liked'],
  sees: row === 'album a' ? 'album' : 'track',
});

const ofGenre: Omit<Walk, 'sort'> = {
  from: 'album_genre g CROSS JOIN album a ON a.id = g.album_id',
  where: 'g.genre_id = @genre',
  keys: ['g.sort_key', 'g.album_id'],
  filters: ['genre'],
  sees: 'album',
};

const ofYears = (years: readonly string[]): Omit<Walk, 'sort'> => ({
  from: 'album a',
  where: [years.includes('yearFrom') ? '' : `${RELEASED} > ''`, ...years.map((name) => ALBUM[name])]
    .filter(Boolean)
    .join(' AND '),
  keys: [RELEASED, 'a.id'],
  filters: years,
  sees: 'album',
  // Of dates nothing but the type is asked besides.
  perRoot: releasedInRoot(years, ALBUM['type']),
});

const missing: Omit<Walk, 'sort'> = {
  from: 'track t',
  where: 't.missing_at IS NOT NULL',
  keys: ['t.missing_at', 't.id'],
  filters: ['missing'],
  sees: 'track',
};

export const severalFilters: { albums: readonly Walk[]; tracks: readonly Walk[] } = {
  albums: [
    ...narrowed({
      walk: likedOf('albums', 'album a'),
      sort: 'likedAt',
      by: ALBUM,
      may: ['genre', 'type', 'yearFrom', 'yearTo'],
    }),
    ...narrowed({ walk: ofGenre, sort: 'name', by: ALBUM, may: ['type', 'yearFrom', 'yearTo'] }),
    ...[['yearFrom'], ['yearTo'], ['yearFrom', 'yearTo']].flatMap((years) =>
      narrowed({ walk: ofYears(years), sort: 'releaseDate', by: ALBUM, may: ['type'] }),
    ),
  ],
  tracks: [
    ...narrowed({
      walk: { ...likedOf('tracks', 'track t'), from: 'mark m', provedLast: true },
      sort: 'likedAt',
      by: MARKED_TRACK,
      may: ['genre'],
    }),
    ...narrowed({ walk: missing, sort: 'missingAt', by: TRACK, may: ['genre', 'liked'] }),
  ],
};
