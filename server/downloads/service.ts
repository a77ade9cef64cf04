import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { notFound, type Viewer } from '../http/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import type { CoverShelf, Library } from '../library/index.ts';
import { MOST_PLAYLIST_ENTRIES, type Playlists } from '../playlists/index.ts';
import { layArchive, readArchive, type Archive, type Body } from './archive.ts';
import { createChecksums, type Checksums } from './checksums.ts';
import { albumContents, listContents, trackContents, type Contents, type Line } from './contents.ts';
import type { Wanted } from './encode.ts';
import { createEncodes, type Encodes, type Progress } from './encodes.ts';
import { createWanting, isEncoded, type As } from './forms.ts';
import { safeName } from './names.ts';
import { fileNow, pack } from './pack.ts';
import { cannotEncode, noRoomToPrepare, notDecodable, nothingThere, tooManyAtOnce } from './problems.ts';
import type { KnownFile } from './read-file.ts';
import { openShelf } from './shelf.ts';
import { createTurns, type Turns } from './turns.ts';

export type DownloadNeeds = {
  db: Db;
  library: Library;
  playlists: Playlists;
  covers: Pick<CoverShelf, 'file'>;
  /** Undefined: only files as they are. */
  ffmpeg: Pick<Ffmpeg, 'path'> | undefined;
  slots: Slots;
  cores: number;
  cacheFolder: string;
  /** Room for what is made to be taken along. */
  quotaBytes: number;
  clock: Clock;
  log: Log;
};

export type Kind = 'tracks' | 'albums' | 'playlists';
export type Ask = { kind: Kind; id: string; as: As };

/** What somebody who asked gets. */
export type Taken =
  | ({ kind: 'preparing' } & Progress)
  | { kind: 'archive'; name: string; archive: Archive; sending: Sending }
  | { kind: 'file'; name: string; file: KnownFile; container: string; etag: string | undefined };

/** One answer on its way; `begin` throws when this listener has too many, `end` once. */
export type Sending = { begin: () => void; end: () => void };

export type Downloads = {
  /** Throws what stands against it, 404 where it is not for this viewer. */
  take: (ask: Ask, viewer: Viewer) => Promise<Taken>;
  read: (archive: Archive, part: { start: number; end: number }, signal: AbortSignal) => AsyncGenerator<Uint8Array>;
  /** Archives on their way, tracks that wait to be made ready, and what is kept of those that were. */
  counts: () => { sending: number; waiting: number; cacheBytes: number };
  close: () => Promise<void>;
};

type House = DownloadNeeds & {
  checksums: Checksums;
  encodes: Encodes | undefined;
  /** What is being made ready is asked for every second: it need not be put together each time. */
  pending: LRUCache<string, Wanted[]>;
  sendingOf: Map<string, number>;
  /** Thousands of songs are looked up for one archive: who asks for many at once must not keep the others waiting. */
  turns: Turns;
};

/** Of one listener. Browsers and download managers fetch one file by several connections. */
const MOST_AT_ONCE = 4;
const tooMany = (): Error => tooManyAtOnce({ headers: { 'retry-after': '30' } });
const PENDING_MS = 20_000;

const contentsOf = async ({ library, playlists }: House, { kind, id }: Ask, viewer: Viewer): Promise<Contents> => {
  if (kind === 'playlists') {
    const { name, updatedAtMs } = playlists.get(id, viewer);
    const trackRows = playlists.entries(id, { limit: MOST_PLAYLIST_ENTRIES }, viewer).map(({ trackId }) => trackId);
    return listContents(library, { name, changedAtMs: updatedAtMs, trackRows }, viewer);
  }
  const found = kind === 'albums' ? albumContents(library, id, viewer) : trackContents(library, id, viewer);
  if (!found) throw notFound();
  return found;
};

/** The JPEGs that go along, each looked for once. */
const createCovers = ({ covers }: House, viewer: Viewer) => {
  const known = new Map<string, Promise<string | undefined>>();
  return (id: string | undefined): Promise<string | undefined> => {
    if (id === undefined) return Promise.resolve(undefined);
    const file = known.get(id) ?? covers.file({ id, size: 1024, format: 'jpeg', viewer });
    known.set(id, file);
    return file;
  };
};
type Covers = ReturnType<typeof createCovers>;

/** What of these has to be made, in order. */
const wantedOf = async (
  house: House,
  { contents, as, covers }: { contents: Contents; as: As; covers: Covers },
  viewer: Viewer,
): Promise<Map<Line, Wanted>> => {
  const wanting = createWanting(house.library, viewer);
  const wanted = new Map<Line, Wanted>();
  for (const line of contents.lines)
    if (isEncoded(line, as)) wanted.set(line, wanting(line, await covers(line.track.cover?.id)));
  return wanted;
};

const isReady = (encodes: Encodes, wanted: Iterable<Wanted>): boolean => {
  for (const { key } of wanted) if (encodes.find(key) === undefined) return false;
  return true;
};

const prepare = (encodes: Encodes, wanted: readonly Wanted[], viewer: Viewer): Progress => {
  const progress = encodes.want(viewer.userId, wanted);
  if (!progress) throw noRoomToPrepare();
  return progress;
};

