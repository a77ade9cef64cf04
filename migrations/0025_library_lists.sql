-- What lists walk: one index, or one small table kept by triggers, for every pair of filter and sort the API declares.
-- The small tables may keep a row too many (an artist who lost a role); readers prove each row, so nothing stale shows.
CREATE INDEX artist_by_albums ON artist(-album_count, sort_key, id);
CREATE INDEX artist_with_albums ON artist(sort_key, id) WHERE album_count > 0;
CREATE INDEX album_released ON album(coalesce(date, CAST(year AS TEXT), ''), id);
CREATE INDEX album_by_artist ON album(artist_sort, coalesce(year, 0), id);
CREATE INDEX album_of_year ON album(year, sort_key, id);
CREATE INDEX track_root_random ON track(root_id, rnd, id);
DROP INDEX album_artist_sort;
DROP INDEX album_year;
DROP INDEX album_date;
DROP INDEX artist_albums;

ALTER TABLE album_artist ADD COLUMN year INTEGER NOT NULL DEFAULT 0;
CREATE INDEX album_artist_year ON album_artist(artist_id, year, album_id);
ALTER TABLE track_artist ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
CREATE INDEX track_artist_title ON track_artist(artist_id, role, sort_key, track_id);

CREATE TABLE artist_root (
  artist_id INTEGER NOT NULL REFERENCES artist(id) ON DELETE CASCADE,
  root_id INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  sort_key TEXT NOT NULL,
  PRIMARY KEY (artist_id, root_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX artist_root_name ON artist_root(root_id, sort_key, artist_id);
CREATE TABLE artist_role (
  artist_id INTEGER NOT NULL REFERENCES artist(id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  PRIMARY KEY (artist_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX artist_role_name ON artist_role(role, sort_key, artist_id);
CREATE TABLE artist_genre (
  artist_id INTEGER NOT NULL REFERENCES artist(id) ON DELETE CASCADE,
  genre_id INTEGER NOT NULL REFERENCES genre(id) ON DELETE CASCADE,
  sort_key TEXT NOT NULL,
  PRIMARY KEY (artist_id, genre_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX artist_genre_name ON artist_genre(genre_id, sort_key, artist_id);

CREATE TRIGGER track_artist_listed AFTER INSERT ON track_artist BEGIN
  UPDATE track_artist SET sort_key = (SELECT sort_key FROM track WHERE id = new.track_id)
    WHERE track_id = new.track_id AND role = new.role AND pos = new.pos;
  INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key)
    SELECT a.id, t.root_id, a.sort_key FROM track t, artist a WHERE t.id = new.track_id AND a.id = new.artist_id;
END;
CREATE TRIGGER track_artist_in_role AFTER INSERT ON track_artist WHEN new.role <> 'artist' BEGIN
  INSERT OR IGNORE INTO artist_role(artist_id, role, sort_key)
    SELECT id, new.role, sort_key FROM artist WHERE id = new.artist_id;
END;
CREATE TRIGGER track_renamed AFTER UPDATE OF sort_key ON track WHEN old.sort_key <> new.sort_key BEGIN
  UPDATE track_artist SET sort_key = new.sort_key WHERE track_id = new.id;
END;
CREATE TRIGGER track_moved AFTER UPDATE OF root_id ON track WHEN old.root_id <> new.root_id BEGIN
  INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key)
    SELECT a.id, new.root_id, a.sort_key FROM track_artist ta JOIN artist a ON a.id = ta.artist_id WHERE ta.track_id = new.id;
END;
CREATE TRIGGER album_artist_listed AFTER INSERT ON album_artist BEGIN
  UPDATE album_artist SET year = coalesce((SELECT year FROM album WHERE id = new.album_id), 0)
    WHERE album_id = new.album_id AND pos = new.pos;
  INSERT OR IGNORE INTO artist_genre(artist_id, genre_id, sort_key)
    SELECT a.id, g.genre_id, a.sort_key FROM album_genre g, artist a WHERE g.album_id = new.album_id AND a.id = new.artist_id;
  INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key)
    SELECT a.id, r.root_id, a.sort_key FROM album_root r, artist a WHERE r.album_id = new.album_id AND a.id = new.artist_id;
END;
CREATE TRIGGER album_root_listed AFTER INSERT ON album_root BEGIN
  INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key)
    SELECT a.id, new.root_id, a.sort_key FROM album_artist aa JOIN artist a ON a.id = aa.artist_id WHERE aa.album_id = new.album_id;
END;
CREATE TRIGGER album_genre_listed AFTER INSERT ON album_genre BEGIN
  INSERT OR IGNORE INTO artist_genre(artist_id, genre_id, sort_key)
    SELECT a.id, new.genre_id, a.sort_key FROM album_artist aa JOIN artist a ON a.id = aa.artist_id WHERE aa.album_id = new.album_id;
END;
CREATE TRIGGER album_redated AFTER UPDATE OF year ON album WHEN old.year IS NOT new.year BEGIN
  UPDATE album_artist SET year = coalesce(new.year, 0) WHERE album_id = new.id;
END;
CREATE TRIGGER artist_renamed AFTER UPDATE OF sort_key ON artist WHEN old.sort_key <> new.sort_key BEGIN
  UPDATE artist_root SET sort_key = new.sort_key WHERE artist_id = new.id;
  UPDATE artist_role SET sort_key = new.sort_key WHERE artist_id = new.id;
  UPDATE artist_genre SET sort_key = new.sort_key WHERE artist_id = new.id;
END;

-- Rows that were there before the triggers.
UPDATE album_artist SET year = coalesce((SELECT year FROM album WHERE id = album_id), 0);
UPDATE track_artist SET sort_key = (SELECT sort_key FROM track WHERE id = track_id);
INSERT OR IGNORE INTO artist_root SELECT a.id, t.root_id, a.sort_key FROM track_artist ta JOIN track t ON t.id = ta.track_id JOIN artist a ON a.id = ta.artist_id;
INSERT OR IGNORE INTO artist_root SELECT a.id, r.root_id, a.sort_key FROM album_artist aa JOIN album_root r ON r.album_id = aa.album_id JOIN artist a ON a.id = aa.artist_id;
INSERT OR IGNORE INTO artist_role SELECT a.id, ta.role, a.sort_key FROM track_artist ta JOIN artist a ON a.id = ta.artist_id WHERE ta.role <> 'artist';
INSERT OR IGNORE INTO artist_genre SELECT a.id, g.genre_id, a.sort_key FROM album_artist aa JOIN album_genre g ON g.album_id = aa.album_id JOIN artist a ON a.id = aa.artist_id;
