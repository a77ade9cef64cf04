import { encodeId } from '../../kit/index.ts';
import { albumDatesOf, NEED, type LibraryWriter } from '../../library/threads.ts';
import { joinPath } from '../walk/walk.ts';
import type { Issues } from './issues.ts';
import { voiceOfTold, type SamplerWatch } from './samplers.ts';
import type { Slicer } from './slicer.ts';
import { artOf, planUnit, type Planned, type Unit } from './unit.ts';

export type Tally = {
  seen: number;
  added: number;
  changed: number;
  moved: number;
  missing: number;
  unreadable: number;
};

export type WriteNeeds = {
  writer: LibraryWriter;
  slicer: Slicer;
  append: (kind: string, payload: Record<string, unknown>) => void;
  now: () => number;
  tally: Tally;
  samplers: SamplerWatch;
  issues: Issues;
  scanId: number;
};

type AlbumMoves = Map<number, Map<string, number>>;

/** Where the tracks of each known album are going: album -> new key -> how many. */
const movesOf = (planned: readonly Planned[], albumOfFile: (fileId: number) => number[]): AlbumMoves => {
  const moves: AlbumMoves = new Map();
  for (const { fileId, album } of planned)
    for (const before of fileId === undefined ? [] : albumOfFile(fileId)) {
      const keys = moves.get(before) ?? new Map<string, number>();
      keys.set(album.akey, (keys.get(album.akey) ?? 0) + 1);
      moves.set(before, keys);
    }
  return moves;
};

/**
 * The id of an album goes with most of its tracks: a new key that most of them have becomes its key; where an album of
 * that key is there already and all tracks went to it, the two are merged.
 */
const followAlbums = (writer: LibraryWriter, moves: AlbumMoves): void => {
  for (const [album, keys] of moves) {
    const [top] = [...keys].sort((a, b) => b[1] - a[1]);
    if (!top || writer.albums.byKey(top[0]) === album) continue;
    const present = writer.albums.presentCount(album);
    const moved = [...keys.values()].reduce((sum, each) => sum + each, 0);
    const stays = keys.has(writer.albums.keyOf(album) ?? '');
    // Where none is left behind, the largest part has it, so that no like is left on an album that is gone.
    const isAll = moved >= present && !stays;
    const target = writer.albums.byKey(top[0]);
    if (target === undefined && (top[1] * 2 > present || isAll)) writer.albums.rekey(album, top[0]);
    else if (target !== undefined && isAll) writer.albums.merge(album, target);
  }
};

type DiscOf = { albumId: number; facts: Planned['tracks'][number]; coverId: number | undefined };

type At = {
  rootId: number;
  planned: readonly Planned[];
  coverOf: ReturnType<typeof artOf>;
  albums: Map<string, { said: string; id: number }>;
  discs: Map<string, string>;
};

/** What the tracks of an album say of it alike is written once. */
const settleAlbum = (needs: WriteNeeds, { album }: Planned, { rootId, coverOf, albums, planned }: At): number => {
  const { writer, append } = needs;
  const known = albums.get(album.akey);
  const said = JSON.stringify(album);
  if (known?.said === said) return known.id;
  const dates = albumDatesOf(planned.flatMap((it) => (it.album.akey === album.akey ? it.tracks : [])));
  const { id, added } = writer.albums.settle(album, { rootId, now: needs.now(), dates });
  if (added) append('album.added', { id: encodeId('alb', id) });
  writer.albums.setCover(id, coverOf.album(album.akey));
  albums.set(album.akey, { said, id });
  return id;
};

const settleDisc = (needs: WriteNeeds, { albumId, facts, coverId }: DiscOf, { discs }: At): void => {
  const disc = { no: facts.disc, title: facts.discTitle, coverId };
  const about = `${albumId}/${disc.no}`;
  const said = `${coverId}/${disc.title}`;
  if (discs.get(about) === said) return;
  needs.writer.albums.setDisc(albumId, disc);
  discs.set(about, said);
};

/** The file's row: read, with what it needs still. */
const settleFile = (needs: WriteNeeds, { fileId, seen, reading }: Planned, rootId: number) => {
  const { files } = needs.writer;
  const { audioKey } = reading;
  const folderId = files.folder(rootId, seen.folder);
  const path = joinPath(seen.folder, seen.name);
  needs.issues.clear(rootId, path);
  const sameSound = fileId !== undefined && files.isMeasured(fileId, audioKey);
  const need = sameSound ? 0 : NEED.length;
  if (fileId !== undefined) files.read(fileId, audioKey, need);
  const id = fileId ?? files.add({ ...seen, folderId, audioKey }, need);
  for (const issue of reading.issues)
    needs.issues.add({ rootId, scanId: needs.scanId, path, fileId: id }, issue, needs.now());
  needs.writer.counts.dirty.folders.add(folderId);
  return { fileId: id, sameSound, isNew: fileId === undefined };
};

const writeFile = (needs: WriteNeeds, it: Planned, at: At): void => {
  const { writer, append, tally } = needs;
  const now = needs.now();
  const albumId = settleAlbum(needs, it, at);
  const albumCover = at.coverOf.album(it.album.akey);
  const discCover = at.coverOf.disc(it.seen);
  const coverId = at.coverOf.track(it);
  const place = { ...settleFile(needs, it, at.rootId), rootId: at.rootId, albumId, now };
  for (const facts of it.tracks) {
    settleDisc(needs, { albumId, facts, coverId: discCover === albumCover ? undefined : discCover }, at);
    const track = writer.tracks.write({ ...facts, coverId }, place);
    const id = encodeId('trk', track.id);
    append(track.added ? 'track.added' : track.returned ? 'track.returned' : 'track.changed', { id });
    if (track.added) tally.added++;
    else tally.changed++;
  }
  if (place.isNew) return;
  const cuts = it.tracks.map(({ cue }) => cue?.no ?? 0);
  for (const gone of writer.tracks.missingCuts(place.fileId, cuts, now))
    append('track.missing', { id: encodeId('trk', gone) });
};

/** Writes a unit in slices. `albumOfFile` answers which albums a file's tracks were in before. */
export const writeUnit = async (
  needs: WriteNeeds,
  unit: Unit,
  albumOfFile: (fileId: number) => number[],
): Promise<void> => {
  const { slicer, samplers } = needs;
  const beside = samplers.beside(unit, unit.files);
  const { files: planned, lender } = planUnit(unit, beside.map(voiceOfTold));
  const coverOf = await slicer.run(() => {
    samplers.correct(beside, lender);
    followAlbums(needs.writer, movesOf(planned, albumOfFile));
    return artOf(unit, planned, { names: needs.writer.names, now: needs.now() });
  });
  const at: At = { rootId: unit.rootId, planned, coverOf, albums: new Map(), discs: new Map() };
  for (const it of planned) await slicer.run(() => writeFile(needs, it, at));
  await slicer.run(() => {
    for (const { fileId } of unit.sidecars) needs.writer.files.read(fileId, undefined, 0);
    if (coverOf.artist === undefined) return;
    const leads = new Set(planned.flatMap(({ album }) => (album.compilation ? [] : album.artists.slice(0, 1))));
    for (const lead of leads) needs.writer.names.setPortrait(lead, coverOf.artist);
  });
  while (await slicer.run(() => needs.writer.counts.flushSome()));
};
