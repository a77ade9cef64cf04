/** The pages of what music there is: the same reads as the API, drawn with the views of web/. */
import { z } from 'zod';
import { AlbumPage } from '../../web/pages/album.tsx';
import { AlbumsPage } from '../../web/pages/albums.tsx';
import { ArtistPage } from '../../web/pages/artist.tsx';
import { ArtistsPage } from '../../web/pages/artists.tsx';
import { FolderPage, FoldersPage } from '../../web/pages/folders.tsx';
import { GenrePage, GenresPage } from '../../web/pages/genres.tsx';
import { SearchPage } from '../../web/pages/search.tsx';
import { LikedPage, TracksPage } from '../../web/pages/tracks.tsx';
import { tintOf } from '../../web/parts/cover.tsx';
import { t } from '../../web/strings.ts';
import { notFound, page, route, type Route } from '../http/index.ts';
import type { Clock } from '../kit/index.ts';
import { readListQuery } from './list-query.ts';
import type { Library } from './read/index.ts';
import type { Track } from './read/shapes.ts';

export type LibraryPageNeeds = { library: Library; clock: Pick<Clock, 'now'> };

const PAGE = 60;
const OK = { 200: 'The page.' };
const params = { id: z.string().max(40) };
const text = z.string().max(200).optional();
const offset = z.coerce.number().int().min(0).max(10_000_000).catch(0).default(0);
const ask = { cursor: z.string().max(500).optional(), sort: text, genre: text, liked: text, offset };

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const found = <Thing,>(thing: Thing | undefined): Thing => {
  if (thing === undefined) throw notFound();
  return thing;
};

// The lists name the sorts that go with each filter; a page asks only for those.
const sortFor = (wish: string | undefined, sorts: readonly string[]): string =>
  wish !== undefined && sorts.includes(wish) ? wish : (sorts[0] ?? '');

const albumSorts = (filter: string | undefined): readonly string[] => {
  if (filter === 'liked') return ['-likedAt'];
  if (filter === 'decade') return ['-releaseDate', 'releaseDate'];
  if (filter) return ['name', '-name'];
  return ['name', 'artist', '-addedAt', '-releaseDate', '-playCount'];
};

const albumRoutes = ({ library, clock }: LibraryPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/albums',
      kind: 'page',
      who: 'user',
      summary: 'Albums.',
      query: { ...ask, type: text, decade: text },
      answers: OK,
    },
    (call) => {
      const asked = {
        genre: given(call.query.genre),
        type: given(call.query.type),
        decade: given(call.query.decade),
        liked: given(call.query.liked),
      };
      // One filter at a time: that is what the indexes serve.
      const filter = (['liked', 'genre', 'decade', 'type'] as const).find((name) => asked[name] !== undefined);
      const sorts = albumSorts(filter);
      const sort = sortFor(call.query.sort, sorts);
      const from = Number(asked.decade);
      const filters =
        filter === 'decade'
          ? { yearFrom: String(from), yearTo: String(from + 9) }
          : filter
            ? { [filter]: asked[filter] }
            : {};
      const wish = { limit: PAGE, cursor: call.query.cursor, sort, ...filters };
      const list = library.list('albums', readListQuery(library, wish, call.viewer), call.viewer);
      const query = { sort, ...(filter === 'liked' ? { liked: true } : filter ? { [filter]: asked[filter] } : {}) };
      const decades = Array.from(
        { length: 8 },
        (_, at) => Math.floor(new Date(clock.now()).getFullYear() / 10) * 10 - at * 10,
      );
      return page(call, {
        title: t.library.albums,
        body: (
          <AlbumsPage
            albums={list.items}
            next={list.next}
            total={list.total}
            query={query}
            sorts={sorts}
            genres={genresOf(library, call.viewer)}
            decades={decades}
            types={['album', 'ep', 'single', 'compilation', 'live', 'soundtrack']}
          />
        ),
      });
    },
  ),
];

