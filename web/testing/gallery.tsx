/** Every page with nothing, a few and many things in it: what the preview test walks. */
import type { Child } from 'hono/jsx';
import { ScanPanel } from '../parts/scan-panel.tsx';
import { AlbumPage } from '../pages/album.tsx';
import { AlbumsPage } from '../pages/albums.tsx';
import { ArtistPage } from '../pages/artist.tsx';
import { ArtistsPage } from '../pages/artists.tsx';
import { FolderPage, FoldersPage } from '../pages/folders.tsx';
import { GenrePage, GenresPage } from '../pages/genres.tsx';
import { HistoryPage } from '../pages/history.tsx';
import { HomePage } from '../pages/home.tsx';
import { PlaylistPage } from '../pages/playlist.tsx';
import { PlaylistsPage } from '../pages/playlists.tsx';
import { ProblemPage } from '../pages/problem.tsx';
import { ScansPage } from '../pages/scans.tsx';
import { SearchPage } from '../pages/search.tsx';
import type { FoundGroups } from '../parts/found.tsx';
import { ServerPage } from '../pages/server.tsx';
import { SettingsPage } from '../pages/settings.tsx';
import { SetupDonePage, SetupPage } from '../pages/setup.tsx';
import { SignInPage } from '../pages/sign-in.tsx';
import { LikedPage, TracksPage } from '../pages/tracks.tsx';
import { WelcomePage } from '../pages/welcome.tsx';
import { server, settings } from './fixtures-household.ts';
import { albums, artists, NOW_MS, scan, tracks } from './fixtures.ts';

export type Shown = { path: string; title: string; body: Child; tint?: string; solo?: boolean };

const genres = (n: number) =>
  ['Chamber pop', 'Электронная музыка', 'موسيقى', 'Singer-songwriter', 'Jazz', 'Ambient']
    .slice(0, n)
    .map((name, at) => ({
      id: `gen_${at}`,
      name,
      albumCount: at * 3,
      trackCount: 12 + at,
    }));

const lists = (n: number) =>
  albums(n).map((album, at) => ({
    id: `pls_${at}`,
    name: album.title,
    trackCount: at * 11,
    covers: albums(at).flatMap(({ cover }) => (cover?.id ? [cover] : [])),
  }));

const totals = { tracks: 31_402, albums: 2618, artists: 1377 };
const noTotals = { tracks: 0, albums: 0, artists: 0 };

const album = (n: number) => ({
  ...(albums(n)[n === 1 ? 0 : 3] ?? albums(1)[0]!),
  type: 'album',
  originalDate: '1958-02-01',
  releaseDate: '2021',
  trackCount: n,
  durationMs: n * 260_000,
  genres: genres(2),
  label: 'Small Hours',
  addedAt: NOW_MS - 9e9,
  liked: true,
  discs: [
    { number: 1, title: 'Evening', tracks: tracks(Math.ceil(n / 2)) },
    { number: 2, title: 'Small hours', tracks: tracks(Math.floor(n / 2)) },
  ].filter((disc) => disc.tracks.length),
});

const libraryPages = (n: number): Shown[] => [
  {
    path: '/albums',
    title: 'Albums',
    body: AlbumsPage({
      albums: albums(n),
      next: n > 5 ? 'c' : null,
      total: n,
      query: { sort: '-addedAt' },
      sorts: ['name', '-addedAt', '-playCount'],
      genres: genres(6),
      decades: [1950, 1960, 2020],
      types: ['album', 'ep', 'live'],
    }),
  },
  {
    path: '/artists',
    title: 'Artists',
    body: ArtistsPage({
      artists: artists(n),
      next: null,
      total: n,
      query: { sort: 'name' },
      sorts: ['name', '-albumCount'],
    }),
  },
  {
    path: '/tracks',
    title: 'Songs',
    body: TracksPage({
      tracks: tracks(n),
      next: n > 5 ? 'c' : null,
      total: n,
      query: { sort: 'title' },
      sorts: ['title', '-addedAt'],
      genres: genres(6),
      offset: 0,
      anyMissing: true,
    }),
  },
];

const shelfPages = (n: number): Shown[] => [
  { path: '/genres', title: 'Genres', body: GenresPage({ genres: genres(n), next: null, total: n }) },
  {
    path: '/folders',
    title: 'Folders',
    body: FoldersPage({
      folders: albums(n).map((each, at) => ({
        id: `fld_${at}`,
        name: each.title,
        trackCount: at * 40,
        connected: at !== 1,
      })),
    }),
  },
  {
    path: '/folders/fld_1',
    title: 'Folder',
    body: FolderPage({
      folder: { id: 'fld_1', name: 'Vlk', connected: false },
      parents: [
        { id: 'fld_8', name: 'NAS' },
        { id: 'fld_9', name: 'The Northern Allotment Society Brass & Reed Orchestra' },
      ],
      folders: albums(Math.min(n, 5)).map((each, at) => ({
        id: `fld_${at}`,
        name: each.title,
        trackCount: at * 40,
        connected: true,
      })),
      tracks: tracks(n),
      next: null,
      offset: 0,
    }),
  },
];

