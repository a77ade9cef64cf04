-- What people did. Plays are kept for ever and outlive the row of their track, so they carry its name and no foreign key to it.
CREATE TABLE play (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  id TEXT NOT NULL, -- the client's: sending one twice counts once
  track_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  artist_text TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  played_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'skipped', 'stopped')),
  counted INTEGER NOT NULL, -- heard long enough to count as a play
  source TEXT NOT NULL,
  device_id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  UNIQUE (user_id, id)
) STRICT;
CREATE INDEX play_history ON play(user_id, started_at, seq);
CREATE INDEX play_track ON play(track_id, user_id);

CREATE TABLE device (
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  id TEXT NOT NULL, -- a UUID it minted itself
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- The place moves every few seconds, the entries seldom: two rows, so that a step does not write 5,000 entries again.
CREATE TABLE queue (
  user_id TEXT PRIMARY KEY REFERENCES user(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  at_index INTEGER NOT NULL,
  position_ms INTEGER NOT NULL,
  shuffle INTEGER NOT NULL,
  repeat TEXT NOT NULL CHECK (repeat IN ('off', 'all', 'one')),
  device_id TEXT,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE queue_entries (
  user_id TEXT PRIMARY KEY REFERENCES user(id) ON DELETE CASCADE,
  entries TEXT NOT NULL -- packed JSON, see listening/queue.ts
) STRICT;
