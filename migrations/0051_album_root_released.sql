-- Albums by date within one root, for who does not see every root. Dates compare as text, as in album_released.
ALTER TABLE album_root ADD COLUMN released TEXT NOT NULL DEFAULT '';
UPDATE album_root SET released =
  coalesce((SELECT coalesce(date, CAST(year AS TEXT), '') FROM album WHERE id = album_id), '');
CREATE INDEX album_root_released ON album_root(root_id, released, album_id);
CREATE TRIGGER album_root_dated AFTER INSERT ON album_root BEGIN
  UPDATE album_root SET released =
    coalesce((SELECT coalesce(date, CAST(year AS TEXT), '') FROM album WHERE id = new.album_id), '')
    WHERE root_id = new.root_id AND album_id = new.album_id;
END;
CREATE TRIGGER album_root_redated AFTER UPDATE OF date, year ON album
WHEN old.date IS NOT new.date OR old.year IS NOT new.year BEGIN
  UPDATE album_root SET released = coalesce(new.date, CAST(new.year AS TEXT), '') WHERE album_id = new.id;
END;