const thingPages = (n: number): Shown[] => [
  {
    path: '/albums/alb_1',
    title: 'Album',
    tint: '21',
    body: AlbumPage({
      album: album(Math.max(1, n)),
      quality: 'FLAC 24/96',
      path: n ? 'NAS/Czech/Vlk/Lantern Street' : undefined,
      moreByArtist: albums(n),
      nowMs: NOW_MS,
    }),
  },
  {
    path: '/artists/art_1',
    title: 'Artist',
    tint: '7',
    body: ArtistPage({
      artist: { ...artists(4)[n > 5 ? 3 : 1]!, trackCount: 71, liked: true },
      topTracks: tracks(n),
      topIsPlayed: true,
      albums: albums(n).map((each) => ({ ...each, type: 'ep', trackCount: 11 })),
      appearsOn: albums(n),
      similar: artists(n),
    }),
  },
  {
    path: '/genres/gen_1',
    title: 'Genre',
    body: GenrePage({
      genre: { id: 'gen_1', name: 'Chamber pop', albumCount: n, trackCount: n * 9 },
      albums: albums(n),
      next: null,
    }),
  },
  {
    path: '/search',
    title: 'Search',
    body: SearchPage({
      genres: n ? [] : genres(6),
      query: n ? 'la' : '',
      groups: n ? found(n) : undefined,
      top: n ? { kind: 'albums', id: albums(1)[0]!.id } : undefined,
    }),
  },
];

const found = (n: number): FoundGroups => {
  const of = <Item,>(items: readonly Item[]) => ({ items, total: items.length });
  return {
    artists: of(artists(n)),
    albums: of(albums(n)),
    tracks: of(tracks(n)),
    playlists: of(lists(n)),
    genres: of(genres(n)),
    lyrics: of(
      tracks(n).map((track) => ({ track, line: 'Down on the lantern street we wait', marks: [[12, 14]] as const })),
    ),
  };
};

const homePage = (n: number): Shown => ({
  path: '/',
  title: 'Home',
  body: HomePage({
    name: 'Marta',
    hour: 20,
    resume: n
      ? { track: tracks(1)[0]!, positionMs: 42_000, where: 'Stopped on the kitchen speaker, 20 min ago' }
      : undefined,
    recentlyPlayed: albums(n),
    recentlyAdded: albums(n),
    mostPlayed: tracks(Math.min(n, 6)),
    liked: albums(n),
    mayMakeDemo: true,
    rediscover: albums(n).map((each) => ({ album: each, note: 'Last played in March' })),
    empty: !n,
    mayAddFolders: true,
    scan: n === 5 ? ScanPanel({ scan: scan('running'), title: 'Music, on the NAS', totals }) : undefined,
  }),
});

const listPages = (n: number): Shown[] => [
  {
    path: '/playlists',
    title: 'Playlists',
    body: PlaylistsPage({
      playlists: lists(n),
      total: n,
      next: null,
      likedCount: n,
      deleted: n === 5 ? { id: 'pls_9', name: 'Sunday pancakes' } : undefined,
      error: n === 5 ? 'Needs at least one letter or number.' : undefined,
    }),
  },
  {
    path: '/playlists/pls_1',
    title: 'Playlist',
    body: PlaylistPage({
      playlist: {
        id: 'pls_1',
        name: 'Sunday pancakes',
        trackCount: n,
        durationMs: n * 200_000,
        covers: [],
        mayEdit: true,
      },
      entries: tracks(n).map((track, at) => ({ id: `ent_${at}`, track })),
      next: null,
      offset: 0,
      editing: n === 5,
    }),
  },
  { path: '/liked', title: 'Liked songs', body: LikedPage({ tracks: tracks(n), next: null, total: n, offset: 0 }) },
  {
    path: '/history',
    title: 'History',
    body: HistoryPage({
      plays: tracks(n).map((track) => ({ track, when: 'today at 14:05', skipped: false })),
      next: null,
      administers: true,
    }),
  },
];

const houseRooms = (n: number): Shown[] => [
  {
    path: '/setup',
    title: 'Setting up',
    solo: true,
    body: SetupPage({ errors: n === 5 ? { code: 'That is not the code.' } : undefined }),
  },
  {
    path: '/welcome',
    title: 'Setting up',
    solo: true,
    body: WelcomePage({
      scan: n ? scan(n === 5 ? 'running' : 'done') : undefined,
      totals: n ? totals : noTotals,
      roots: [{ id: 'roo_1', name: 'Music, on the NAS', path: '/srv/music' }],
      arrived: albums(n === 5 ? 16 : n),
      mayMakeDemo: true,
      makingDemo: n === 5,
      problem: n ? undefined : 'There is no folder /srv/musik on this server.',
    }),
  },
  {
    path: '/sign-in',
    title: 'Sign in',
    solo: true,
    body: SignInPage({ problem: n ? 'Wrong name or password.' : undefined }),
  },
  { path: '/setup/done', title: 'Setting up', solo: true, body: SetupDonePage() },
  {
    path: '/scans',
    title: 'Scan',
    body: ScansPage({
      scan: n ? scan(n === 5 ? 'running' : 'done') : undefined,
      rootNames: ['NAS', 'Attic disk'],
      found: {
        issues: albums(n).map((each) => ({ root: 'NAS', path: `${each.title}/01.flac`, detail: 'Damaged after 2:14' })),
        issuesTotal: n,
        next: n > 5 ? 'c' : null,
      },
      earlier: n ? [scan('done')] : [],
      mayScan: true,
      nowMs: NOW_MS,
    }),
  },
  { path: '/settings', title: 'Settings', body: SettingsPage(settings(n)) },
  { path: '/server', title: 'Server', body: ServerPage(server(n)) },
  { path: '/nowhere', title: 'Nothing here', body: ProblemPage({ status: n ? 404 : 500, requestId: 'req_1' }) },
];

export const gallery = (n: number): Shown[] => [
  homePage(n),
  ...libraryPages(n),
  ...shelfPages(n),
  ...thingPages(n),
  ...listPages(n),
  ...houseRooms(n),
];