const albumPageRoutes = ({ library, clock }: LibraryPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/albums/:id',
      kind: 'page',
      who: 'user',
      summary: 'An album.',
      params,
      answers: { ...OK, 404: 'No such album.' },
    },
    (call) => {
      const album = found(library.album(call.params.id, call.viewer));
      const artist = album.artists[0];
      const more = artist ? (library.artist(artist.id, call.viewer)?.albums ?? []) : [];
      return page(call, {
        title: t.album.pageTitle(album.title, album.artists.map((each) => each.name).join(', ')),
        tint: tintOf(album.cover, album.title),
        body: (
          <AlbumPage
            album={{ ...album, genres: genresNamed(library, album.genres, call.viewer) }}
            quality={qualityOf(album.discs.flatMap((disc) => disc.tracks))}
            moreByArtist={more.filter((each) => each.id !== album.id).slice(0, 12)}
            nowMs={clock.now()}
          />
        ),
      });
    },
  ),
];

type Asking = Parameters<Library['topFolders']>[0];
const genresOf = (library: Library, viewer: Asking) =>
  library.list('genres', { limit: 200, sort: 'name', filters: {} }, viewer).items;

const genresNamed = (library: Library, names: readonly string[], viewer: Asking) => {
  const known = new Map(genresOf(library, viewer).map((genre) => [genre.name, genre]));
  return names.map((name) => known.get(name) ?? name);
};

/** "FLAC 24/96" where every track is of one kind. */
export const qualityOf = (tracks: readonly Track[]): string | undefined => {
  const kinds = new Set(
    tracks.map(({ codec, bitDepth, sampleRateHz }) =>
      [codec.toUpperCase(), bitDepth ? `${bitDepth}/${sampleRateHz / 1000}` : ''].filter(Boolean).join(' '),
    ),
  );
  return kinds.size === 1 ? [...kinds][0] : undefined;
};

const artistRoutes = ({ library }: LibraryPageNeeds): Route[] => [
  route(
    { method: 'get', path: '/artists', kind: 'page', who: 'user', summary: 'Artists.', query: ask, answers: OK },
    (call) => {
      const liked = given(call.query.liked) !== undefined;
      const sorts = liked ? ['-likedAt'] : ['name', '-albumCount', '-addedAt', '-playCount'];
      const sort = sortFor(call.query.sort, sorts);
      const wish = { limit: PAGE, cursor: call.query.cursor, sort, ...(liked ? { liked: 'true' } : {}) };
      const list = library.list('artists', readListQuery(library, wish, call.viewer), call.viewer);
      const body = (
        <ArtistsPage artists={list.items} next={list.next} total={list.total} query={{ sort, liked }} sorts={sorts} />
      );
      return page(call, { title: t.library.artists, body });
    },
  ),
  route(
    {
      method: 'get',
      path: '/artists/:id',
      kind: 'page',
      who: 'user',
      summary: 'An artist.',
      params,
      answers: { ...OK, 404: 'No such artist.' },
    },
    (call) => {
      const artist = found(library.artist(call.params.id, call.viewer));
      const { topTracks, albums, appearsOn } = artist;
      const played = topTracks.some((track) => track.playCount > 0);
      return page(call, {
        title: artist.name,
        tint: tintOf(artist.cover, artist.name),
        body: (
          <ArtistPage
            artist={artist}
            topTracks={topTracks}
            topIsPlayed={played}
            albums={albums}
            appearsOn={appearsOn}
          />
        ),
      });
    },
  ),
];

const trackSorts = (filter: string | undefined): readonly string[] => {
  if (filter === 'missing') return ['-missingAt'];
  if (filter === 'liked') return ['-likedAt'];
  return filter ? ['title', '-title'] : ['title', '-addedAt', '-playCount', '-lastPlayedAt'];
};

