-- What the scan has to remember of what it decided, so that a later scan, or one after a kill, decides alike.

-- Did the tags leave open whose album it is? null: they say so; 0: its artist's, 1: a sampler's, by the artists of its folder.
ALTER TABLE track ADD COLUMN album_guess INTEGER;
-- The file is there, but no sheet cuts this track from it any more: it does not come back with the file.
ALTER TABLE track ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;

-- Artists whose credits went to one other name since a scan last ended well; to_id 0: to several.
CREATE TABLE artist_went (
  from_id INTEGER PRIMARY KEY REFERENCES artist(id) ON DELETE CASCADE,
  to_id INTEGER NOT NULL,
  fresh INTEGER NOT NULL -- the new name came with that scan
) STRICT;
