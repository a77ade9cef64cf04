/** The pages of what music there is: the same reads as the API, drawn with the views of web/. */
import { z } from 'zod';
import { AlbumPage } from '../../web/pages/album.tsx';
import { AlbumsPage } from '../../web/pages/albums.tsx';
import { ArtistPage } from '../../web/pages/artist.tsx';
import { ArtistsPage } from '../../web/pages/artists.tsx';
import { LikedPage, TracksPage } from '../../web/pages/tracks.tsx';
import { tintOf } from '../../web/parts/cover.tsx';
import { t } from '../../web/strings.ts';
import { page, route, type Route } from '../http/index.ts';
import type { Clock } from '../kit/index.ts';
import { readListQuery } from './list-query.ts';
import { createShelfPages } from './shelf-pages.tsx';
import { ask, found, genresNamed, genresOf, given, givenOf, OK, PAGE, params, text } from './page-asks.ts';
import type { Library } from './read/index.ts';
import type { Track } from './read/shapes.ts';

export type LibraryPageNeeds = { library: Library; clock: Pick<Clock, 'now'> };

// The lists name the sorts that go with each filter; a page asks only for those.
const sortFor = (wish: string | undefined, sorts: readonly string[]): string =>
  wish !== undefined && sorts.includes(wish) ? wish : (sorts[0] ?? '');

type AlbumFilters = { genre?: string; type?: string; liked?: string; decade?: string };

// The filter that leaves fewest decides the order: what is liked by when, a genre by name, years by date.
const albumSorts = ({ genre, type, liked, decade }: AlbumFilters): readonly string[] => {
  if (liked) return ['-likedAt', 'likedAt'];
  if (genre) return ['name', '-name'];
  if (decade) return ['-releaseDate', 'releaseDate'];
  return type ? ['name', '-name'] : ['name', 'artist', '-addedAt', '-releaseDate', '-playCount'];
};

const yearsOf = (decade: string | undefined) => {
  const from = Number(decade);
  return decade === undefined ? {} : { yearFrom: String(from), yearTo: String(from + 9) };
};

const DECADES = 8;
const decadesUpTo = (nowMs: number): number[] => {
  const current = Math.floor(new Date(nowMs).getFullYear() / 10) * 10;
  return Array.from({ length: DECADES }, (_, at) => current - at * 10);
};

const albumRoutes = ({ library, clock }: LibraryPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/albums',
      kind: 'page',
      who: 'user',
      summary: 'Albums.',
      query: {
        ...ask,
        type: text,
        decade: z
          .string()
          .regex(/^(\d{3}0)?$/)
          .optional(),
      },
      answers: OK,
    },
    (call) => {
      const { viewer, query: asked } = call;
      const filters = givenOf({ genre: asked.genre, type: asked.type, liked: asked.liked, decade: asked.decade });
      const sorts = albumSorts(filters);
      const sort = sortFor(asked.sort, sorts);
      const { decade, ...rest } = filters;
      const wish = { limit: PAGE, cursor: asked.cursor, sort, ...rest, ...yearsOf(decade) };
      const list = library.list('albums', readListQuery(library, wish, viewer), viewer);
      return page(call, {
        title: t.library.albums,
        body: (
          <AlbumsPage
            albums={list.items}
            next={list.next}
            total={list.total}
            query={{ ...filters, sort, liked: filters.liked !== undefined }}
            sorts={sorts}
            genres={genresOf(library, viewer)}
            decades={decadesUpTo(clock.now())}
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
      const { topTracks, albums, appearsOn, similar } = artist;
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
            similar={similar}
          />
        ),
      });
    },
  ),
];

type TrackFilters = { artist?: string; genre?: string; liked?: string; missing?: string };

const trackSorts = ({ artist, genre, liked, missing }: TrackFilters): readonly string[] => {
  if (missing) return ['-missingAt', ...(genre || liked ? ['missingAt'] : [])];
  if (liked) return ['-likedAt', 'likedAt'];
  return artist || genre ? ['title', '-title'] : ['title', '-addedAt', '-playCount', '-lastPlayedAt'];
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
      // The songs of one artist are a page of their own, without other filters.
      const filters: TrackFilters = givenOf(
        query.artist ? { artist: query.artist } : { genre: query.genre, liked: query.liked, missing: query.missing },
      );
      const sorts = trackSorts(filters);
      const sort = sortFor(query.sort, sorts);
      const wish = { limit: PAGE, cursor: query.cursor, sort, ...filters };
      const list = library.list('tracks', readListQuery(library, wish, viewer), viewer);
      const artist = filters.artist ? found(library.artist(filters.artist, viewer)) : undefined;
      return page(call, {
        title: artist?.name ?? t.library.songs,
        body: (
          <TracksPage
            tracks={list.items}
            next={list.next}
            total={list.total}
            query={{ ...filters, sort, liked: filters.liked !== undefined, missing: filters.missing !== undefined }}
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

export const createLibraryPages = (needs: LibraryPageNeeds): Route[] => [
  ...albumRoutes(needs),
  ...albumPageRoutes(needs),
  ...artistRoutes(needs),
  ...trackRoutes(needs),
  ...createShelfPages(needs),
];
