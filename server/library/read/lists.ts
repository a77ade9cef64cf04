import type { Path } from './keyset.ts';
import { severalFilters } from './several-filters.ts';
import type { VisibleKind } from './visible.ts';
import { both, RELEASED, releasedInRoot, type Walk } from './walk.ts';

/*
 * Every list, as data: which filters go with which sort, and the index that serves the pair. What is not here is refused
 * with 422. A test asks SQLite for the plan of each row: no scan of a big table, no sorting.
 */
export type { Walk } from './walk.ts';
export type ListName = 'albums' | 'tracks' | 'artists' | 'genres' | 'folders';

/**
 * "Never play this" holds for whatever comes by chance: the thing itself, its album, its first artist. The + keeps the
 * row's affinity off a column of type ANY: with it no index would be used, and every mark of the listener looked at.
 */
const notBanned = (what: Record<string, string>): string =>
  Object.entries(what)
    .map(
      ([kind, id]) =>
        `NOT EXISTS (SELECT 1 FROM mark b WHERE b.user_id = @user AND b.kind = '${kind}' AND b.id = +${id} AND b.banned_at IS NOT NULL)`,
    )
    .join(' AND ');
const ALBUM_BANS = notBanned({ albums: 'a.id', artists: 'a.artist_id' });
const BANS = notBanned({ tracks: 't.id', albums: 't.album_id', artists: 't.artist_id' });

const albumsBy = (keys: readonly string[]) =>
  ({
    from: 'album a',
    keys: [...keys, 'a.id'],
    sees: 'album',
    filters: [],
    total: { count: 'albums' },
  }) as const satisfies Omit<Walk, 'sort'>;
const albums: Walk[] = [
  ...both(
    {
      ...albumsBy(['a.sort_key']),
      perRoot: { from: 'album_root r', where: 'r.root_id = @root', keys: ['r.sort_key', 'r.album_id'] },
    },
    'name',
  ),
  ...both({ ...albumsBy(['a.artist_sort', 'coalesce(a.year, 0)']) }, 'artist'),
  ...both(
    {
      ...albumsBy(['a.added_at']),
      perRoot: { from: 'album_root r', where: 'r.root_id = @root', keys: ['r.added_at', 'r.album_id'] },
    },
    'addedAt',
  ),
  ...both({ ...albumsBy([RELEASED]), perRoot: releasedInRoot([]) }, 'releaseDate'),
  {
    ...albumsBy(['a.rnd']),
    bans: ALBUM_BANS,
    perRoot: {
      from: 'album_root r CROSS JOIN album a ON a.id = r.album_id',
      // Where one root holds nearly all, the planner would skip over roots and sort: tell it that the root is the key.
      where: 'unlikely(r.root_id = @root)',
      bans: ALBUM_BANS,
      keys: ['r.rnd', 'r.album_id'],
    },
    sort: 'random',
  },
  ...['yearFrom', 'yearTo', 'yearFrom,yearTo'].flatMap((pair) =>
    both(
      {
        from: 'album a',
        keys: [RELEASED, 'a.id'],
        filters: pair.split(','),
        sees: 'album',
        where: [
          pair.includes('From') ? `${RELEASED} >= @yearFrom` : `${RELEASED} > ''`,
          ...(pair.includes('To') ? [`${RELEASED} < @yearTo`] : []),
        ].join(' AND '),
        perRoot: releasedInRoot(pair.split(',')),
      },
      'releaseDate',
    ),
  ),
  ...both(
    { from: 'album a', where: 'a.year = @year', keys: ['a.sort_key', 'a.id'], filters: ['year'], sees: 'album' },
    'name',
  ),
  ...both(
    { from: 'album a', where: 'a.type = @type', keys: ['a.sort_key', 'a.id'], filters: ['type'], sees: 'album' },
    'name',
  ),
  ...both(
    {
      from: 'album_genre g',
      where: 'g.genre_id = @genre',
      keys: ['g.sort_key', 'g.album_id'],
      filters: ['genre'],
      sees: 'album',
      total: { column: 'album_count', of: 'genre', filter: 'genre' },
    },
    'name',
  ),
  ...both(
    {
      from: 'album_artist aa',
      where: 'aa.artist_id = @artist',
      keys: ['aa.year', 'aa.album_id'],
      filters: ['artist'],
      sees: 'album',
      total: { column: 'album_count', of: 'artist', filter: 'artist' },
    },
    'releaseDate',
  ).reverse(),
  {
    from: 'file f JOIN track t ON t.file_id = f.id JOIN album a ON a.id = t.album_id',
    where: 'f.folder_id = @folder',
    keys: ['a.sort_key', 'a.id'],
    filters: ['folder'],
    sees: 'album',
    sort: 'name',
    few: 'the files of one folder',
  },
];

