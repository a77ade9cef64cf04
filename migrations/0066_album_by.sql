-- Whose album a track's tags say it is; where they leave it open (album_guess is not null), what its folder lent it.
ALTER TABLE track ADD COLUMN album_by TEXT;
UPDATE track SET album_by = (SELECT a.artist_text FROM album a WHERE a.id = track.album_id) WHERE album_guess IS NULL;
UPDATE track SET album_by = 'Various Artists' WHERE album_guess = 1;
UPDATE track SET album_guess = 1 WHERE album_guess = 0;
-- Their tags are read again by the next scan (need 1), for a folder now decides by more than the number of its artists.
UPDATE file SET need = need | 1 WHERE id IN (SELECT file_id FROM track WHERE album_guess IS NOT NULL AND missing_at IS NULL);
