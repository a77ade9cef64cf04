-- Albums by chance within one root, for who does not see every root.
ALTER TABLE album_root ADD COLUMN rnd INTEGER NOT NULL DEFAULT 0;
CREATE INDEX album_root_random ON album_root(root_id, rnd, album_id);
CREATE TRIGGER album_root_by_chance AFTER INSERT ON album_root BEGIN
  UPDATE album_root SET rnd = coalesce((SELECT rnd FROM album WHERE id = new.album_id), 0)
    WHERE root_id = new.root_id AND album_id = new.album_id;
END;
UPDATE album_root SET rnd = coalesce((SELECT rnd FROM album WHERE id = album_id), 0);
