import type { Db } from '../db/index.ts';
import type { Log } from '../kit/index.ts';
import { NEED, type ImageFacts } from '../library/index.ts';

/*
 * What follows once tags are in: covers are looked at, lengths are measured. Each is a durable bit or state in the
 * database, so a kill loses at most one file; and each is one loop at low priority.
 */
export type Length =
  | { kind: 'measured'; samples: number; p0: number; srcRate: number; damaged: boolean; playsWhole?: boolean }
  | { kind: 'unplayable'; why: string };

export type PassNeeds = {
  db: Db;
  log: Log;
  inspectCover: (sha256: string) => Promise<ImageFacts>;
  /** Absent where there is no ffmpeg: lengths stay what the headers say. */
  measure: ((path: Buffer, signal: AbortSignal) => Promise<Length>) | undefined;
  signal: AbortSignal;
  /** Rows were written on this connection. */
  onWrite: () => void;
  onIssue: (file: { rootId: number; fileId: number; path: Buffer }, issue: { code: string; detail: string }) => void;
};

export type PassProgress = { name: 'covers' | 'lengths'; done: number; of: number };

type CoverRow = { id: number; sha256: string };
type FileToMeasure = { id: number; rootId: number; rootPath: Buffer; folderPath: Buffer; name: Buffer };

const createStatements = (db: Db) => ({
  nextCover: db.sqlite.prepare(`SELECT id, sha256 FROM cover WHERE state = 'new' AND id > ? ORDER BY id LIMIT 1`),
  newCovers: db.sqlite.prepare(`SELECT count(*) FROM cover WHERE state = 'new'`).pluck(),
  cover: db.sqlite.prepare('UPDATE cover SET state = ?, width = ?, height = ?, tint = ? WHERE id = ?'),
  nextFile: db.sqlite.prepare(
    `SELECT f.id, r.id rootId, r.path rootPath, o.path folderPath, f.name FROM file f JOIN folder o ON o.id = f.folder_id JOIN root r ON r.id = o.root_id
     WHERE f.need > 0 AND f.need & ${NEED.length} AND f.state = 'ok' AND r.state IN ('ok', 'held') AND f.id > ? ORDER BY f.id LIMIT 1`,
  ),
  toMeasure: db.sqlite
    .prepare(`SELECT count(*) FROM file f WHERE f.need > 0 AND f.need & ${NEED.length} AND f.state = 'ok'`)
    .pluck(),
  done: db.sqlite.prepare('UPDATE file SET need = need & ~? WHERE id = ?'),
  tracks: db.sqlite
    .prepare(
      'UPDATE track SET samples = @samples, p0 = @p0, src_rate = @srcRate, damaged = @damaged, exact = 1, duration_ms = @durationMs WHERE file_id = @id AND cue_no IS NULL RETURNING album_id',
    )
    .pluck(),
  cuts: db.sqlite
    .prepare(
      `UPDATE track SET samples = coalesce(cue_end, @total) - cue_start, p0 = @p0, src_rate = @srcRate, damaged = @damaged, exact = 1,
       duration_ms = CAST((coalesce(cue_end, @total) - cue_start) * 1000.0 / @srcRate AS INTEGER) WHERE file_id = @id AND cue_no IS NOT NULL RETURNING album_id`,
    )
    .pluck(),
  album: db.sqlite.prepare(
    'UPDATE album SET duration_ms = (SELECT coalesce(sum(duration_ms), 0) FROM track WHERE album_id = album.id) WHERE id = ?',
  ),
});

const join = (...parts: Buffer[]): Buffer =>
  Buffer.concat(
    parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? [part] : [Buffer.from('/'), part])),
  );

type CoverPass = Pick<PassNeeds, 'signal' | 'inspectCover' | 'onWrite'> & { sql: ReturnType<typeof createStatements> };

