-- The scan tells a credit's sort key itself and puts the artist on the lists of roots and roles once instead of once per
-- credit: the triggers stand in only for who leaves the key open.
DROP TRIGGER track_artist_listed;
DROP TRIGGER track_artist_in_role;
CREATE TRIGGER track_artist_listed AFTER INSERT ON track_artist WHEN new.sort_key = '' BEGIN
  UPDATE track_artist SET sort_key = (SELECT sort_key FROM track WHERE id = new.track_id)
    WHERE track_id = new.track_id AND role = new.role AND pos = new.pos;
  INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key)
    SELECT a.id, t.root_id, a.sort_key FROM track t, artist a WHERE t.id = new.track_id AND a.id = new.artist_id;
END;
CREATE TRIGGER track_artist_in_role AFTER INSERT ON track_artist WHEN new.sort_key = '' AND new.role <> 'artist' BEGIN
  INSERT OR IGNORE INTO artist_role(artist_id, role, sort_key)
    SELECT id, new.role, sort_key FROM artist WHERE id = new.artist_id;
END;
