import type { Db } from '../db/index.ts';
import type { Journal } from '../events/index.ts';
import { notFound, type Viewer } from '../http/index.ts';
import { mintId, type Clock } from '../kit/index.ts';
import { sortKey, type Library } from '../library/index.ts';
import { placesBetween } from './positions.ts';
import { noSuchEntry, playlistFull, tooManyPlaylists } from './problems.ts';
import {
  createPlaylistStore,
  type EntryRow,
  type PlaylistRow,
  type PlaylistSort,
  type PlaylistStore,
} from './store.ts';

export type PlaylistNeeds = {
  db: Db;
  clock: Clock;
  journal: Pick<Journal, 'append'>;
  library: Pick<Library, 'resolve' | 'durationMs'>;
};

/** Where entries go: behind one of them, at the start, or (left out) at the end. */
export type Where = { after?: string | null | undefined };
/** An entry that was taken out, and all that puts it back where it was. */
export type Removed = { id: string; trackId: number; after: string | null; addedBy: string | null; addedAtMs: number };
export type Changed<Extra> = { playlist: PlaylistRow } & Extra;

export type Playlists = {
  list: (
    ask: { sort: PlaylistSort; limit: number; behind?: readonly [string | number, string] },
    viewer: Viewer,
  ) => PlaylistRow[];
  count: (viewer: Viewer) => number;
  /** Names of everybody's, all or these, the latest changed first: for an index, which shows each to its owner alone. */
  names: (ids?: readonly string[]) => { id: string; ownerId: string; name: string }[];
  /** Another's playlist is as one that does not exist. */
  find: (id: string, viewer: Viewer) => PlaylistRow | undefined;
  get: (id: string, viewer: Viewer) => PlaylistRow;
  create: (what: { name: string; description: string; trackRows: readonly number[] }, viewer: Viewer) => PlaylistRow;
  change: (
    id: string,
    what: { name?: string | undefined; description?: string | undefined },
    viewer: Viewer,
  ) => PlaylistRow;
  /** One that was deleted, and may still be brought back. */
  findDeleted: (id: string, viewer: Viewer) => PlaylistRow | undefined;
  /** It may be brought back for 30 days. */
  remove: (id: string, viewer: Viewer) => void;
  restore: (id: string, viewer: Viewer) => PlaylistRow;
  entries: (id: string, ask: { limit: number; behind?: number | undefined }, viewer: Viewer) => EntryRow[];
  add: (id: string, what: Where & { trackRows: readonly number[] }, viewer: Viewer) => Changed<{ entries: EntryRow[] }>;
  move: (id: string, what: Where & { ids: readonly string[] }, viewer: Viewer) => PlaylistRow;
  take: (id: string, ids: readonly string[], viewer: Viewer) => Changed<{ removed: Removed[] }>;
  /** Puts entries back that `take` took out, under their own ids. */
  putBack: (id: string, removed: readonly Removed[], viewer: Viewer) => PlaylistRow;
};

export const MOST_PLAYLIST_ENTRIES = 10_000;
const MOST_PLAYLISTS = 2000;
const KEPT_MS = 30 * 86_400_000;

type Room = PlaylistNeeds & { store: PlaylistStore };

const createEditing = ({ db, clock, journal, library, store }: Room) => {
  const own = (id: string, viewer: Viewer): PlaylistRow => {
    const row = store.one(viewer.userId, id);
    if (!row) throw notFound();
    return row;
  };
  /** One edit: in a transaction, with its counters, its new revision and its fact. */
  const edit = <Out>(
    id: string,
    viewer: Viewer,
    work: (row: PlaylistRow) => Out,
  ): { playlist: PlaylistRow; out: Out } =>
    db.transact(() => {
      const row = own(id, viewer);
      const out = work(row);
      const tracks = store.trackIds(id);
      if (tracks.length > MOST_PLAYLIST_ENTRIES) throw playlistFull();
      const durationMs = library.durationMs(tracks);
      store.update({ ...row, entryCount: tracks.length, durationMs, updatedAtMs: clock.now() });
      const playlist = own(id, viewer);
      journal.append('playlist.changed', { userId: viewer.userId, id, revision: playlist.revision });
      return { playlist, out };
    });
  return { own, edit };
};

/** What stands around the place that `after` names. */
const around = (store: PlaylistStore, playlistId: string, { after }: Where) => {
  if (after === undefined) return { before: store.lastPosition(playlistId), behind: undefined };
  if (after === null) return { before: undefined, behind: store.entries(playlistId, 1)[0]?.position };
  const entry = store.entry(playlistId, after);
  if (!entry) throw noSuchEntry();
  return { before: entry.position, behind: store.entries(playlistId, 1, entry.position)[0]?.position };
};

