import { createKeptTexts, type Db, type KeptTexts } from '../../db/index.ts';
import { mayAdminister, type Viewer } from '../../http/index.ts';
import { createDurations, createLineage, type Lineage } from './lineage.ts';
import { createListReader, type ListQuery } from './list-reader.ts';
import type { ListName } from './lists.ts';
import { createMarks, type Marks } from '../marks.ts';
import { createMatch, type Match } from './match.ts';
import { sortKey } from '../fold.ts';
import { createAlbumPage, createArtistPage, createLyrics, type Items } from './pages-of-one.ts';
import { createResolve, type LibraryKind, type Resolve } from './resolve.ts';
import { createRowTexts, type MarkKind, type RowTexts } from './row-texts.ts';
import type {
  Album,
  AlbumPage,
  Artist,
  ArtistPage,
  Folder,
  FolderPage,
  Genre,
  ItemOf,
  Lyrics,
  Page,
  Track,
} from './shapes.ts';
import { createSmallKinds } from './small-kinds.ts';
import { createAlbumSource, createArtistSource, createTrackSource } from './sources.ts';
import { createTrackSources, type TrackSources } from './track-source.ts';

export type { ListQuery } from './list-reader.ts';
export type { LibraryKind } from './resolve.ts';
export type { MarkChange, MarkKey, Marks } from '../marks.ts';
export type { Match, MatchClue } from './match.ts';
export type { TrackSource, TrackSources } from './track-source.ts';
export type * from './shapes.ts';

const FOLDER_PAGE = 500;

export type Library = TrackSources & {
  /** One page of a list, as the API shows it. Throws 422 for a pair of sort and filters that no index serves. */
  list: <Name extends ListName>(name: Name, query: ListQuery, viewer: Viewer) => Page<ItemOf[Name]>;
  /** The same page as the JSON text of its answer: the hot path of the API. */
  listText: (name: ListName, query: ListQuery, viewer: Viewer) => string;
  /** Rows as the API shows them, in the order given; what is not there or not for this viewer is left out. */
  tracks: (rows: readonly number[], viewer: Viewer) => Track[];
  albums: (rows: readonly number[], viewer: Viewer) => Album[];
  artists: (rows: readonly number[], viewer: Viewer) => Artist[];
  /** Texts of these tracks by row, for answers that are put together from texts. */
  trackTexts: (rows: readonly number[], viewer: Viewer) => Map<number, string>;
  track: (id: string, viewer: Viewer) => Track | undefined;
  album: (id: string, viewer: Viewer) => AlbumPage | undefined;
  artist: (id: string, viewer: Viewer) => ArtistPage | undefined;
  genre: (id: string, viewer: Viewer) => Genre | undefined;
  folder: (id: string, viewer: Viewer) => FolderPage | undefined;
  /** A folder without what lies in it; `row` is what lists filter by. */
  folderHead: (id: string, viewer: Viewer) => FolderHead | undefined;
  topFolders: (viewer: Viewer) => Folder[];
  lyrics: (id: string, viewer: Viewer) => Lyrics | undefined;
  /** The row behind a public id (merged ids included), or undefined. */
  resolve: (kind: LibraryKind, id: string, viewer: Pick<Viewer, 'roots'>) => number | undefined;
  /** Finds tracks again by path, or by title, artist and album: for lists from elsewhere. */
  match: Match;
  /** Whole answers, kept until anybody writes; for this viewer alone. */
  keep: (viewer: Viewer, key: string, make: () => string) => ReturnType<KeptTexts>;
  marks: Marks;
  /** What a play of this track counts for. */
  lineage: (row: number) => Lineage | undefined;
  /** How long tracks are together, each as often as it is named. */
  durationMs: (rows: readonly number[]) => number;
  /** Writers on this very connection say that library rows changed; commits of others are noticed. */
  forget: () => void;
  /** Brings the next albums to hand, see `keepWarm`. */
  warmAlbums: RowTexts['warmAlbums'];
};

type Needs = { db: Db };
type TextsOf = (kind: MarkKind, rows: readonly number[], viewer: Viewer) => string[];

const parseAll = <Item>(texts: readonly string[]): Item[] => JSON.parse(`[${texts.join(',')}]`) as Item[];