const trackRoutes = ({ library }: LibraryPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/tracks',
      kind: 'page',
      who: 'user',
      summary: 'Songs.',
      query: { ...ask, artist: text, missing: text },
      answers: OK,
    },
    (call) => {
      const { query, viewer } = call;
      const asked = {
        artist: given(query.artist),
        missing: given(query.missing),
        liked: given(query.liked),
        genre: given(query.genre),
      };
      const filter = (['artist', 'missing', 'liked', 'genre'] as const).find((name) => asked[name] !== undefined);
      const sorts = trackSorts(filter);
      const sort = sortFor(query.sort, sorts);
      const wish = { limit: PAGE, cursor: query.cursor, sort, ...(filter ? { [filter]: asked[filter] } : {}) };
      const list = library.list('tracks', readListQuery(library, wish, viewer), viewer);
      const artist = filter === 'artist' && asked.artist ? found(library.artist(asked.artist, viewer)) : undefined;
      const flag = filter === 'liked' || filter === 'missing';
      return page(call, {
        title: artist?.name ?? t.library.songs,
        body: (
          <TracksPage
            tracks={list.items}
            next={list.next}
            total={list.total}
            query={{ sort, ...(filter ? { [filter]: flag ? true : asked[filter] } : {}) }}
            sorts={sorts}
            genres={genresOf(library, viewer)}
            artist={artist}
            offset={query.offset}
            anyMissing
          />
        ),
      });
    },
  ),
  route(
    { method: 'get', path: '/liked', kind: 'page', who: 'user', summary: 'Liked songs.', query: ask, answers: OK },
    (call) => {
      const wish = { limit: PAGE, cursor: call.query.cursor, sort: '-likedAt', liked: 'true' };
      const { items, next } = library.list('tracks', readListQuery(library, wish, call.viewer), call.viewer);
      const total = library.marks.likedTracks(call.viewer);
      const body = <LikedPage tracks={items} next={next} total={total} offset={call.query.offset} />;
      return page(call, { title: t.liked.title, body });
    },
  ),
];

const shelfRoutes = ({ library }: LibraryPageNeeds): Route[] => [
  route(
    { method: 'get', path: '/genres', kind: 'page', who: 'user', summary: 'Genres.', query: ask, answers: OK },
    (call) => {
      const list = library.list(
        'genres',
        { limit: 200, cursor: call.query.cursor, sort: 'name', filters: {} },
        call.viewer,
      );
      return page(call, {
        title: t.library.genres,
        body: <GenresPage genres={list.items} next={list.next} total={list.total} />,
      });
    },
  ),
  route(
    {
      method: 'get',
      path: '/genres/:id',
      kind: 'page',
      who: 'user',
      summary: 'A genre.',
      params,
      query: ask,
      answers: { ...OK, 404: 'No such genre.' },
    },
    (call) => {
      const genre = found(library.genre(call.params.id, call.viewer));
      const wish = { limit: PAGE, cursor: call.query.cursor, sort: 'name', genre: genre.id };
      const list = library.list('albums', readListQuery(library, wish, call.viewer), call.viewer);
      return page(call, { title: genre.name, body: <GenrePage genre={genre} albums={list.items} next={list.next} /> });
    },
  ),
];

const folderRoutes = ({ library }: LibraryPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/folders',
      kind: 'page',
      who: 'user',
      summary: 'The folders the library is made of.',
      answers: OK,
    },
    (call) => page(call, { title: t.library.folders, body: <FoldersPage folders={library.topFolders(call.viewer)} /> }),
  ),
  route(
    {
      method: 'get',
      path: '/folders/:id',
      kind: 'page',
      who: 'user',
      summary: 'A folder, as it lies on disk.',
      params,
      answers: { ...OK, 404: 'No such folder.' },
    },
    (call) => {
      const folder = found(library.folder(call.params.id, call.viewer));
      const { parents, folders, tracks } = folder;
      const body = (
        <FolderPage folder={folder} parents={parents} folders={folders} tracks={tracks} next={null} offset={0} />
      );
      return page(call, { title: folder.name, body });
    },
  ),
  route(
    {
      method: 'get',
      path: '/search',
      kind: 'page',
      who: 'user',
      summary: 'Finds names.',
      query: { q: text },
      answers: OK,
    },
    (call) => {
      const query = (call.query.q ?? '').trim();
      const hits = query ? library.searchNames(query, call.viewer, 12) : { artists: [], albums: [], tracks: [] };
      const title = query ? t.search.resultsFor(query) : t.search.title;
      return page(call, { title, body: <SearchPage query={query} {...hits} playlists={[]} /> });
    },
  ),
];

export const createLibraryPages = (needs: LibraryPageNeeds): Route[] => [
  ...albumRoutes(needs),
  ...albumPageRoutes(needs),
  ...artistRoutes(needs),
  ...trackRoutes(needs),
  ...shelfRoutes(needs),
  ...folderRoutes(needs),
];
