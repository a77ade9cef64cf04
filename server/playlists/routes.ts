import { z } from 'zod';
import { attachment, badInput, json, jsonText, noContent, route, type Route, type Viewer } from '../http/index.ts';
import { decodeCursor, encodeCursor, pageOf, tagOf, type Library } from '../library/index.ts';
import { createEntryRoutes, trackRows } from './entry-routes.ts';
import { matchEntries } from './import-m3u.ts';
import { readM3u } from './m3u.ts';
import { matchRevision } from './revision.ts';
import { MOST_PLAYLIST_ENTRIES, type Playlists } from './service.ts';
import { changeBody, createBody, importBody, importSchema, playlistPageSchema, playlistSchema } from './shapes.ts';
import { createShow, type Show } from './show.ts';
import type { PlaylistRow } from './store.ts';

type Needs = {
  playlists: Playlists;
  library: Library;
  /** As seen from outside, without a slash at the end. */ baseUrl: string | undefined;
};
type Room = Needs & { show: Show };

const owner = 'Only the listener whose playlist it is; for others it does not exist.';
const params = { id: z.string().max(40) };
const IMPORT_BYTES = 5 << 20;
const M3U = '.m3u8';

const listRoute = ({ playlists, show }: Room): Route =>
  route(
    {
      method: 'get',
      path: '/api/v1/playlists',
      who: 'user',
      owner,
      summary: 'Your playlists, by name or the latest changed first.',
      query: {
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z.string().max(1000).optional(),
        sort: z.enum(['name', '-updatedAt']).default('name'),
      },
      answers: { 200: pageOf(playlistSchema) },
    },
    (call) => {
      const { limit, cursor, sort } = call.query;
      const { viewer } = call;
      const tag = tagOf(['playlists', sort]);
      const [key = '', id = ''] = cursor === undefined ? [] : decodeCursor(cursor, tag, 2).keys;
      const behind = cursor === undefined ? {} : { behind: [key, String(id)] as const };
      const rows = playlists.list({ sort, limit: limit + 1, ...behind }, viewer);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const keyOf = (row: PlaylistRow) => (sort === 'name' ? row.sortKey : row.updatedAtMs);
      const next = rows.length > limit && last ? encodeCursor(tag, { leg: 0, keys: [keyOf(last), last.id] }) : null;
      return json(call, { items: page.map((row) => show.one(row, viewer)), next, total: playlists.count(viewer) });
    },
  );

const makeRoutes = ({ playlists, library, show }: Room): Route[] => [
  route(
    {
      method: 'post',
      path: '/api/v1/playlists',
      who: 'user',
      owner,
      summary: 'A new playlist.',
      body: createBody,
      answers: { 201: playlistSchema },
    },
    (call) => {
      const { trackIds, ...what } = call.body;
      const rows = trackRows(trackIds, library, call.viewer);
      const made = playlists.create({ ...what, trackRows: rows }, call.viewer);
      const headers = { location: `/api/v1/playlists/${made.id}` };
      return json(call, show.one(made, call.viewer), { status: 201, headers });
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/playlists/import',
      who: 'user',
      owner,
      summary: 'A playlist from an M3U or M3U8: found by path, file name or tags, with a report of what was not.',
      body: importBody,
      text: {
        types: [
          'audio/x-mpegurl',
          'audio/mpegurl',
          'application/vnd.apple.mpegurl',
          'application/x-mpegurl',
          'text/plain',
        ],
        field: 'm3u',
      },
      maxBodyBytes: IMPORT_BYTES,
      answers: { 200: importSchema, 201: importSchema },
    },
    async (call) => {
      const { m3u, name, dryRun } = call.body;
      const list = readM3u(m3u, MOST_PLAYLIST_ENTRIES + 1);
      if (list.entries.length > MOST_PLAYLIST_ENTRIES)
        throw badInput({ errors: [{ path: 'm3u', message: 'More than 10,000 entries.' }] });
      const { rows, by, unmatched } = await matchEntries(list.entries, { library, viewer: call.viewer });
      const named = { name: name ?? list.name?.slice(0, 200) ?? 'M3U', description: '', trackRows: rows };
      const made = dryRun || rows.length === 0 ? undefined : playlists.create(named, call.viewer);
      const playlist = made ? show.one(made, call.viewer) : null;
      return json(call, { playlist, found: rows.length, by, unmatched }, { status: made ? 201 : 200 });
    },
  ),
];

const readRoute = ({ playlists, library, show, baseUrl }: Room): Route => {
  const m3uAnswer = (
    file: string,
    how: { as: 'paths' | 'urls' | undefined; base: string },
    viewer: Viewer,
  ): Response => {
    const id = file.slice(0, -M3U.length);
    const text = show.m3u(id, how, viewer);
    const { name } = playlists.get(id, viewer);
    return new Response(text, {
      headers: {
        'content-type': 'application/vnd.apple.mpegurl; charset=utf-8',
        'content-disposition': attachment(`${name}${M3U}`),
        'cache-control': 'private, no-cache',
      },
    });
  };
  return route(
    {
      method: 'get',
      path: '/api/v1/playlists/:id',
      who: 'user',
      owner,
      summary: 'A playlist with its first 500 entries; with .m3u8 behind the id, all of it as M3U8 (as=paths or urls).',
      params: { id: z.string().max(45) },
      query: { as: z.enum(['paths', 'urls']).optional() },
      answers: { 200: playlistPageSchema },
    },
    (call) => {
      const { id } = call.params;
      const base = baseUrl ?? new URL(call.c.req.url).origin;
      if (id.endsWith(M3U)) return m3uAnswer(id, { as: call.query.as, base }, call.viewer);
      const { revision } = playlists.get(id, call.viewer);
      const { bytes, etag } = library.keep(call.viewer, `playlist ${id}`, () => show.pageText(id, call.viewer));
      return jsonText(call, bytes, { etag: `"${revision}-${etag.slice(1)}` });
    },
  );
};

const editRoutes = ({ playlists, show }: Room): Route[] => [
  route(
    {
      method: 'patch',
      path: '/api/v1/playlists/:id',
      who: 'user',
      owner,
      summary: 'Renames it, or says what it is about. Needs If-Match.',
      params,
      body: changeBody,
      answers: { 200: playlistSchema },
    },
    (call) => {
      const { id } = call.params;
      matchRevision(call, playlists.get(id, call.viewer).revision, true);
      const changed = playlists.change(id, call.body, call.viewer);
      return json(call, show.one(changed, call.viewer), { etag: `"${changed.revision}"` });
    },
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/playlists/:id',
      who: 'user',
      owner,
      summary: 'Deletes it. For 30 days POST …/restore brings it back.',
      params,
      answers: { 204: 'Deleted.' },
    },
    (call) => {
      const { id } = call.params;
      matchRevision(call, playlists.get(id, call.viewer).revision, false);
      playlists.remove(id, call.viewer);
      return noContent();
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/playlists/:id/restore',
      who: 'user',
      owner,
      summary: 'Brings a deleted playlist back.',
      params,
      answers: { 200: playlistSchema },
    },
    (call) => json(call, show.one(playlists.restore(call.params.id, call.viewer), call.viewer)),
  ),
];

export const createPlaylistRoutes = (needs: Needs): Route[] => {
  const room: Room = { ...needs, show: createShow(needs) };
  return [listRoute(room), ...makeRoutes(room), readRoute(room), ...editRoutes(room), ...createEntryRoutes(room)];
};
