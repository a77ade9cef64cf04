-- The counts tell chance and date of an album's place in a root with the row itself: the triggers, each of which wrote the
-- row's indexes once more, stand in only for who leaves them open.
DROP TRIGGER album_root_by_chance;
DROP TRIGGER album_root_dated;
CREATE TRIGGER album_root_by_chance AFTER INSERT ON album_root WHEN new.rnd = 0 BEGIN
  UPDATE album_root SET rnd = coalesce((SELECT rnd FROM album WHERE id = new.album_id), 0)
    WHERE root_id = new.root_id AND album_id = new.album_id;
END;
CREATE TRIGGER album_root_dated AFTER INSERT ON album_root WHEN new.released = '' BEGIN
  UPDATE album_root SET released =
    coalesce((SELECT coalesce(date, CAST(year AS TEXT), '') FROM album WHERE id = new.album_id), '')
    WHERE root_id = new.root_id AND album_id = new.album_id;
END;
