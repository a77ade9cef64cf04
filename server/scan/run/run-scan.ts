import { encodeId, type Log } from '../../kit/index.ts';
import type { Db } from '../../db/index.ts';
import type { Covers, LibraryWriter, Root } from '../../library/index.ts';
import type { Reader } from '../reading/index.ts';
import { joinPath } from '../walk/walk.ts';
import { compareRoot, isSettled, rootTrouble, type RootChanges, type Seen } from './changes.ts';
import { candidateOf, identifyRead, identifyUnread, looseRecords, type Candidate } from './identify.ts';
import type { Issues } from './issues.ts';
import { readAhead, readCandidates, type Work } from './read-units.ts';
import { createSamplerWatch, type SamplerWatch } from './samplers.ts';
import type { Slicer } from './slicer.ts';
import { writeUnit, type Tally } from './write-unit.ts';

export type ScanOrder = {
  scanId: number;
  /** Everything, or the folders (below a root) that something stirred in. */
  within?: ReadonlyMap<number, readonly Buffer[]> | undefined;
  /** The scan before was cut off: counts may be behind. */
  afterCut?: boolean | undefined;
  /** Roots whose losses the owner has confirmed. */
  accepted: readonly number[];
};

export type ScanProgress = {
  phase: 'walk' | 'tags' | 'finish';
  done: number;
  of: number;
  folder: string;
  tally: Tally;
};

export type ScanNeeds = {
  db: Db;
  writer: LibraryWriter;
  slicer: Slicer;
  issues: Issues;
  reader: Reader;
  covers: Pick<Covers, 'keep'>;
  append: (kind: string, payload: Record<string, unknown>) => void;
  now: () => number;
  log: Log;
  isCancelled: () => boolean;
  /** How many readings may stand in memory between identity and writing. */
  readingsKept?: number | undefined;
  report: (progress: ScanProgress) => void;
};

export type ScanEnd = {
  status: 'done' | 'cancelled';
  tally: Tally;
  /** A file was still growing, or waits to be read again: look once more soon. */
  again: boolean;
};

/** A file that changed this lately may still be growing. */
const FRESH_MS = 3000;
const SETTLE_MS = 2000;

const ready = async (needs: ScanNeeds, order: ScanOrder): Promise<RootChanges[]> => {
  const { writer, slicer, now } = needs;
  const changes: RootChanges[] = [];
  for (const root of writer.roots.list().filter(({ state }) => state !== 'removed')) {
    const within = order.within?.get(root.id);
    if (order.within && !within) continue;
    const trouble = rootTrouble(root);
    if (trouble) {
      await slicer.run(() => writer.roots.setState(root.id, trouble.state, { now: now(), detail: trouble.detail }));
      continue;
    }
    if (root.state !== 'ok' && root.state !== 'held')
      await slicer.run(() => writer.roots.setState(root.id, 'ok', { now: now() }));
    changes.push(compareRoot(root, writer.files, within));
  }
  slicer.end();
  return changes;
};

const pathOf = (root: Root, seen: Seen): Buffer => joinPath(root.path, joinPath(seen.folder, seen.name));

/** Sets aside what was written to a moment ago and waits for it; what is still growing is left for the next scan. */
const settle = async (changes: RootChanges[], nowMs: number): Promise<{ changes: RootChanges[]; again: boolean }> => {
  const isFresh = (seen: Seen): boolean => nowMs - Number(seen.mtimeNs / 1_000_000n) < FRESH_MS;
  if (!changes.some(({ open }) => open.some(isFresh))) return { changes, again: false };
  await new Promise((done) => setTimeout(done, SETTLE_MS));
  let again = false;
  const settled = changes.map((it) => {
    const open = it.open.filter((seen) => !isFresh(seen) || isSettled(pathOf(it.root, seen), seen));
    again ||= open.length < it.open.length;
    return { ...it, open };
  });
  return { changes: settled, again };
};

/** One scan under way. */
type Course = { tally: Tally; samplers: SamplerWatch };

const relocate = (needs: ScanNeeds, at: Course, moves: readonly { fileId: number; to: Candidate }[]): void => {
  const { writer } = needs;
  const { tally, samplers } = at;
  if (moves.length === 0) return;
  // One transaction: files may have traded places, and a kill must not leave them between.
  needs.db.transact(() => {
    for (const { fileId } of moves) {
      const left = writer.files.folderOf(fileId)!;
      samplers.note(left);
      writer.counts.dirty.folders.add(left);
    }
    writer.files.relocate(
      moves.map(({ fileId, to }) => ({
        id: fileId,
        to: { ...to.seen, folderId: writer.files.folder(to.rootId, to.seen.folder) },
      })),
    );
    for (const { fileId, to } of moves) {
      if (to.seen.row?.id === fileId) continue;
      tally.moved++;
      needs.append('file.moved', { id: fileId });
    }
  });
};

/** Where another recording lies at a known place, the row that was there is not its row. */
const stepAside = (
  needs: ScanNeeds,
  { tally }: Course,
  { fresh, taken }: { fresh: readonly Candidate[]; taken: ReadonlySet<number> },
): void =>
  needs.db.transact(() => {
    const { writer, append, now } = needs;
    for (const { seen, traits } of fresh) {
      // What cannot be read now may be the same again tomorrow.
      if (!seen.row || taken.has(seen.row.id) || !traits) continue;
      if (writer.files.albumsOf(seen.row.id).length === 0) continue;
      writer.files.park(seen.row.id);
      for (const id of writer.gone.markMissing(seen.row.id, now())) {
        tally.missing++;
        append('track.missing', { id: encodeId('trk', id) });
      }
    }
    writer.counts.flush();
  });

