import type { Db } from '../db/index.ts';

/** Everything the library keeps instead of counting it, counted anew: each query answers the rows that are wrong. */
const WRONG: Record<string, string> = {
  albums: `SELECT id FROM album a WHERE (track_count, missing_count, duration_ms, disc_count) IS NOT (
     SELECT count(*), count(missing_at), coalesce(sum(duration_ms), 0), max(1, count(DISTINCT disc)) FROM track WHERE album_id = a.id)`,
  'empty albums': 'SELECT id FROM album a WHERE NOT EXISTS (SELECT 1 FROM track WHERE album_id = a.id)',
  'albums by root': `SELECT root_id, album_id, n FROM (
       SELECT root_id, album_id, count(*) n FROM track GROUP BY 1, 2 EXCEPT SELECT root_id, album_id, track_count FROM album_root)
     UNION ALL SELECT * FROM (SELECT root_id, album_id, track_count FROM album_root EXCEPT SELECT root_id, album_id, count(*) FROM track GROUP BY 1, 2)`,
  'genres of albums': `SELECT * FROM (SELECT DISTINCT g.genre_id, t.album_id FROM track t JOIN track_genre g ON g.track_id = t.id EXCEPT SELECT genre_id, album_id FROM album_genre)
     UNION ALL SELECT * FROM (SELECT genre_id, album_id FROM album_genre EXCEPT SELECT g.genre_id, t.album_id FROM track t JOIN track_genre g ON g.track_id = t.id)`,
  artists: `SELECT id, name FROM artist a WHERE track_count <> (SELECT count(DISTINCT track_id) FROM track_artist WHERE artist_id = a.id)
     OR album_count <> (SELECT count(*) FROM album_artist WHERE artist_id = a.id)`,
  genres: `SELECT id, name FROM genre g WHERE track_count <> (SELECT count(*) FROM track_genre WHERE genre_id = g.id)
     OR album_count <> (SELECT count(*) FROM album_genre WHERE genre_id = g.id)`,
  folders:
    'SELECT id FROM folder o WHERE track_count <> (SELECT count(*) FROM file f JOIN track t ON t.file_id = f.id WHERE f.folder_id = o.id)',
  'artists by root': `WITH truth AS (SELECT ta.artist_id, t.root_id FROM track_artist ta JOIN track t ON t.id = ta.track_id
       UNION SELECT aa.artist_id, r.root_id FROM album_artist aa JOIN album_root r ON r.album_id = aa.album_id)
     SELECT * FROM (SELECT * FROM truth EXCEPT SELECT artist_id, root_id FROM artist_root)
     UNION ALL SELECT * FROM (SELECT artist_id, root_id FROM artist_root EXCEPT SELECT * FROM truth)`,
  'artists by role': `SELECT * FROM (SELECT artist_id, role FROM track_artist WHERE role <> 'artist' EXCEPT SELECT artist_id, role FROM artist_role)
     UNION ALL SELECT * FROM (SELECT artist_id, role FROM artist_role EXCEPT SELECT artist_id, role FROM track_artist)`,
  'artists by genre': `WITH truth AS (SELECT aa.artist_id, g.genre_id FROM album_artist aa JOIN album_genre g ON g.album_id = aa.album_id)
     SELECT * FROM (SELECT * FROM truth EXCEPT SELECT artist_id, genre_id FROM artist_genre)
     UNION ALL SELECT * FROM (SELECT artist_id, genre_id FROM artist_genre EXCEPT SELECT * FROM truth)`,
  totals: `SELECT name, value FROM library_count WHERE value <> CASE name
     WHEN 'tracks' THEN (SELECT count(*) FROM track) WHEN 'albums' THEN (SELECT count(*) FROM album)
     WHEN 'artists' THEN (SELECT count(*) FROM artist) WHEN 'genres' THEN (SELECT count(*) FROM genre)
     WHEN 'missing' THEN (SELECT count(*) FROM track WHERE missing_at IS NOT NULL)
     WHEN 'durationMs' THEN (SELECT coalesce(sum(duration_ms), 0) FROM track) ELSE value END`,
  roots: `SELECT id FROM root r WHERE track_count <> (SELECT count(*) FROM track WHERE root_id = r.id)
     OR album_count <> (SELECT count(*) FROM album_root WHERE root_id = r.id)`,
};

/** What is counted wrongly; nothing, if all is well. */
export const miscounts = (db: Db): Record<string, unknown[]> =>
  Object.fromEntries(
    Object.entries(WRONG)
      .map(([name, sql]) => [name, db.sqlite.prepare(sql).all()] as const)
      .filter(([, rows]) => rows.length > 0),
  );
