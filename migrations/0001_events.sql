-- The journal: facts in the past tense, written in the transaction that makes them true.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE event_cursor (
  consumer TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- One row: the epoch changes with a restore, so that a consumer with its own store knows to rebuild.
CREATE TABLE event_epoch (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch TEXT NOT NULL
) STRICT;
INSERT INTO event_epoch(id, epoch) VALUES (1, lower(hex(randomblob(8))));