/** Gives every open file the row of the recording it is; answers what has to be read or was read already. */
const identify = async (needs: ScanNeeds, changes: readonly RootChanges[], at: Course): Promise<Work[]> => {
  const open = changes.flatMap((it) => it.open.map((seen) => candidateOf(seen, it.root.id)));
  const loose = looseRecords(changes, needs.writer.gone);
  const unread = identifyUnread(open, loose);
  relocate(needs, at, unread.moves);
  const sure = unread.moves.map(({ fileId, to }): Work => ({ ...to, fileId }));
  if (unread.loose.length === 0 || unread.open.length === 0) return [...sure, ...unread.open];
  needs.slicer.end();
  const read = await readCandidates(needs, changes, unread.open);
  const unchanged = new Set(changes.flatMap(({ settled }) => settled.flatMap(({ row }) => (row ? [row.id] : []))));
  const { moves, fresh } = identifyRead(read, unread.loose, (audioKey, tagKey) =>
    needs.writer.gone.isUnchangedCopy(audioKey, tagKey, (id) => unchanged.has(id)),
  );
  relocate(needs, at, moves);
  const taken = new Set([...unread.moves, ...moves].map(({ fileId }) => fileId));
  stepAside(needs, at, { fresh, taken });
  return [...sure, ...moves.map(({ fileId, to }): Work => ({ ...to, fileId })), ...fresh];
};

const HELD_FROM = 20;

const takeLeave = async (
  needs: ScanNeeds,
  order: ScanOrder,
  at: Course & { it: RootChanges; kept: ReadonlySet<number> },
) => {
  const { it, kept, tally, samplers } = at;
  const { writer, slicer, now, append } = needs;
  const gone = it.lost.filter(({ id }) => !kept.has(id));
  const audio = gone.filter(({ kind, state }) => kind === 'audio' && state === 'ok');
  const known = writer.roots.find(it.root.id)?.trackCount ?? 0;
  if (audio.length > HELD_FROM && audio.length * 2 > known && !order.accepted.includes(it.root.id)) {
    const detail = `${audio.length} files are gone at once. Nothing was changed; look whether the disk is all there, or confirm.`;
    await slicer.run(() => writer.roots.setState(it.root.id, 'held', { now: now(), detail }));
    return;
  }
  if (it.root.state === 'held') await slicer.run(() => writer.roots.setState(it.root.id, 'ok', { now: now() }));
  for (const row of it.back)
    await slicer.run(() => {
      samplers.note(row.folderId);
      for (const id of writer.gone.markReturned(row.id)) append('track.returned', { id: encodeId('trk', id) });
    });
  for (const row of gone)
    await slicer.run(() => {
      needs.issues.clear(it.root.id, joinPath(writer.files.folderPath(row.folderId), row.name));
      if (row.kind !== 'audio' || (row.state === 'unreadable' && writer.files.albumsOf(row.id).length === 0))
        return writer.files.remove(row.id);
      samplers.note(row.folderId);
      writer.counts.dirty.folders.add(row.folderId);
      const heir = writer.gone.handOver(row.id);
      if (heir !== undefined) return append('track.moved', { id: encodeId('trk', heir) });
      for (const id of writer.gone.markMissing(row.id, now())) {
        tally.missing++;
        append('track.missing', { id: encodeId('trk', id) });
      }
    });
};

/** Who was renamed shows only once all files were read: a scan that ends before leaves it to the next. */
const settleRenames = async ({ writer, slicer }: ScanNeeds): Promise<void> => {
  for (const artist of writer.renames.due()) await slicer.run(() => writer.renames.settle(artist));
  await slicer.run(() => writer.renames.forget());
};

/** One scan, from the walk to the counts. Leaves the library whole whenever it is stopped. */
export const runScan = async (needs: ScanNeeds, order: ScanOrder): Promise<ScanEnd> => {
  const tally: Tally = { seen: 0, added: 0, changed: 0, moved: 0, missing: 0, unreadable: 0 };
  needs.report({ phase: 'walk', done: 0, of: 0, folder: '', tally });
  if (order.afterCut) needs.writer.counts.doubt();
  const { changes, again } = await settle(await ready(needs, order), needs.now());
  tally.seen = changes.reduce((sum, { seen }) => sum + seen, 0);
  const course: Course = { tally, samplers: createSamplerWatch(needs.writer) };
  const work = await identify(needs, changes, course);
  const kept = new Set(work.flatMap(({ fileId }) => (fileId === undefined ? [] : [fileId])));
  let done = 0;
  for await (const bundle of readAhead(needs, { changes, work, scanId: order.scanId, tally })) {
    for (const unit of bundle.units)
      await writeUnit({ ...needs, ...course, scanId: order.scanId }, unit, needs.writer.files.albumsOf);
    done += bundle.files;
    needs.report({ phase: 'tags', done, of: work.length, folder: bundle.folder, tally });
    if (needs.isCancelled()) break;
  }
  needs.slicer.end();
  const cancelled = needs.isCancelled();
  needs.report({ phase: 'finish', done: work.length, of: work.length, folder: '', tally });
  if (!cancelled) for (const it of changes) await takeLeave(needs, order, { ...course, it, kept });
  await needs.slicer.run(() => course.samplers.settle(order.afterCut ?? false));
  if (!cancelled) await settleRenames(needs);
  while (await needs.slicer.run(() => needs.writer.counts.settle()));
  while (await needs.slicer.run(() => needs.writer.counts.unlist()));
  if (!cancelled) await needs.slicer.run(() => needs.writer.counts.sweep());
  await needs.slicer.run(() => needs.writer.counts.totals());
  needs.slicer.end();
  return { status: cancelled ? 'cancelled' : 'done', tally, again: again || course.samplers.isWaiting() };
};
