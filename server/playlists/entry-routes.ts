import { z } from 'zod';
import { json, jsonText, route, type Route, type Viewer } from '../http/index.ts';
import { decodeId, encodeId } from '../kit/index.ts';
import { decodeCursor, pageOf, type Library } from '../library/index.ts';
import { matchRevision } from './revision.ts';
import type { Playlists, Removed } from './service.ts';
import {
  addBody,
  addedSchema,
  changedSchema,
  entrySchema,
  moveBody,
  removedShape,
  takeBody,
  takenSchema,
} from './shapes.ts';
import type { Show } from './show.ts';
import type { PlaylistRow } from './store.ts';
import { badInput } from '../http/index.ts';

export type EntryNeeds = { playlists: Playlists; library: Pick<Library, 'resolve'>; show: Show };

const owner = 'Only the listener whose playlist it is; for others it does not exist.';
const params = { id: z.string().max(40) };
const path = '/api/v1/playlists/:id/entries';
const told = ({ revision, entryCount }: PlaylistRow) => ({ revision, trackCount: entryCount });
const track = (row: number) => encodeId('trk', row);

/** Rows of tracks that are there and for this viewer; any other is named. */
export const trackRows = (ids: readonly string[], library: Pick<Library, 'resolve'>, viewer: Viewer): number[] =>
  ids.map((id, i) => {
    const row = library.resolve('tracks', id, viewer);
    if (row === undefined) throw badInput({ errors: [{ path: `trackIds.${i}`, message: 'There is no such track.' }] });
    return row;
  });

const readRoute = ({ show }: EntryNeeds): Route =>
  route(
    {
      method: 'get',
      path,
      who: 'user',
      owner,
      summary: 'The entries in order.',
      params,
      query: { limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.string().max(1000).optional() },
      answers: { 200: pageOf(entrySchema) },
    },
    (call) => {
      const { limit, cursor } = call.query;
      const { id } = call.params;
      const behind = cursor === undefined ? undefined : Number(decodeCursor(cursor, show.entriesTag(id), 1).keys[0]);
      return jsonText(call, show.entriesText(id, { limit, behind }, call.viewer));
    },
  );

const addRoute = ({ playlists, library }: EntryNeeds): Route =>
  route(
    {
      method: 'post',
      path,
      who: 'user',
      owner,
      summary: 'Puts tracks in, or back what was taken out.',
      params,
      body: addBody,
      answers: { 201: addedSchema },
    },
    (call) => {
      const { id } = call.params;
      const { viewer, body } = call;
      matchRevision(call, playlists.get(id, viewer).revision, false);
      if ('restore' in body) {
        const back = body.restore.map(({ addedAt, trackId, ...entry }): Removed => ({
          ...entry,
          trackId: decodeId('trk', trackId) ?? 0,
          addedBy: viewer.userId,
          addedAtMs: Date.parse(addedAt),
        }));
        const playlist = playlists.putBack(id, back, viewer);
        const entries = body.restore.map(({ id: entry, trackId }) => ({ id: entry, trackId }));
        return json(call, { ...told(playlist), entries }, { status: 201 });
      }
      const rows = trackRows(body.trackIds, library, viewer);
      const { playlist, entries } = playlists.add(id, { trackRows: rows, after: body.after }, viewer);
      const added = entries.map(({ id: entry, trackId }) => ({ id: entry, trackId: track(trackId) }));
      return json(call, { ...told(playlist), entries: added }, { status: 201 });
    },
  );

const changeRoutes = ({ playlists }: EntryNeeds): Route[] => [
  route(
    {
      method: 'patch',
      path,
      who: 'user',
      owner,
      summary: 'Moves entries, together and in this order, behind another.',
      params,
      body: moveBody,
      answers: { 200: changedSchema },
    },
    (call) => {
      const { id } = call.params;
      matchRevision(call, playlists.get(id, call.viewer).revision, false);
      return json(call, told(playlists.move(id, call.body, call.viewer)));
    },
  ),
  route(
    {
      method: 'delete',
      path,
      who: 'user',
      owner,
      summary: 'Takes entries out, and says what puts them back.',
      params,
      body: takeBody,
      answers: { 200: takenSchema },
    },
    (call) => {
      const { id } = call.params;
      matchRevision(call, playlists.get(id, call.viewer).revision, false);
      const { playlist, removed } = playlists.take(id, call.body.ids, call.viewer);
      return json(call, { ...told(playlist), removed: removed.map((it) => removedShape(it, track)) });
    },
  ),
];

export const createEntryRoutes = (needs: EntryNeeds): Route[] => [
  readRoute(needs),
  addRoute(needs),
  ...changeRoutes(needs),
];
