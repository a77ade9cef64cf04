-- Tracks of a codec within one root, for who does not see every root.
CREATE INDEX track_root_codec ON track(root_id, codec, sort_key, id);
