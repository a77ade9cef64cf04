/** Genres and folders: other ways into the same library. */
import { FolderPage, FoldersPage } from '../../web/pages/folders.tsx';
import { GenrePage, GenresPage } from '../../web/pages/genres.tsx';
import { t } from '../../web/strings.ts';
import { page, route, type Route, type Viewer } from '../http/index.ts';
import { readListQuery } from './list-query.ts';
import { ask, found, OK, PAGE, params } from './page-asks.ts';
import type { Library } from './read/index.ts';

const GENRES = 200;
const FOLDERS = 100;

type Needs = { library: Library };

const genreRoutes = ({ library }: Needs): Route[] => [
  route(
    { method: 'get', path: '/genres', kind: 'page', who: 'user', summary: 'Genres.', query: ask, answers: OK },
    (call) => {
      const wish = { limit: GENRES, cursor: call.query.cursor, sort: 'name', filters: {} };
      const list = library.list('genres', wish, call.viewer);
      const body = <GenresPage genres={list.items} next={list.next} total={list.total} />;
      return page(call, { title: t.library.genres, body });
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

type Asked = { cursor?: string | undefined; folders?: string | undefined; viewer: Viewer };

/** A folder's folders and songs, each list going on by itself. */
const folderLists = (library: Library, row: number, { cursor, folders, viewer }: Asked) => {
  const wish = { limit: FOLDERS, sort: 'name' };
  return {
    folders: library.list('folders', { ...wish, cursor: folders, filters: { parent: row } }, viewer),
    tracks: library.list('tracks', { ...wish, cursor, filters: { folder: row } }, viewer),
  };
};

const folderRoutes = ({ library }: Needs): Route[] => [
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
      query: { cursor: ask.cursor, folders: ask.cursor, offset: ask.offset },
      answers: { ...OK, 404: 'No such folder.' },
    },
    (call) => {
      const { viewer, query } = call;
      const head = found(library.folderHead(call.params.id, viewer));
      const lists = folderLists(library, head.row, { cursor: query.cursor, folders: query.folders, viewer });
      const body = (
        <FolderPage
          folder={head.folder}
          parents={head.parents}
          folders={query.cursor ? [] : lists.folders.items}
          foldersNext={lists.folders.next}
          tracks={query.folders ? [] : lists.tracks.items}
          next={lists.tracks.next}
          offset={query.offset}
        />
      );
      return page(call, { title: head.folder.name, body });
    },
  ),
];

export const createShelfPages = (needs: Needs): Route[] => [...genreRoutes(needs), ...folderRoutes(needs)];
