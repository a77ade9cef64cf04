import type { FileReading, FileToRead, Picture } from '../reading/index.ts';
import { artFile } from '../reading/index.ts';
import { joinPath } from '../walk/walk.ts';
import type { RootChanges, Seen } from './changes.ts';
import { groupOf, parentOf } from './groups.ts';
import { traitsOf, type Candidate } from './identify.ts';
import type { ScanNeeds } from './run-scan.ts';
import type { ReadFile, Sidecar, Unit } from './unit.ts';
import type { Tally } from './write-unit.ts';

/** A file to write: its row where it has one, its reading where it was read for identity already. */
export type Work = Candidate & { fileId?: number };

export type Bundle = { units: Unit[]; files: number; folder: string };

/** Files per reading batch; bundles of about as many are read ahead of the writer. */
const BATCH = 64;
const AHEAD = 4;

const AS = { audio: 'audio', lyrics: 'lyrics', cue: 'cue', image: 'picture' } as const;

type Readable = { seen: Seen; rootId: number };

const fileOf = (roots: ReadonlyMap<number, RootChanges>, { seen, rootId }: Readable): FileToRead => ({
  path: joinPath(roots.get(rootId)!.root.path, joinPath(seen.folder, seen.name)),
  sizeBytes: seen.sizeBytes,
  as: AS[seen.kind],
});

const rootsOf = (changes: readonly RootChanges[]) => new Map(changes.map((it) => [it.root.id, it]));

/** Stores a picture's bytes and lets go of them: from here on its hash is enough. */
const keepPictures = async (needs: ScanNeeds, pictures: readonly Picture[]): Promise<void> => {
  for (const picture of pictures) {
    if (!picture.bytes) continue;
    await needs.covers.keep(picture.sha256, picture.bytes);
    delete picture.bytes;
  }
};

const picturesOf = (reading: FileReading): Picture[] => {
  if (reading.kind === 'read') return reading.pictures;
  return reading.kind === 'picture' ? [reading.picture] : [];
};

const readAll = async (needs: ScanNeeds, files: readonly FileToRead[]): Promise<FileReading[]> => {
  const batches = Array.from({ length: Math.ceil(files.length / BATCH) }, (_, i) =>
    needs.reader.readBatch(files.slice(i * BATCH, (i + 1) * BATCH), {
      onRead: (readings) => keepPictures(needs, readings.flatMap(picturesOf)),
    }),
  );
  return (await Promise.all(batches)).flat();
};

/**
 * Readings of this many files are kept from identity to writing. A library with one lost file and a disk of new ones must
 * not be held in memory whole: of what is beyond, the traits are kept, and the file is read again when it is written.
 */
const READINGS_KEPT = 2000;

/** Reads files for identity: all of them, in order. */
export const readCandidates = async (
  needs: ScanNeeds,
  changes: readonly RootChanges[],
  open: readonly Candidate[],
): Promise<Candidate[]> => {
  const roots = rootsOf(changes);
  const read: Candidate[] = [];
  for (let i = 0; i < open.length && !needs.isCancelled(); i += BATCH * AHEAD) {
    const part = open.slice(i, i + BATCH * AHEAD);
    const readings = await readAll(
      needs,
      part.map((it) => fileOf(roots, it)),
    );
    part.forEach((it, k) => {
      const isKept = read.length < (needs.readingsKept ?? READINGS_KEPT);
      read.push({ ...it, ...(isKept && { reading: readings[k]! }), traits: traitsOf(readings[k]) });
    });
    needs.report({ phase: 'tags', done: 0, of: open.length, folder: '', tally: emptyTally() });
  }
  return read;
};

const emptyTally = (): Tally => ({ seen: 0, added: 0, changed: 0, moved: 0, missing: 0, unreadable: 0 });

type Plan = { rootId: number; group: string; files: Work[]; sidecars: Seen[]; newestMs: number };

/** Units in the order people want them: what changed last comes first. */
const planUnits = (changes: readonly RootChanges[], work: readonly Work[]): Plan[] => {
  const plans = new Map<string, Plan>();
  for (const it of work) {
    const group = groupOf(it.seen.folder);
    const key = `${it.rootId}\0${group}`;
    const plan = plans.get(key) ?? { rootId: it.rootId, group, files: [], sidecars: [], newestMs: 0 };
    plan.files.push(it);
    plan.newestMs = Math.max(plan.newestMs, Number(it.seen.mtimeNs / 1_000_000n));
    plans.set(key, plan);
  }
  const roots = rootsOf(changes);
  const bySidecarGroup = new Map<string, Seen[]>();
  for (const [rootId, { sidecars }] of roots)
    for (const seen of [...sidecars.values()].flat()) {
      const key = `${rootId}\0${groupOf(seen.folder)}`;
      bySidecarGroup.set(key, [...(bySidecarGroup.get(key) ?? []), seen]);
    }
  for (const [key, plan] of plans) {
    const portraits = (bySidecarGroup.get(`${plan.rootId}\0${parentOf(plan.group)}`) ?? []).filter(
      ({ name }) => artFile(name.toString('utf8'))?.shows === 'artist',
    );
    plan.sidecars = [...(bySidecarGroup.get(key) ?? []), ...(plan.group === '' ? [] : portraits)];
  }
  return [...plans.values()].sort((a, b) => b.newestMs - a.newestMs);
};

