import type { Db } from '../../db/index.ts';

/** What a play of a track also is a play of, and what it was called then. */
export type Lineage = { albumId: number; artistIds: number[]; durationMs: number; title: string; artistText: string };

export const createLineage = (db: Db) => {
  const one = db.sqlite.prepare(
    'SELECT album_id albumId, duration_ms durationMs, title, artist_text artistText FROM track WHERE id = ?',
  );
  const artists = db.sqlite
    .prepare(`SELECT DISTINCT artist_id FROM track_artist WHERE track_id = ? AND role = 'artist'`)
    .pluck();
  return (row: number): Lineage | undefined => {
    const track = one.get(row) as Omit<Lineage, 'artistIds'> | undefined;
    return track && { ...track, artistIds: artists.all(row) as number[] };
  };
};

/** How long tracks are together, each as often as it is named. */
export const createDurations = (db: Db) => {
  const sum = db.sqlite
    .prepare('SELECT coalesce(sum(t.duration_ms), 0) FROM json_each(?) j CROSS JOIN track t ON t.id = j.value')
    .pluck();
  return (rows: readonly number[]): number => sum.get(JSON.stringify(rows)) as number;
};
