/** The pages of playlists: the list of them, one of them, and the forms that change it. They work without scripts. */
import { z } from 'zod';
import { PlaylistPage } from '../../web/pages/playlist.tsx';
import { PlaylistsPage } from '../../web/pages/playlists.tsx';
import { tintOf } from '../../web/parts/cover.tsx';
import { t } from '../../web/strings.ts';
import { badInput, page, redirectTo, route, type Call, type Route, type Viewer } from '../http/index.ts';
import { cleanText } from '../kit/index.ts';
import type { Library } from '../library/index.ts';
import type { Playlists } from './service.ts';
import { coversOf, LOOKED_AT_FOR_COVERS } from './show.ts';
import type { EntryRow } from './store.ts';

export type PlaylistPageNeeds = { playlists: Playlists; library: Pick<Library, 'tracks' | 'marks'> };

const OK = { 200: 'The page.' };
const BACK = { 303: 'Back to the page.', 404: 'Not one of yours.' };
const PAGE = 200;
const params = { id: z.string().max(40) };
const entryParams = { ...params, entry: z.string().max(40) };
const nameBody = z.object({ name: z.string().max(1000).default('') });
const owner = 'your own playlists';
const form = { method: 'post', kind: 'page', who: 'user', owner } as const;

const nameOf = (text: string): string => {
  const name = cleanText(text, 200).trim();
  if (name === '') throw badInput({ detail: t.playlists.nameNeeded });
  return name;
};

type Row = EntryRow & { place: number };
type Tracks = ReturnType<Library['tracks']>;

/** Entries with their tracks; `tracks` answers in the order asked but leaves out what is not for this viewer. */
const withTracks = ({ library }: PlaylistPageNeeds, rows: readonly Row[], viewer: Viewer) =>
  rows.flatMap((row) => {
    const track: Tracks[number] | undefined = library.tracks([row.trackId], viewer)[0];
    return track ? [{ id: row.id, place: row.place, track }] : [];
  });

const coversIn = ({ playlists, library }: PlaylistPageNeeds, id: string, viewer: Viewer) =>
  coversOf(library, playlists.entries(id, { limit: LOOKED_AT_FOR_COVERS }, viewer), viewer);

const LISTS = 60;

const listPage = (
  needs: PlaylistPageNeeds,
  call: Call<Viewer, object, { deleted?: string | undefined; after?: string | undefined }>,
) => {
  const { viewer, query } = call;
  const { playlists, library } = needs;
  const behind = query.after === undefined ? undefined : playlists.find(query.after, viewer);
  const rows = playlists.list(
    { sort: 'name', limit: LISTS + 1, ...(behind && { behind: [behind.sortKey, behind.id] as const }) },
    viewer,
  );
  const shown = rows.slice(0, LISTS);
  const deleted = query.deleted === undefined ? undefined : playlists.findDeleted(query.deleted, viewer);
  const body = (
    <PlaylistsPage
      playlists={shown.map((row) => ({
        id: row.id,
        name: row.name,
        trackCount: row.entryCount,
        covers: coversIn(needs, row.id, viewer),
      }))}
      total={playlists.count(viewer)}
      next={rows.length > LISTS ? (shown.at(-1)?.id ?? null) : null}
      likedCount={behind ? 0 : library.marks.likedTracks(viewer)}
      deleted={deleted && { id: deleted.id, name: deleted.name }}
    />
  );
  return page(call, { title: t.playlists.title, body });
};

const onePage = (
  needs: PlaylistPageNeeds,
  call: Call<Viewer, { id: string }, { edit: boolean; offset: number; cursor?: string | undefined }>,
) => {
  const { params: wanted, query, viewer } = call;
  const row = needs.playlists.get(wanted.id, viewer);
  const behind = query.cursor === undefined ? undefined : Number(query.cursor);
  const entries = needs.playlists.entries(row.id, { limit: PAGE, behind }, viewer);
  const last = entries.length === PAGE ? entries.at(-1) : undefined;
  const shown = withTracks(
    needs,
    entries.map((entry, at) => ({ ...entry, place: query.offset + at })),
    viewer,
  );
  const covers = coversIn(needs, row.id, viewer);
  const body = (
    <PlaylistPage
      playlist={{
        id: row.id,
        name: row.name,
        trackCount: row.entryCount,
        durationMs: row.durationMs,
        covers,
        mayEdit: true,
      }}
      entries={shown}
      next={last ? String(last.position) : null}
      offset={query.offset}
      editing={query.edit}
    />
  );
  return page(call, { title: row.name, tint: tintOf(covers[0], row.name), body });
};