const bundlesOf = (plans: readonly Plan[]): Plan[][] => {
  const bundles: Plan[][] = [];
  let size = Infinity;
  for (const plan of plans) {
    const more = plan.files.length + plan.sidecars.length;
    // Not beyond one batch: what is over would be one of a few files.
    if (size + more > BATCH) {
      bundles.push([]);
      size = 0;
    }
    bundles.at(-1)!.push(plan);
    size += more;
  }
  return bundles;
};

type Ahead = { changes: readonly RootChanges[]; work: readonly Work[]; scanId: number; tally: Tally };

const readBundle = async (needs: ScanNeeds, roots: ReadonlyMap<number, RootChanges>, plans: readonly Plan[]) => {
  const wanted = plans.flatMap((plan) => [
    ...plan.files.filter(({ reading }) => reading === undefined),
    ...plan.sidecars.map((seen) => ({ seen, rootId: plan.rootId })),
  ]);
  const readings = await readAll(
    needs,
    wanted.map((it) => fileOf(roots, it)),
  );
  return new Map<Seen, FileReading>(wanted.map(({ seen }, i) => [seen, readings[i]!]));
};

/** Rows for the files of a unit; what could not be read becomes an issue instead of a track. */
const unitOf = async (
  needs: ScanNeeds,
  at: Ahead,
  it: { plan: Plan; readings: ReadonlyMap<Seen, FileReading> },
): Promise<Unit> => {
  const { plan, readings } = it;
  const { writer, slicer } = needs;
  const placed = (seen: Seen) => ({ ...seen, folderId: writer.files.folder(plan.rootId, seen.folder) });
  const put = (seen: Seen) => writer.files.put(placed(seen));
  const files: ReadFile[] = [];
  for (const work of plan.files) {
    const reading = work.reading ?? readings.get(work.seen)!;
    const isNew = work.fileId === undefined && work.seen.row === undefined;
    if (reading.kind === 'read' && isNew) {
      files.push({ seen: work.seen, fileId: undefined, reading });
      continue;
    }
    await slicer.run(() => {
      const fileId = work.fileId ?? (isNew ? writer.files.add(placed(work.seen)) : put(work.seen));
      if (reading.kind === 'read') {
        files.push({ seen: work.seen, fileId, reading });
        return;
      }
      const path = joinPath(work.seen.folder, work.seen.name);
      needs.issues.clear(plan.rootId, path);
      const note = { rootId: plan.rootId, scanId: at.scanId, path, fileId };
      at.tally.unreadable++;
      const why = reading.kind === 'unreadable' ? reading : { code: 'reading/not-audio', detail: 'It is not audio.' };
      needs.issues.add(note, why, needs.now());
      // What it held before is not there any more; a failing disk says nothing about the file.
      if (why.code === 'reading/disk' || why.code === 'reading/vanished') return;
      writer.gone.markMissing(fileId, needs.now());
      writer.files.setState(fileId, 'unreadable');
    });
  }
  const sidecars: Sidecar[] = [];
  for (const seen of plan.sidecars) {
    const reading = readings.get(seen)!;
    const own = groupOf(seen.folder) === plan.group;
    await slicer.run(() => {
      const path = joinPath(seen.folder, seen.name);
      if (own) needs.issues.clear(plan.rootId, path);
      sidecars.push({ seen, reading, fileId: put(seen) });
      if (own && reading.kind === 'unreadable')
        needs.issues.add({ rootId: plan.rootId, scanId: at.scanId, path }, reading, needs.now());
    });
  }
  return { rootId: plan.rootId, group: plan.group, files, sidecars };
};

type Reading = { readings: Promise<ReadonlyMap<Seen, FileReading>>; isReady: boolean };

const begin = (readings: Reading['readings']): Reading => {
  const it = { readings, isReady: false };
  readings.then(
    () => (it.isReady = true),
    () => undefined,
  );
  return it;
};

/** Reads a few bundles ahead of whoever writes them; never more than `AHEAD` are held. */
export async function* readAhead(needs: ScanNeeds, at: Ahead): AsyncGenerator<Bundle> {
  const roots = rootsOf(at.changes);
  const bundles = bundlesOf(planUnits(at.changes, at.work));
  // Taken out as they are written: a large library's readings must not pile up.
  const ahead: Reading[] = [];
  let next = 0;
  for (const plans of bundles) {
    while (next < bundles.length && ahead.length < AHEAD) ahead.push(begin(readBundle(needs, roots, bundles[next++]!)));
    const reading = ahead.shift()!;
    // Nobody waits for a disk with a transaction open.
    if (!reading.isReady) needs.slicer.end();
    const readings = await reading.readings;
    const units: Unit[] = [];
    for (const plan of plans) units.push(await unitOf(needs, at, { plan, readings }));
    yield {
      units,
      files: plans.reduce((sum, { files }) => sum + files.length, 0),
      folder: plans.at(-1)?.group ?? '',
    };
  }
}