const coverPass = async (
  { sql, signal, inspectCover, onWrite }: CoverPass,
  report: (progress: PassProgress) => void,
): Promise<void> => {
  const of = sql.newCovers.get() as number;
  let last = 0;
  for (let done = 0; !signal.aborted;) {
    report({ name: 'covers', done, of: Math.max(of, done) });
    const row = sql.nextCover.get(last) as CoverRow | undefined;
    if (!row) return;
    last = row.id;
    const facts = await inspectCover(row.sha256);
    if (facts.kind === 'bad') sql.cover.run('bad', null, null, 'n', row.id);
    else sql.cover.run('ready', facts.width, facts.height, String(facts.tint), row.id);
    onWrite();
    done++;
  }
};

const createPasses = (needs: PassNeeds) => {
  const sql = createStatements(needs.db);
  const { signal } = needs;

  const write = (file: FileToMeasure, length: Length & { kind: 'measured' }): void =>
    needs.db.transact(() => {
      const { samples, p0, srcRate } = length;
      const damaged = length.damaged ? 1 : 0;
      const durationMs = Math.round((samples * 1000) / srcRate);
      const albums = [
        ...sql.tracks.all({ id: file.id, samples, p0, srcRate, damaged, durationMs }),
        ...sql.cuts.all({ id: file.id, total: samples, p0, srcRate, damaged }),
      ] as number[];
      for (const album of new Set(albums)) sql.album.run(album);
      sql.done.run(NEED.length, file.id);
    });

  const measureOne = async (file: FileToMeasure, measure: NonNullable<PassNeeds['measure']>): Promise<void> => {
    const length = await measure(join(file.rootPath, file.folderPath, file.name), signal);
    if (signal.aborted) return;
    if (length.kind === 'measured') {
      write(file, length);
      needs.onWrite();
      if (!length.damaged || length.playsWhole) return;
    } else sql.done.run(NEED.length, file.id);
    const detail =
      length.kind === 'unplayable'
        ? length.why
        : 'It is shorter or longer than it says of itself: cut off, or with holes.';
    const code = length.kind === 'unplayable' ? 'scan/unplayable' : 'scan/damaged';
    needs.onIssue({ rootId: file.rootId, fileId: file.id, path: join(file.folderPath, file.name) }, { code, detail });
  };

  const lengthPass = async (report: (progress: PassProgress) => void): Promise<void> => {
    const { measure } = needs;
    if (!measure) return;
    const of = sql.toMeasure.get() as number;
    let last = 0;
    for (let done = 0; !signal.aborted; done++) {
      report({ name: 'lengths', done, of: Math.max(of, done) });
      const file = sql.nextFile.get(last) as FileToMeasure | undefined;
      if (!file) return;
      last = file.id;
      await measureOne(file, measure).catch((err: unknown) => {
        if (!signal.aborted)
          needs.log.warn(
            { err, file: file.id },
            'A length could not be measured; it is tried again with the next scan',
          );
      });
    }
  };

  return { coverPass: (report: (progress: PassProgress) => void) => coverPass({ ...needs, sql }, report), lengthPass };
};

/** Runs the passes one after the other whenever they are asked for; asking while they run adds a round. */
export const createPassRunner = (needs: PassNeeds & { onCovers: () => void }) => {
  const work = createPasses(needs);
  const progress = new Map<string, PassProgress>();
  const note = (it: PassProgress): void => void progress.set(it.name, it);
  let wanted = false;
  let passing: Promise<void> | undefined;
  const round = async (): Promise<void> => {
    while (wanted && !needs.signal.aborted) {
      wanted = false;
      await work.coverPass(note);
      needs.onCovers();
      await work.lengthPass(note);
    }
  };
  return {
    start: (): void => {
      wanted = true;
      if (passing || needs.signal.aborted) return;
      passing = round()
        .catch((err: unknown) => {
          if (!needs.signal.aborted)
            needs.log.error({ err }, 'Covers or lengths could not be finished; the next scan goes on with them');
        })
        .finally(() => (passing = undefined));
    },
    progress: (): PassProgress[] => [...progress.values()],
    idle: async (): Promise<void> => passing,
    isIdle: (): boolean => passing === undefined,
  };
};