const bodiesOf = ({ encodes }: House, wanted: ReadonlyMap<Line, Wanted>) => {
  return async (line: Line): Promise<Exclude<Body, { kind: 'bytes' }> | undefined> => {
    const it = wanted.get(line);
    if (it) {
      const made = encodes?.find(it.key);
      return made === undefined || made === 'failed' ? undefined : { kind: 'encoded', file: made.file, crc: made.crc };
    }
    const file = await fileNow(line.source);
    return file && { kind: 'original', file };
  };
};

const sendingFor = (house: House, viewer: Viewer, keys: readonly string[]): Sending => {
  const { sendingOf, encodes, checksums } = house;
  let release: (() => void) | undefined;
  return {
    begin: () => {
      const now = sendingOf.get(viewer.userId) ?? 0;
      if (now >= MOST_AT_ONCE) throw tooMany();
      sendingOf.set(viewer.userId, now + 1);
      release = encodes?.hold(keys) ?? (() => undefined);
    },
    end: () => {
      if (!release) return;
      release();
      release = undefined;
      const left = (sendingOf.get(viewer.userId) ?? 1) - 1;
      if (left > 0) sendingOf.set(viewer.userId, left);
      else sendingOf.delete(viewer.userId);
      checksums.flush();
    },
  };
};

/** A track by itself is a file, not an archive. */
const takeFile = async (house: House, contents: Contents, wanted: ReadonlyMap<Line, Wanted>): Promise<Taken> => {
  const [line] = contents.lines;
  const body = line && (await bodiesOf(house, wanted)(line));
  if (!line || !body) throw wanted.size > 0 ? notDecodable() : nothingThere();
  const isMade = body.kind === 'encoded';
  const extension = isMade ? 'm4a' : (/\.([^.]*)$/.exec(line.source.fileName.toString('latin1'))?.[1] ?? '');
  return {
    kind: 'file',
    name: safeName(contents.title, { extension }),
    file: body.file,
    container: isMade ? 'm4a' : line.source.container,
    etag: isMade ? `"m4a-${body.crc.toString(36)}-${body.file.sizeBytes.toString(36)}"` : undefined,
  };
};

const takeArchive = async (
  house: House,
  { contents, wanted, covers }: { contents: Contents; wanted: ReadonlyMap<Line, Wanted>; covers: Covers },
  viewer: Viewer,
): Promise<Taken> => {
  const members = await pack(contents, {
    bodyOf: bodiesOf(house, wanted),
    picture: await covers(contents.cover),
  });
  if (members.length === 0) throw wanted.size > 0 ? notDecodable() : nothingThere();
  const keys = [...wanted.values()].map(({ key }) => key);
  return {
    kind: 'archive',
    name: safeName(contents.title, { extension: 'zip' }),
    archive: layArchive(members),
    sending: sendingFor(house, viewer, keys),
  };
};

const take = async (house: House, ask: Ask, viewer: Viewer): Promise<Taken> => {
  const { encodes, pending } = house;
  const name = `${viewer.userId} ${ask.kind} ${ask.id} ${ask.as}`;
  const asked = pending.get(name);
  if (asked && encodes && !isReady(encodes, asked)) return { kind: 'preparing', ...prepare(encodes, asked, viewer) };
  const contents = await contentsOf(house, ask, viewer);
  const covers = createCovers(house, viewer);
  const wanted = await wantedOf(house, { contents, as: ask.as, covers }, viewer);
  if (wanted.size > 0 && !encodes) throw cannotEncode();
  if (encodes && !isReady(encodes, wanted.values())) {
    const list = [...new Map([...wanted.values()].map((it) => [it.key, it])).values()];
    pending.set(name, list);
    return { kind: 'preparing', ...prepare(encodes, list, viewer) };
  }
  pending.delete(name);
  if (ask.kind === 'tracks') return takeFile(house, contents, wanted);
  return takeArchive(house, { contents, wanted, covers }, viewer);
};

export const openDownloads = (needs: DownloadNeeds): Downloads => {
  const { ffmpeg, cores, cacheFolder, quotaBytes, clock } = needs;
  const shelf = openShelf(join(cacheFolder, 'to-take'), { quotaBytes, now: clock.now });
  const house: House = {
    ...needs,
    checksums: createChecksums(needs),
    encodes: ffmpeg && createEncodes({ ...needs, ffmpeg, shelf, lanes: Math.max(1, cores - 1) }),
    pending: new LRUCache({ max: 50, ttl: PENDING_MS }),
    sendingOf: new Map(),
    turns: createTurns(MOST_AT_ONCE, tooMany),
  };
  return {
    take: (ask, viewer) =>
      ask.kind === 'tracks' ? take(house, ask, viewer) : house.turns(viewer.userId, () => take(house, ask, viewer)),
    read: (archive, part, signal) => readArchive(archive, part, { checksums: house.checksums, signal }),
    counts: () => ({
      sending: [...house.sendingOf.values()].reduce((sum, it) => sum + it, 0),
      waiting: house.encodes?.waiting() ?? 0,
      cacheBytes: shelf.sizeBytes(),
    }),
    close: async () => {
      await house.encodes?.close();
      house.checksums.flush();
    },
  };
};