const createLists = (db: Db, resolve: Resolve, textsOf: TextsOf): Pick<Library, 'list' | 'listText'> => {
  const readList = createListReader(db);
  const small = createSmallKinds(db, resolve);
  const itemTexts = (name: ListName, rows: readonly number[], viewer: Viewer): string[] => {
    if (name === 'genres') return small.genres(rows).map((row) => JSON.stringify(row));
    if (name === 'folders') return small.folders(rows, viewer).map((row) => JSON.stringify(row));
    return textsOf(name, rows, viewer);
  };
  const listText: Library['listText'] = (name, query, viewer) => {
    const { ids, next, total } = readList(name, query, viewer);
    const items = itemTexts(name, ids, viewer).join(',');
    return `{"items":[${items}],"next":${next === undefined ? 'null' : `"${next}"`},"total":${total ?? null}}`;
  };
  return {
    listText,
    // Pages get what scripts get: one truth of what a row says.
    list: (name, query, viewer) => JSON.parse(listText(name, query, viewer)),
  };
};

const createKeeping = (db: Db): Library['keep'] => {
  const keep = createKeptTexts(db);
  // Role, scopes and roots decide what is seen; they stand in the key, so a change of them finds nothing kept.
  return (viewer, key, make) => {
    const { userId, roots } = viewer;
    const sight = roots === 'all' ? 'all' : roots.join();
    return keep(`${userId} ${sight} ${mayAdminister(viewer) ? 'a' : 'l'} ${key}`, make);
  };
};

type FolderHead = { row: number; folder: Folder; parents: FolderPage['parents'] };

const createFolders = (needs: { db: Db; resolve: Resolve; list: Library['list'] }) => {
  const small = createSmallKinds(needs.db, needs.resolve);
  const folderHead: Library['folderHead'] = (id, viewer) => {
    const row = needs.resolve.row('folders', id, viewer);
    const folder = row === undefined ? undefined : small.folders([row], viewer)[0];
    return row === undefined || !folder ? undefined : { row, folder, parents: small.parentsOf(row) };
  };
  const folder: Library['folder'] = (id, viewer) => {
    const head = folderHead(id, viewer);
    if (!head) return undefined;
    const { row } = head;
    const folders = needs.list('folders', { limit: FOLDER_PAGE, filters: { parent: row } }, viewer);
    const tracks = needs.list('tracks', { limit: FOLDER_PAGE, filters: { folder: row } }, viewer);
    return {
      ...head.folder,
      parents: head.parents,
      folders: folders.items,
      foldersNext: folders.next,
      tracks: tracks.items,
      tracksNext: tracks.next,
    };
  };
  return { folder, folderHead };
};

/** Everything there is to read of the library. Built once per connection. */
export const createLibrary = ({ db }: Needs): Library => {
  const resolve = createResolve(db);
  const rows = createRowTexts(db, {
    tracks: createTrackSource(db),
    albums: createAlbumSource(db),
    artists: createArtistSource(db),
  });
  const textsOf: TextsOf = (kind, ids, viewer) => rows.texts(kind, ids, { ...viewer, admin: mayAdminister(viewer) });
  const seen = (kind: MarkKind, ids: readonly number[], viewer: Viewer) =>
    textsOf(kind, viewer.roots === 'all' ? ids : resolve.visible(kind, ids, viewer), viewer);
  const items: Items = {
    tracks: (ids, viewer) => parseAll(seen('tracks', ids, viewer)),
    albums: (ids, viewer) => parseAll(seen('albums', ids, viewer)),
    artists: (ids, viewer) => parseAll(seen('artists', ids, viewer)),
  };
  const lists = createLists(db, resolve, textsOf);
  const small = createSmallKinds(db, resolve);
  const needs = { db, resolve, items };
  return {
    ...lists,
    ...items,
    ...createTrackSources(db),
    trackTexts: (ids, viewer) => {
      const there = resolve.visible('tracks', ids, viewer);
      const texts = textsOf('tracks', there, viewer);
      return new Map(there.map((id, i) => [id, texts[i] ?? '']));
    },
    track: (id, viewer) => {
      const row = resolve.row('tracks', id, viewer);
      return row === undefined ? undefined : items.tracks([row], viewer)[0];
    },
    album: createAlbumPage(needs),
    artist: createArtistPage(needs),
    genre: small.genre,
    topFolders: small.topFolders,
    ...createFolders({ db, resolve, list: lists.list }),
    lyrics: createLyrics(needs),
    resolve: resolve.row,
    keep: createKeeping(db),
    match: createMatch(db, resolve, sortKey),
    marks: createMarks(db),
    lineage: createLineage(db),
    durationMs: createDurations(db),
    forget: rows.forget,
    warmAlbums: rows.warmAlbums,
  };
};
