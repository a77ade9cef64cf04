import type { Db } from '../../db/index.ts';
import { moveMarks } from './albums.ts';
import type { Counts } from './counts.ts';
import { NEED } from './facts.ts';

/** A file the library knows whose place may be gone: what is known of it, to find it again elsewhere. */
export type KnownFile = {
  fileId: number;
  rootId: number;
  folderPath: Buffer;
  name: Buffer;
  sizeBytes: number;
  mtimeNs: bigint;
  ino: bigint;
  audioKey: string | undefined;
  /** Of its track; absent for a file that a sheet cuts. */
  tagKey: string | undefined;
  durationMs: number | undefined;
  title: string | undefined;
  recording: string | undefined;
  albumTitle: string | undefined;
  no: number | undefined;
  lostAt: number | undefined;
};

export type Gone = {
  known: (fileIds: readonly number[]) => KnownFile[];
  /** Files of these roots that were missing before. */
  missingFiles: () => number[];
  isUnchangedCopy: (audioKey: string, tagKey: string, isUnchanged: (fileId: number) => boolean) => boolean;
  /** Flags the tracks of files that are gone; answers the tracks newly missing. */
  markMissing: (fileId: number, now: number) => number[];
  /** Unflags the tracks of a file that is back as it was; answers the tracks that returned. */
  markReturned: (fileId: number) => number[];
  /** A younger copy without history takes the gone file's id. Answers the track that lives on. */
  handOver: (fileId: number) => number | undefined;
};

type Row = Record<string, unknown>;

const KNOWN = `SELECT f.id fileId, o.root_id rootId, o.path folderPath, f.name, f.size sizeBytes, f.mtime_ns mtimeNs, f.ino, f.audio_key audioKey,
    t.tag_key tagKey, t.duration_ms durationMs, t.title, t.mbid recording, a.title albumTitle, t.no, t.missing_at lostAt, t.cue_no cueNo
  FROM file f JOIN folder o ON o.id = f.folder_id LEFT JOIN track t ON t.file_id = f.id AND t.dropped = 0 LEFT JOIN album a ON a.id = t.album_id WHERE f.id = ? ORDER BY t.cue_no LIMIT 1`;