/** Lists that walk the listener's own marks: what was liked, most played, lately played. */
const marked = (kind: 'albums' | 'tracks' | 'artists', sees: VisibleKind): Walk[] => {
  const mine = `m.user_id = @user AND m.kind = '${kind}'`;
  // A mark can outlive its row; only rows that are there are listed.
  const from = `mark m CROSS JOIN ${sees} x ON x.id = m.id`;
  const walk = (sort: string, column: string, where: string): Walk[] => [
    { from, where: `${mine} AND ${where}`, keys: [`m.${column}`, 'm.id'], sort, filters: [], sees },
  ];
  return [
    ...walk('-playCount', 'play_count', 'm.play_count > 0'),
    ...both(
      {
        from,
        where: `${mine} AND m.last_played_at IS NOT NULL`,
        keys: ['m.last_played_at', 'm.id'],
        filters: [],
        sees,
      },
      'lastPlayedAt',
    ).reverse(),
    ...both(
      { from, where: `${mine} AND m.liked_at IS NOT NULL`, keys: ['m.liked_at', 'm.id'], filters: ['liked'], sees },
      'likedAt',
    ).reverse(),
  ];
};

const tracksBy = (key: string) =>
  ({ from: 'track t', keys: [key, 't.id'], sees: 'track', filters: [], total: { count: 'tracks' } }) as const;
const trackRoot = (key: string): Path => ({ from: 'track t', where: 't.root_id = @root', keys: [key, 't.id'] });
const tracks: Walk[] = [
  ...both({ ...tracksBy('t.sort_key'), perRoot: trackRoot('t.sort_key') }, 'title'),
  ...both({ ...tracksBy('t.added_at'), perRoot: trackRoot('t.added_at') }, 'addedAt'),
  {
    ...tracksBy('t.rnd'),
    bans: BANS,
    perRoot: { ...trackRoot('t.rnd'), bans: BANS },
    sort: 'random',
  },
  {
    from: 'track t',
    where: 't.album_id = @album',
    keys: ['t.disc', 'coalesce(t.no, 0)', 't.id'],
    filters: ['album'],
    sees: 'track',
    sort: 'album',
    few: 'the tracks of one album',
    total: { column: 'track_count', of: 'album', filter: 'album' },
  },
  ...both(
    {
      from: 'track_genre g',
      where: 'g.genre_id = @genre',
      keys: ['g.sort_key', 'g.track_id'],
      filters: ['genre'],
      sees: 'track',
      smallRoot: {
        ...trackRoot('t.sort_key'),
        where: `t.root_id = @root AND EXISTS (SELECT 1 FROM track_genre g
          WHERE g.genre_id = @genre AND g.sort_key = t.sort_key AND g.track_id = t.id)`,
      },
      total: { column: 'track_count', of: 'genre', filter: 'genre' },
    },
    'title',
  ),
  ...both(
    {
      from: 'track_artist ta',
      where: `ta.artist_id = @artist AND ta.role = 'artist'`,
      keys: ['ta.sort_key', 'ta.track_id'],
      filters: ['artist'],
      sees: 'track',
      smallRoot: {
        ...trackRoot('t.sort_key'),
        where: `t.root_id = @root AND EXISTS (SELECT 1 FROM track_artist ta
          WHERE ta.artist_id = @artist AND ta.role = 'artist' AND ta.sort_key = t.sort_key AND ta.track_id = t.id)`,
      },
    },
    'title',
  ),
  ...both(
    {
      from: 'track t',
      where: 't.codec = @codec',
      keys: ['t.sort_key', 't.id'],
      filters: ['codec'],
      sees: 'track',
      perRoot: { ...trackRoot('t.sort_key'), where: 't.root_id = @root AND t.codec = @codec' },
    },
    'title',
  ),
  {
    from: 'file f JOIN track t ON t.file_id = f.id',
    where: 'f.folder_id = @folder',
    keys: ['CAST(f.name AS TEXT)', 'coalesce(t.cue_no, 0)', 't.id'],
    filters: ['folder'],
    sees: 'track',
    sort: 'name',
    few: 'the files of one folder',
  },
  {
    from: 'track t',
    where: 't.missing_at IS NOT NULL',
    keys: ['t.missing_at', 't.id'],
    filters: ['missing'],
    sees: 'track',
    sort: '-missingAt',
    total: { count: 'missing' },
  },
];