const readingRoutes = (needs: PlaylistPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/playlists',
      kind: 'page',
      who: 'user',
      summary: 'Your playlists.',
      query: { deleted: z.string().max(40).optional(), after: z.string().max(40).optional() },
      answers: OK,
    },
    (call) => listPage(needs, call),
  ),
  route(
    {
      method: 'get',
      path: '/playlists/:id',
      kind: 'page',
      who: 'user',
      owner,
      summary: 'A playlist.',
      params,
      query: {
        edit: z
          .literal('true')
          .optional()
          .transform((value) => value === 'true'),
        cursor: z
          .string()
          .regex(/^-?\d{1,16}(\.\d{1,16})?$/)
          .optional(),
        offset: z.coerce.number().int().min(0).catch(0).default(0),
      },
      answers: { ...OK, 404: 'Not one of yours.' },
    },
    (call) => onePage(needs, call),
  ),
];

const listForms = ({ playlists }: PlaylistPageNeeds): Route[] => [
  route(
    {
      method: 'post',
      kind: 'page',
      who: 'user',
      path: '/playlists',
      summary: 'Makes a playlist.',
      body: nameBody,
      answers: { 303: 'The new playlist.' },
    },
    (call) => {
      const made = playlists.create({ name: nameOf(call.body.name), description: '', trackRows: [] }, call.viewer);
      return redirectTo(call, `/playlists/${made.id}`);
    },
  ),
  route(
    { ...form, path: '/playlists/:id/rename', summary: 'Renames a playlist.', params, body: nameBody, answers: BACK },
    (call) => {
      playlists.change(call.params.id, { name: nameOf(call.body.name) }, call.viewer);
      return redirectTo(call, `/playlists/${call.params.id}?edit=true`);
    },
  ),
  route(
    {
      ...form,
      path: '/playlists/:id/delete',
      summary: 'Deletes a playlist; it may be brought back.',
      params,
      answers: BACK,
    },
    (call) => {
      playlists.remove(call.params.id, call.viewer);
      return redirectTo(call, `/playlists?deleted=${encodeURIComponent(call.params.id)}`);
    },
  ),
  route(
    { ...form, path: '/playlists/:id/restore', summary: 'Brings a deleted playlist back.', params, answers: BACK },
    (call) => {
      playlists.restore(call.params.id, call.viewer);
      return redirectTo(call, `/playlists/${call.params.id}`);
    },
  ),
];

type EntryCall = Call<Viewer, { id: string; entry: string }>;

/** One place up or down: behind the entry that then stands before it. */
const shift = ({ playlists }: PlaylistPageNeeds, { params: { id, entry }, viewer }: EntryCall, by: -1 | 1): void => {
  const ids = playlists.entries(id, { limit: 10_000 }, viewer).map((row) => row.id);
  const at = ids.indexOf(entry);
  const after = by === 1 ? ids[at + 1] : (ids[at - 2] ?? null);
  if (at < 0 || after === undefined || (by === -1 && at === 0)) return;
  playlists.move(id, { ids: [entry], after }, viewer);
};

const entryForms = (needs: PlaylistPageNeeds): Route[] => {
  const back = (call: EntryCall) => redirectTo(call, `/playlists/${call.params.id}?edit=true`);
  const at = (verb: string) => ({
    ...form,
    path: `/playlists/:id/entries/:entry/${verb}`,
    params: entryParams,
    answers: BACK,
  });
  return [
    route({ ...at('up'), summary: 'Moves an entry up.' }, (call) => {
      shift(needs, call, -1);
      return back(call);
    }),
    route({ ...at('down'), summary: 'Moves an entry down.' }, (call) => {
      shift(needs, call, 1);
      return back(call);
    }),
    route({ ...at('remove'), summary: 'Takes an entry out.' }, (call) => {
      needs.playlists.take(call.params.id, [call.params.entry], call.viewer);
      return back(call);
    }),
  ];
};

export const createPlaylistPages = (needs: PlaylistPageNeeds): Route[] => [
  ...readingRoutes(needs),
  ...listForms(needs),
  ...entryForms(needs),
];
