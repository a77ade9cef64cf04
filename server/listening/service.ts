import type { Db } from '../db/index.ts';
import type { Journal } from '../events/index.ts';
import { notFound, preconditionFailed, type Viewer } from '../http/index.ts';
import { mintId, type Clock } from '../kit/index.ts';
import type { Library, MarkChange } from '../library/index.ts';
import { countsAsPlay, isPlausibleStart, type Outcome } from './count-play.ts';
import { queueFull } from './problems.ts';
import { addEntries, MOST_ENTRIES, packEntries, unpackEntries, type QueueEntry, type QueuePlace } from './queue.ts';
import { createListeningStore, type DeviceRow, type ListeningStore, type PlayRow, type StoredPlace } from './store.ts';

/** What can be liked, rated and banned. */
export type MarkedKind = 'tracks' | 'albums' | 'artists' | 'playlists' | 'episodes';

export type ListeningNeeds = {
  db: Db;
  clock: Clock;
  journal: Pick<Journal, 'append'>;
  library: Pick<Library, 'marks' | 'lineage' | 'resolve'>;
  /** The row or text id behind a public id of any kind, where this viewer may see it. */
  exists: (kind: MarkedKind, id: string, viewer: Viewer) => number | string | undefined;
};

export type PlayEvent = {
  id: string;
  trackId: string;
  startedAtMs: number;
  playedMs: number;
  outcome: Outcome;
  source: string;
  deviceId: string;
};
export type Taken = { accepted: number; known: number; refused: { id: string; code: string }[] };

export type Queue = StoredPlace & { entries: QueueEntry[] };
/** What a change of the queue rests on: the revision the caller saw, when it says so. */
export type QueueChange = Partial<QueuePlace> & { entries?: readonly QueueEntry[]; base: number };

export type Listening = {
  like: (kind: MarkedKind, id: string, viewer: Viewer) => void;
  unlike: (kind: MarkedKind, id: string, viewer: Viewer) => void;
  /** 0 takes the rating away. */
  rate: (what: { kind: MarkedKind; id: string; stars: number }, viewer: Viewer) => void;
  ban: (kind: MarkedKind, id: string, viewer: Viewer) => void;
  unban: (kind: MarkedKind, id: string, viewer: Viewer) => void;
  takePlays: (events: readonly PlayEvent[], viewer: Viewer) => Taken;
  history: (viewer: Viewer, limit: number, behind?: readonly [number, number]) => PlayRow[];
  forgetPlay: (id: string, viewer: Viewer) => void;
  queue: (viewer: Viewer) => Queue;
  revision: (viewer: Viewer) => number;
  /** Throws 412 when somebody was quicker. Answers the new revision. */
  changeQueue: (change: QueueChange, viewer: Viewer) => number;
  enqueue: (
    added: { trackIds: readonly string[]; where: 'next' | 'end'; source: string; base?: number | undefined },
    viewer: Viewer,
  ) => { revision: number; entries: QueueEntry[] };
  /** Where the listener left off, for the home page. */
  resume: (
    viewer: Viewer,
  ) => { entry: QueueEntry; positionMs: number; updatedAtMs: number; device: string | undefined } | undefined;
  devices: (viewer: Viewer) => DeviceRow[];
  /** A device makes itself known, by a name. */
  meetDevice: (id: string, name: string, viewer: Viewer) => void;
  nameDevice: (id: string, name: string, viewer: Viewer) => void;
  forgetDevice: (id: string, viewer: Viewer) => void;
};

const EMPTY: StoredPlace = {
  revision: 0,
  index: 0,
  positionMs: 0,
  shuffle: false,
  repeat: 'off',
  deviceId: undefined,
  updatedAtMs: 0,
};

type Room = ListeningNeeds & { store: ListeningStore };

const createMarking = ({ db, clock, journal, library, exists }: Room) => {
  const change = (kind: MarkedKind, id: string, asked: { viewer: Viewer; change: MarkChange; fact: string }): void => {
    const { viewer, fact } = asked;
    const row = exists(kind, id, viewer);
    if (row === undefined) throw notFound();
    db.transact(() => {
      const moved = library.marks.set({ userId: viewer.userId, kind, id: row }, asked.change);
      if (moved) journal.append(`${kind.slice(0, -1)}.${fact}`, { userId: viewer.userId, id });
    });
  };
  return {
    like: (kind, id, viewer) => change(kind, id, { viewer, change: { likedAtMs: clock.now() }, fact: 'liked' }),
    unlike: (kind, id, viewer) => change(kind, id, { viewer, change: { likedAtMs: null }, fact: 'unliked' }),
    rate: ({ kind, id, stars }, viewer) =>
      change(kind, id, { viewer, change: { stars: stars === 0 ? null : stars }, fact: 'rated' }),
    ban: (kind, id, viewer) => change(kind, id, { viewer, change: { bannedAtMs: clock.now() }, fact: 'banned' }),
    unban: (kind, id, viewer) => change(kind, id, { viewer, change: { bannedAtMs: null }, fact: 'unbanned' }),
  } satisfies Partial<Listening>;
};