const artists: Walk[] = [
  ...both(
    {
      from: 'artist a',
      keys: ['a.sort_key', 'a.id'],
      filters: [],
      sees: 'artist',
      perRoot: { from: 'artist_root r', where: 'r.root_id = @root', keys: ['r.sort_key', 'r.artist_id'] },
      total: { count: 'artists' },
    },
    'name',
  ),
  {
    from: 'artist a',
    keys: ['-a.album_count', 'a.sort_key', 'a.id'],
    filters: [],
    sees: 'artist',
    sort: '-albumCount',
    total: { count: 'artists' },
  },
  {
    from: 'artist a',
    keys: ['a.added_at', 'a.id'],
    filters: [],
    sees: 'artist',
    sort: '-addedAt',
    total: { count: 'artists' },
  },
  ...both(
    {
      from: 'artist_genre g',
      where: `g.genre_id = @genre AND EXISTS (SELECT 1 FROM album_artist p CROSS JOIN album_genre q ON q.album_id = p.album_id
        WHERE p.artist_id = g.artist_id AND q.genre_id = g.genre_id)`,
      keys: ['g.sort_key', 'g.artist_id'],
      filters: ['genre'],
      sees: 'artist',
    },
    'name',
  ),
  ...both(
    {
      from: 'artist_role r',
      where: `r.role = @role AND EXISTS (SELECT 1 FROM track_artist p WHERE p.artist_id = r.artist_id AND p.role = r.role)`,
      keys: ['r.sort_key', 'r.artist_id'],
      filters: ['role'],
      sees: 'artist',
    },
    'name',
  ),
  ...both(
    {
      from: 'artist a',
      where: `a.album_count > 0 AND @role = 'albumartist'`,
      keys: ['a.sort_key', 'a.id'],
      filters: ['role:albumartist'],
      sees: 'artist',
    },
    'name',
  ),
];

const genres: Walk[] = both(
  { from: 'genre a', keys: ['a.sort_key', 'a.id'], filters: [], sees: 'genre', total: { count: 'genres' } },
  'name',
);
const folders: Walk[] = both(
  {
    from: 'folder a',
    where: 'a.parent_id = @parent',
    keys: ['a.sort_key', 'a.id'],
    filters: ['parent'],
    sees: 'folder',
    // A folder lies in its parent's root: one look at the parent, not one at each child.
    perRoot: {
      from: 'folder a',
      where: 'a.parent_id = @parent AND (SELECT p.root_id FROM folder p WHERE p.id = @parent) = @root',
      keys: ['a.sort_key', 'a.id'],
    },
  },
  'name',
);

export const LISTS: Record<ListName, readonly Walk[]> = {
  albums: [...albums, ...severalFilters.albums, ...marked('albums', 'album')],
  tracks: [...tracks, ...severalFilters.tracks, ...marked('tracks', 'track')],
  artists: [...artists, ...marked('artists', 'artist')],
  genres,
  folders,
};

/** The pairs a list serves, as people read them: `name`, `name + genre`. */
export const pairsOf = (list: ListName): string[] =>
  LISTS[list].map(({ sort, filters }) => [sort === 'random' ? 'random:{seed}' : sort, ...filters].join(' + '));

/** The walk of a sort and a set of filters; without a sort the first that has those filters. */
export const findWalk = (list: ListName, sort: string | undefined, filters: readonly string[]): Walk | undefined => {
  const wanted = filters.toSorted().join();
  const kind = sort?.startsWith('random:') ? 'random' : sort;
  return LISTS[list].find((walk) => (kind ?? walk.sort) === walk.sort && walk.filters.join() === wanted);
};