const number = (value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : Number(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const asKnown = (row: Row): KnownFile => {
  const cut = row['cueNo'] !== null;
  return {
    fileId: Number(row['fileId']),
    rootId: Number(row['rootId']),
    folderPath: row['folderPath'] as Buffer,
    name: row['name'] as Buffer,
    sizeBytes: Number(row['sizeBytes']),
    mtimeNs: row['mtimeNs'] as bigint,
    ino: row['ino'] as bigint,
    audioKey: text(row['audioKey']),
    tagKey: cut ? undefined : text(row['tagKey']),
    durationMs: number(row['durationMs']),
    title: cut ? undefined : text(row['title']),
    recording: text(row['recording']),
    albumTitle: text(row['albumTitle']),
    no: number(row['no']),
    lostAt: number(row['lostAt']),
  };
};

/** A file that went missing before it was measured still has to be. */
const TO_MEASURE = `(CASE WHEN EXISTS (SELECT 1 FROM track t WHERE t.file_id = file.id AND t.exact = 0) THEN ${NEED.length} ELSE 0 END)`;

const createStatements = (db: Db) => ({
  known: db.sqlite.prepare(KNOWN).safeIntegers(true),
  missing: db.sqlite.prepare(`SELECT id FROM file WHERE state = 'missing' AND kind = 'audio'`).pluck(),
  copies: db.sqlite
    .prepare(
      'SELECT f.id FROM file f JOIN track t ON t.file_id = f.id WHERE f.audio_key = ? AND t.tag_key = ? AND t.dropped = 0',
    )
    .pluck(),
  lost: db.sqlite.prepare(`UPDATE file SET state = 'missing', need = 0 WHERE id = ?`),
  miss: db.sqlite
    .prepare('UPDATE track SET missing_at = ? WHERE file_id = ? AND missing_at IS NULL RETURNING id')
    .pluck(),
  found: db.sqlite.prepare(`UPDATE file SET state = 'ok', need = ${TO_MEASURE} WHERE id = ?`),
  remeasure: db.sqlite.prepare(`UPDATE file SET need = need | ${TO_MEASURE} WHERE id = ?`),
  back: db.sqlite
    .prepare(
      'UPDATE track SET missing_at = NULL WHERE file_id = ? AND missing_at IS NOT NULL AND dropped = 0 RETURNING id',
    )
    .pluck(),
  albums: db.sqlite.prepare('SELECT DISTINCT album_id FROM track WHERE file_id = ?').pluck(),
  heir: db.sqlite.prepare(
    `SELECT t.id, t.file_id fileId, y.id youngId, y.file_id youngFile, y.album_id albumId FROM track t JOIN file f ON f.id = t.file_id
       JOIN file g ON g.audio_key = f.audio_key AND g.id <> f.id AND g.state = 'ok' JOIN track y ON y.file_id = g.id AND y.tag_key = t.tag_key
     WHERE t.file_id = ? AND t.cue_no IS NULL AND t.dropped = 0 AND y.missing_at IS NULL AND y.id > t.id
       AND NOT EXISTS (SELECT 1 FROM mark m WHERE m.kind = 'tracks' AND m.id = y.id) ORDER BY y.id LIMIT 1`,
  ),
  dropTrack: db.sqlite.prepare('DELETE FROM track WHERE id = ?'),
  takeFile: db.sqlite.prepare(
    'UPDATE track SET file_id = ?, root_id = (SELECT o.root_id FROM file f JOIN folder o ON o.id = f.folder_id WHERE f.id = ?), missing_at = NULL WHERE id = ?',
  ),
  dropFile: db.sqlite.prepare('DELETE FROM file WHERE id = ?'),
  alias: db.sqlite.prepare('INSERT OR REPLACE INTO track_alias(old, id) VALUES (?, ?)'),
  moveAliases: db.sqlite.prepare('UPDATE track_alias SET id = ? WHERE id = ?'),
  credits: db.sqlite.prepare('SELECT DISTINCT artist_id FROM track_artist WHERE track_id = ?').pluck(),
  genres: db.sqlite.prepare('SELECT genre_id FROM track_genre WHERE track_id = ?').pluck(),
});

export const createGone = (db: Db, counts: Counts): Gone => {
  const sql = createStatements(db);
  const touch = (fileId: number): void => {
    for (const album of sql.albums.all(fileId) as number[]) counts.dirty.albums.add(album);
  };
  const isCopy: Gone['isUnchangedCopy'] = (audioKey, tagKey, isUnchanged) =>
    (sql.copies.all(audioKey, tagKey) as number[]).some(isUnchanged);
  return {
    known: (fileIds) =>
      fileIds.flatMap((id) => {
        const row = sql.known.get(id) as Row | undefined;
        return row ? [asKnown(row)] : [];
      }),
    missingFiles: () => sql.missing.all() as number[],
    isUnchangedCopy: isCopy,
    markMissing: (fileId, now) => {
      sql.lost.run(fileId);
      touch(fileId);
      return sql.miss.all(now, fileId) as number[];
    },
    markReturned: (fileId) => {
      sql.found.run(fileId);
      touch(fileId);
      return sql.back.all(fileId) as number[];
    },
    handOver: (fileId) => {
      type Heir = { id: number; fileId: number; youngId: number; youngFile: number; albumId: number };
      const heir = sql.heir.get(fileId) as Heir | undefined;
      if (!heir) return undefined;
      touch(fileId);
      counts.dirty.albums.add(heir.albumId);
      for (const id of [heir.youngId, heir.id])
        for (const artist of sql.credits.all(id) as number[]) counts.dirty.artists.add(artist);
      for (const genre of sql.genres.all(heir.youngId) as number[]) counts.dirty.genres.add(genre);
      moveMarks(db, 'tracks', { from: heir.youngId, to: heir.id });
      sql.dropTrack.run(heir.youngId);
      sql.takeFile.run(heir.youngFile, heir.youngFile, heir.id);
      sql.remeasure.run(heir.youngFile);
      sql.moveAliases.run(heir.id, heir.youngId);
      sql.alias.run(heir.youngId, heir.id);
      sql.dropFile.run(heir.fileId);
      return heir.id;
    },
  };
};