const createPlays = ({ db, clock, journal, library, store }: Room) => {
  /** The code of a refusal, or whether it was new. */
  const take = (event: PlayEvent, viewer: Viewer): 'accepted' | 'known' | { code: string } => {
    const now = clock.now();
    if (!isPlausibleStart(event.startedAtMs, now)) return { code: 'listening/time' };
    const row = library.resolve('tracks', event.trackId, viewer);
    const track = row === undefined ? undefined : library.lineage(row);
    if (row === undefined || !track) return { code: 'listening/no-track' };
    const { userId } = viewer;
    const { durationMs, title, artistText } = track;
    const counted = countsAsPlay({ playedMs: event.playedMs, durationMs });
    const { startedAtMs } = event;
    const play = { ...event, trackId: row, title, artistText, durationMs, counted, userId, receivedAtMs: now };
    if (!store.insertPlay(play)) return 'known';
    const heard = counted
      ? [
          { kind: 'tracks', id: row },
          { kind: 'albums', id: track.albumId },
          ...track.artistIds.map((id) => ({ kind: 'artists', id })),
        ]
      : [];
    for (const key of heard) library.marks.set({ ...key, userId }, { playedAtMs: startedAtMs });
    const { id: playId, trackId, playedMs, outcome, source, deviceId } = event;
    const fact = {
      userId,
      playId,
      trackId,
      startedAt: new Date(startedAtMs).toISOString(),
      playedMs,
      outcome,
      counted,
    };
    journal.append(outcome === 'skipped' ? 'track.skipped' : 'track.played', { ...fact, source, deviceId });
    return 'accepted';
  };
  return {
    takePlays: (events, viewer) => {
      const taken: Taken = { accepted: 0, known: 0, refused: [] };
      db.transact(() => {
        for (const deviceId of new Set(events.map((event) => event.deviceId)))
          store.seeDevice(viewer.userId, deviceId, clock.now());
        for (const event of events) {
          const outcome = take(event, viewer);
          if (typeof outcome === 'string') taken[outcome]++;
          else taken.refused.push({ id: event.id, code: outcome.code });
        }
      });
      return taken;
    },
    history: (viewer, limit, behind) => store.plays(viewer.userId, limit, behind),
    forgetPlay: (id, viewer) => {
      if (!store.deletePlay(viewer.userId, id)) throw notFound();
    },
  } satisfies Partial<Listening>;
};

const createQueue = ({ db, clock, journal, library, store }: Room) => {
  const placeOf = (userId: string): StoredPlace => store.queuePlace(userId) ?? EMPTY;
  const entriesOf = (userId: string): QueueEntry[] => {
    const packed = store.queueEntries(userId);
    return packed === undefined ? [] : unpackEntries(packed);
  };
  const write = (change: QueueChange, viewer: Viewer): number => {
    const { userId } = viewer;
    const { base, entries, ...moved } = change;
    const before = placeOf(userId);
    if (before.revision !== base) throw preconditionFailed({ headers: { etag: `"${before.revision}"` } });
    if (entries && entries.length > MOST_ENTRIES) throw queueFull();
    const revision = before.revision + 1;
    store.putQueuePlace(userId, { ...before, ...moved, revision, updatedAtMs: clock.now() });
    const { deviceId } = moved;
    if (deviceId !== undefined) store.seeDevice(userId, deviceId, clock.now());
    if (entries) {
      store.putQueueEntries(userId, packEntries(entries));
      journal.append('queue.changed', { userId, revision, deviceId: deviceId ?? null });
    }
    return revision;
  };
  return {
    queue: (viewer) => ({ ...placeOf(viewer.userId), entries: entriesOf(viewer.userId) }),
    revision: (viewer) => placeOf(viewer.userId).revision,
    changeQueue: (change, viewer) => db.transact(() => write(change, viewer)),
    enqueue: ({ trackIds, where, source, base }, viewer) =>
      db.transact(() => {
        const there = trackIds.filter((id) => library.resolve('tracks', id, viewer) !== undefined);
        if (there.length === 0) throw notFound();
        const place = placeOf(viewer.userId);
        const newId = () => mintId('ent');
        const before = entriesOf(viewer.userId);
        const entries = addEntries(before, place.index, { trackIds: there, where, source, newId });
        const revision = write({ entries, base: base ?? place.revision }, viewer);
        const known = new Set(before.map(({ id }) => id));
        return { revision, entries: entries.filter(({ id }) => !known.has(id)) };
      }),
    resume: (viewer) => {
      const { index, positionMs, updatedAtMs, deviceId } = placeOf(viewer.userId);
      const entry = entriesOf(viewer.userId)[index];
      const device = store.devices(viewer.userId).find(({ id }) => id === deviceId)?.name;
      return entry && { entry, positionMs, updatedAtMs, device: device === '' ? undefined : device };
    },
  } satisfies Partial<Listening>;
};

export const createListening = (needs: ListeningNeeds): Listening => {
  const store = createListeningStore(needs.db);
  const room: Room = { ...needs, store };
  return {
    ...createMarking(room),
    ...createPlays(room),
    ...createQueue(room),
    devices: (viewer) => store.devices(viewer.userId),
    meetDevice: (id, name, viewer) => {
      store.seeDevice(viewer.userId, id, needs.clock.now());
      store.nameDevice(viewer.userId, id, name);
    },
    nameDevice: (id, name, viewer) => {
      if (!store.nameDevice(viewer.userId, id, name)) throw notFound();
    },
    forgetDevice: (id, viewer) => {
      if (!store.deleteDevice(viewer.userId, id)) throw notFound();
    },
  };
};
