import { rmSync } from 'node:fs';
import { keepPrivate, openDatabase, type Db } from '../db/index.ts';
import type { Log } from '../kit/index.ts';
import { packHistogram, unpackHistogram, type Histogram } from './loudness.ts';
import type { Sound } from './measure.ts';
import type { Points } from './outline.ts';

/*
 * What was measured, in a file of its own beside the database: 1.5 KB a track that can be measured again need not lie in
 * fourteen nightly backups. Each row says of which sound it is, so that a row of a file that has changed since, or of
 * another library, is never taken for true. A damaged file, or one of an older version, is begun anew.
 */
export type StoredSound = {
  loudness: number | undefined;
  truePeak: number;
  points: Points;
};

export type SoundStore = {
  /** Undefined where nothing is kept, or of another sound than `of`. */
  find: (trackId: number, of: string) => StoredSound | undefined;
  /** What its album is levelled by. */
  part: (trackId: number) => { histogram: Histogram; truePeak: number } | undefined;
  put: (trackId: number, of: string, sound: Sound) => void;
  /** The next rows after a track, for sweeping. */
  idsAfter: (trackId: number, limit: number) => number[];
  remove: (trackIds: readonly number[]) => void;
  isEmpty: () => boolean;
  close: () => void;
};

/** Raised when rows of an earlier one are no longer what we would measure. */
const VERSION = 1;

const TABLE = `CREATE TABLE IF NOT EXISTS sound (
  track_id INTEGER PRIMARY KEY,
  of TEXT NOT NULL,
  loudness REAL,
  true_peak REAL NOT NULL,
  histogram BLOB NOT NULL,
  peaks BLOB NOT NULL,
  rms BLOB NOT NULL
) STRICT`;

const openFile = (path: string): Db => {
  keepPrivate(path);
  const db = openDatabase(path, { durability: 'normal' });
  try {
    if (db.sqlite.pragma('user_version', { simple: true }) !== VERSION) {
      db.sqlite.exec(`DROP TABLE IF EXISTS sound; ${TABLE}; PRAGMA user_version = ${VERSION}`);
    }
    db.sqlite.prepare('SELECT count(*) FROM (SELECT 1 FROM sound LIMIT 1)').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

const openOrBegin = (path: string, log: Log): Db => {
  try {
    return openFile(path);
  } catch (err) {
    log.warn({ err }, 'What was measured of the sound cannot be read and is measured again');
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    return openFile(path);
  }
};

type Row = { loudness: number | null; truePeak: number; peaks: Buffer; rms: Buffer };

export const openSoundStore = (path: string, log: Log): SoundStore => {
  const db = openOrBegin(path, log);
  const find = db.sqlite.prepare(
    'SELECT loudness, true_peak truePeak, peaks, rms FROM sound WHERE track_id = ? AND of = ?',
  );
  const part = db.sqlite.prepare('SELECT histogram, true_peak truePeak FROM sound WHERE track_id = ?');
  const put = db.sqlite.prepare(
    'INSERT OR REPLACE INTO sound(track_id, of, loudness, true_peak, histogram, peaks, rms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const after = db.sqlite.prepare('SELECT track_id FROM sound WHERE track_id > ? ORDER BY track_id LIMIT ?').pluck();
  const remove = db.sqlite.prepare('DELETE FROM sound WHERE track_id = ?');
  const any = db.sqlite.prepare('SELECT 1 FROM sound LIMIT 1');
  return {
    find: (trackId, of) => {
      const row = find.get(trackId, of) as Row | undefined;
      if (!row) return undefined;
      const { truePeak, peaks, rms } = row;
      return { loudness: row.loudness ?? undefined, truePeak, points: { peaks, rms } };
    },
    part: (trackId) => {
      const row = part.get(trackId) as { histogram: Buffer; truePeak: number } | undefined;
      return row && { histogram: unpackHistogram(row.histogram), truePeak: row.truePeak };
    },
    put: (trackId, of, { loudness, truePeak, points, histogram: blocks }) => {
      const { peaks, rms } = points;
      put.run(trackId, of, loudness ?? null, truePeak, packHistogram(blocks), Buffer.from(peaks), Buffer.from(rms));
    },
    idsAfter: (trackId, limit) => after.all(trackId, limit) as number[],
    remove: (trackIds) => db.transact(() => trackIds.forEach((id) => remove.run(id))),
    isEmpty: () => any.get() === undefined,
    close: db.close,
  };
};
