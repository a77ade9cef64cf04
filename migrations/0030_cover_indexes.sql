-- Who carries a cover: asked for every picture a viewer of some roots only looks at, and when a cover goes.
CREATE INDEX album_cover ON album(cover_id) WHERE cover_id IS NOT NULL;
CREATE INDEX disc_cover ON disc(cover_id) WHERE cover_id IS NOT NULL;
CREATE INDEX track_cover ON track(cover_id) WHERE cover_id IS NOT NULL;
CREATE INDEX artist_cover ON artist(cover_id) WHERE cover_id IS NOT NULL;
