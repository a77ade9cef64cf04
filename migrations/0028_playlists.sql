-- Lists people make. Entries stand at gapped positions, so that one can go between two others without moving them.
CREATE TABLE playlist (
  id TEXT PRIMARY KEY,
  owner_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL DEFAULT 1,
  entry_count INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER -- may be brought back for a while
) STRICT;
CREATE INDEX playlist_name ON playlist(owner_id, sort_key, id) WHERE deleted_at IS NULL;
CREATE INDEX playlist_updated ON playlist(owner_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX playlist_deleted ON playlist(deleted_at) WHERE deleted_at IS NOT NULL;

-- No foreign key to track: an entry outlives a purge and a merge, and says then what it can.
CREATE TABLE playlist_entry (
  playlist_id TEXT NOT NULL REFERENCES playlist(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  track_id INTEGER NOT NULL,
  added_by TEXT REFERENCES user(id) ON DELETE SET NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (playlist_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX playlist_entry_track ON playlist_entry(track_id);