/** Puts entries in at a place, making room first where there is none. */
const insertAt = (store: PlaylistStore, playlistId: string, put: Where & { entries: Omit<EntryRow, 'position'>[] }) => {
  const count = put.entries.length;
  let places = placesBetween(count, around(store, playlistId, put));
  while (!places) {
    store.renumber(playlistId);
    places = placesBetween(count, around(store, playlistId, put));
  }
  const rows = put.entries.map((entry, i) => ({ ...entry, position: places[i] ?? 0 }));
  for (const row of rows) store.insertEntry(playlistId, row);
  return rows;
};

const createEntryEdits = (room: Room, { own, edit }: ReturnType<typeof createEditing>) => {
  const { store, clock } = room;
  const fresh = (trackRows: readonly number[], viewer: Viewer) =>
    trackRows.map((trackId) => ({ id: mintId('ent'), trackId, addedBy: viewer.userId, addedAtMs: clock.now() }));
  const takeOut = (playlistId: string, ids: readonly string[]): Removed[] =>
    ids.map((entryId) => {
      const entry = store.entry(playlistId, entryId);
      if (!entry) throw noSuchEntry();
      const { id, trackId, addedBy, addedAtMs, position } = entry;
      const after = store.entryBefore(playlistId, position)?.id ?? null;
      store.removeEntry(playlistId, id);
      return { id, trackId, after, addedBy, addedAtMs };
    });
  return {
    entries: (id, { limit, behind }, viewer) => store.entries(own(id, viewer).id, limit, behind),
    add: (id, { trackRows, after }, viewer) => {
      const { playlist, out } = edit(id, viewer, () =>
        insertAt(store, id, { after, entries: fresh(trackRows, viewer) }),
      );
      return { playlist, entries: out };
    },
    move: (id, { ids, after }, viewer) =>
      edit(id, viewer, () => {
        const moving = [...new Set(ids)];
        // Behind one of those that move: it stays where its forerunner is.
        let anchor = after;
        while (typeof anchor === 'string' && moving.includes(anchor))
          anchor = store.entryBefore(id, store.entry(id, anchor)?.position ?? 0)?.id ?? null;
        const taken = takeOut(id, moving);
        insertAt(store, id, { after: anchor, entries: taken.map(({ after: _after, ...entry }) => entry) });
      }).playlist,
    take: (id, ids, viewer) => {
      const { playlist, out } = edit(id, viewer, () => takeOut(id, [...new Set(ids)]));
      return { playlist, removed: out };
    },
    putBack: (id, removed, viewer) =>
      edit(id, viewer, () => {
        // The last taken goes back first: each then finds the neighbour it had.
        for (const { after, ...entry } of removed.toReversed()) {
          if (store.entry(id, entry.id)) continue;
          const there = after === null || store.entry(id, after) ? after : undefined;
          // An id that stands in another playlist is not given away twice.
          const entryId = store.isEntryId(entry.id) ? mintId('ent') : entry.id;
          insertAt(store, id, { after: there, entries: [{ ...entry, id: entryId }] });
        }
      }).playlist,
  } satisfies Partial<Playlists>;
};

export const createPlaylists = (needs: PlaylistNeeds): Playlists => {
  const store = createPlaylistStore(needs.db);
  const room: Room = { ...needs, store };
  const editing = createEditing(room);
  const entryEdits = createEntryEdits(room, editing);
  const { own, edit } = editing;
  const { db, clock, journal } = needs;
  return {
    ...entryEdits,
    list: (ask, viewer) => store.list(viewer.userId, ask),
    count: (viewer) => store.count(viewer.userId),
    names: store.names,
    find: (id, viewer) => store.one(viewer.userId, id),
    get: own,
    findDeleted: (id, viewer) => store.deleted(viewer.userId, id),
    create: ({ name, description, trackRows }, viewer) =>
      db.transact(() => {
        if (store.count(viewer.userId) >= MOST_PLAYLISTS) throw tooManyPlaylists();
        const id = mintId('pls');
        const { userId: ownerId } = viewer;
        store.insert({ id, ownerId, name, sortKey: sortKey(name), description, createdAtMs: clock.now() });
        journal.append('playlist.created', { userId: ownerId, id });
        return trackRows.length > 0 ? entryEdits.add(id, { trackRows }, viewer).playlist : own(id, viewer);
      }),
    change: (id, { name, description }, viewer) =>
      edit(id, viewer, (row) => {
        const next = { ...row, name: name ?? row.name, description: description ?? row.description };
        Object.assign(row, next, { sortKey: sortKey(next.name) });
      }).playlist,
    remove: (id, viewer) =>
      db.transact(() => {
        store.purgeDeletedBefore(clock.now() - KEPT_MS);
        if (!store.remove(viewer.userId, id, clock.now())) throw notFound();
        journal.append('playlist.deleted', { userId: viewer.userId, id });
      }),
    restore: (id, viewer) =>
      db.transact(() => {
        if (!store.restore(viewer.userId, id)) throw notFound();
        journal.append('playlist.created', { userId: viewer.userId, id });
        return own(id, viewer);
      }),
  };
};
