-- What music there is. Names on disk are bytes (BLOB) and are opened as they are; sort keys compare BINARY.
CREATE TABLE root (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'media' CHECK (kind IN ('media', 'demo')),
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'missing', 'empty', 'unreadable', 'held', 'removed')),
  state_detail TEXT,
  state_at INTEGER NOT NULL,
  track_count INTEGER NOT NULL DEFAULT 0,
  album_count INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  root_id INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  parent_id INTEGER REFERENCES folder(id) ON DELETE CASCADE,
  path BLOB NOT NULL, -- relative to the root, '/' between names, empty for the root itself
  name TEXT NOT NULL, -- as shown
  sort_key TEXT NOT NULL,
  track_count INTEGER NOT NULL DEFAULT 0, -- directly in it
  UNIQUE (root_id, path)
) STRICT;
CREATE INDEX folder_parent ON folder(parent_id, sort_key, id);

CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder_id INTEGER NOT NULL REFERENCES folder(id) ON DELETE CASCADE,
  name BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('audio', 'lyrics', 'image', 'cue')),
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ino INTEGER NOT NULL,
  audio_key TEXT,
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'missing', 'unreadable')),
  need INTEGER NOT NULL DEFAULT 0, -- bits of work still to do: 1 tags, 2 covers, 4 exact length, 8 loudness
  seen_at INTEGER NOT NULL,
  UNIQUE (folder_id, name)
) STRICT;
CREATE INDEX file_audio_key ON file(audio_key) WHERE audio_key IS NOT NULL;
CREATE INDEX file_ino ON file(ino, size);
CREATE INDEX file_need ON file(need) WHERE need > 0;
CREATE INDEX file_state ON file(state) WHERE state <> 'ok';

CREATE TABLE cover (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 TEXT NOT NULL UNIQUE,
  mime TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  tint TEXT NOT NULL DEFAULT 'n', -- '0'..'23' or 'n'
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ready', 'bad')),
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE artist (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  folded TEXT NOT NULL, -- identity when there is no MusicBrainz id
  sort_name TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  mbid TEXT,
  cover_id INTEGER REFERENCES cover(id) ON DELETE SET NULL,
  album_count INTEGER NOT NULL DEFAULT 0, -- as album artist
  track_count INTEGER NOT NULL DEFAULT 0, -- in any role
  added_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX artist_identity ON artist(folded, coalesce(mbid, ''));
CREATE INDEX artist_mbid ON artist(mbid) WHERE mbid IS NOT NULL;
CREATE INDEX artist_name ON artist(sort_key, id);
CREATE INDEX artist_albums ON artist(album_count, sort_key, id);
CREATE INDEX artist_added ON artist(added_at, id);

CREATE TABLE genre (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  sort_key TEXT NOT NULL,
  track_count INTEGER NOT NULL DEFAULT 0,
  album_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX genre_name ON genre(sort_key, id);

CREATE TABLE album (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  akey TEXT NOT NULL UNIQUE, -- what makes two files one album; see the scan's rules
  title TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  artist_id INTEGER REFERENCES artist(id),
  artist_text TEXT NOT NULL,
  artist_sort TEXT NOT NULL,
  year INTEGER,
  date TEXT,
  original_date TEXT,
  type TEXT NOT NULL DEFAULT 'album', -- album, ep, single, compilation, live, soundtrack, remix, demo, other
  compilation INTEGER NOT NULL DEFAULT 0,
  label TEXT,
  catalog TEXT,
  track_count INTEGER NOT NULL DEFAULT 0,
  missing_count INTEGER NOT NULL DEFAULT 0,
  disc_count INTEGER NOT NULL DEFAULT 1,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  root_id INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  cover_id INTEGER REFERENCES cover(id) ON DELETE SET NULL,
  added_at INTEGER NOT NULL,
  mbid TEXT,
  group_mbid TEXT,
  rnd INTEGER NOT NULL
) STRICT;
CREATE INDEX album_name ON album(sort_key, id);
CREATE INDEX album_added ON album(added_at, id);
CREATE INDEX album_year ON album(year, id);
CREATE INDEX album_date ON album(date, id);
CREATE INDEX album_artist_sort ON album(artist_sort, year, id);
CREATE INDEX album_of_artist ON album(artist_id, year, id);
CREATE INDEX album_rnd ON album(rnd, id);
CREATE INDEX album_type ON album(type, sort_key, id);
CREATE INDEX album_mbid ON album(mbid) WHERE mbid IS NOT NULL;

-- Which roots an album lies in (it may lie in several): lists of a viewer who does not see every root start here.
CREATE TABLE album_root (
  root_id INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  album_id INTEGER NOT NULL REFERENCES album(id) ON DELETE CASCADE,
  sort_key TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  track_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (root_id, album_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_root_name ON album_root(root_id, sort_key, album_id);
CREATE INDEX album_root_added ON album_root(root_id, added_at, album_id);
CREATE INDEX album_root_album ON album_root(album_id);

CREATE TABLE track (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_id INTEGER REFERENCES file(id) ON DELETE SET NULL,
  album_id INTEGER NOT NULL REFERENCES album(id),
  root_id INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  disc INTEGER NOT NULL DEFAULT 1,
  no INTEGER, -- within the disc; null when the tags do not say
  title TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  artist_text TEXT NOT NULL,
  artist_id INTEGER REFERENCES artist(id), -- the first artist
  genre_id INTEGER REFERENCES genre(id) ON DELETE SET NULL, -- the first genre
  year INTEGER,
  date TEXT,
  original_date TEXT,
  tag_key TEXT NOT NULL, -- folded title, artist, album, disc, no: half of a recording's identity
  -- sound
  container TEXT NOT NULL,
  codec TEXT NOT NULL,
  lossless INTEGER NOT NULL DEFAULT 0,
  rate INTEGER NOT NULL, -- Hz
  bits INTEGER,
  channels INTEGER NOT NULL,
  bitrate INTEGER, -- kbit/s
  duration_ms INTEGER NOT NULL,
  -- measured by decoding; until then duration_ms is what the header says
  exact INTEGER NOT NULL DEFAULT 0,
  samples INTEGER, -- L of the streaming grid, at src_rate
  p0 INTEGER, -- pts of the first sample, at src_rate
  src_rate INTEGER,
  damaged INTEGER NOT NULL DEFAULT 0,
  cue_no INTEGER, -- nth track of a cue sheet, from 1
  cue_start INTEGER, -- first sample in the file, at rate
  cue_end INTEGER, -- one past the last, null: to the end of the file
  -- levels as the tags say
  gain_track REAL,
  gain_album REAL,
  peak_track REAL,
  peak_album REAL,
  explicit INTEGER,
  bpm REAL,
  isrc TEXT,
  mbid TEXT, -- recording
  track_mbid TEXT,
  cover_id INTEGER REFERENCES cover(id) ON DELETE SET NULL, -- its own, where it differs from the album's
  lyrics_kind TEXT CHECK (lyrics_kind IN ('synced', 'plain')),
  comment TEXT,
  added_at INTEGER NOT NULL,
  missing_at INTEGER,
  rnd INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX track_file ON track(file_id, coalesce(cue_no, 0)) WHERE file_id IS NOT NULL;
CREATE INDEX track_album ON track(album_id, disc, no, id);
CREATE INDEX track_title ON track(sort_key, id);
CREATE INDEX track_added ON track(added_at, id);
CREATE INDEX track_genre_first ON track(genre_id, sort_key, id);
CREATE INDEX track_rnd ON track(rnd, id);
CREATE INDEX track_root_title ON track(root_id, sort_key, id);
CREATE INDEX track_root_added ON track(root_id, added_at, id);
CREATE INDEX track_codec ON track(codec, sort_key, id);
CREATE INDEX track_tag_key ON track(tag_key);
CREATE INDEX track_mbid ON track(mbid) WHERE mbid IS NOT NULL;
CREATE INDEX track_missing ON track(missing_at, id) WHERE missing_at IS NOT NULL;

-- role: artist, albumartist (on album_artist only), composer, lyricist, conductor, performer, remixer, producer, ...
CREATE TABLE track_artist (
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  pos INTEGER NOT NULL,
  artist_id INTEGER NOT NULL REFERENCES artist(id),
  as_text TEXT, -- as credited, where it differs from the artist's name
  PRIMARY KEY (track_id, role, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX track_artist_artist ON track_artist(artist_id, role, track_id);

CREATE TABLE album_artist (
  album_id INTEGER NOT NULL REFERENCES album(id) ON DELETE CASCADE,
  pos INTEGER NOT NULL,
  artist_id INTEGER NOT NULL REFERENCES artist(id),
  as_text TEXT,
  PRIMARY KEY (album_id, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_artist_artist ON album_artist(artist_id, album_id);

CREATE TABLE track_genre (
  genre_id INTEGER NOT NULL REFERENCES genre(id) ON DELETE CASCADE,
  sort_key TEXT NOT NULL,
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  pos INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (genre_id, sort_key, track_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX track_genre_track ON track_genre(track_id, pos);

CREATE TABLE album_genre (
  genre_id INTEGER NOT NULL REFERENCES genre(id) ON DELETE CASCADE,
  sort_key TEXT NOT NULL,
  album_id INTEGER NOT NULL REFERENCES album(id) ON DELETE CASCADE,
  PRIMARY KEY (genre_id, sort_key, album_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_genre_album ON album_genre(album_id);

CREATE TABLE disc (
  album_id INTEGER NOT NULL REFERENCES album(id) ON DELETE CASCADE,
  no INTEGER NOT NULL,
  title TEXT,
  cover_id INTEGER REFERENCES cover(id) ON DELETE SET NULL,
  PRIMARY KEY (album_id, no)
) STRICT, WITHOUT ROWID;

-- synced: JSON [{ "atMs": 1000, "text": "..." }]; plain: the text.
CREATE TABLE lyrics (
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('synced', 'plain')),
  lang TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT 'embedded' CHECK (source IN ('embedded', 'sidecar')),
  text TEXT NOT NULL,
  PRIMARY KEY (track_id, kind, lang)
) STRICT, WITHOUT ROWID;

CREATE TABLE chapter (
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  no INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (track_id, no)
) STRICT, WITHOUT ROWID;

-- Ids that were merged away still resolve.
CREATE TABLE track_alias (old INTEGER PRIMARY KEY, id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE) STRICT;
CREATE TABLE album_alias (old INTEGER PRIMARY KEY, id INTEGER NOT NULL REFERENCES album(id) ON DELETE CASCADE) STRICT;
CREATE TABLE artist_alias (old INTEGER PRIMARY KEY, id INTEGER NOT NULL REFERENCES artist(id) ON DELETE CASCADE) STRICT;

-- What each listener thinks of a thing. kind: tracks, albums, artists, playlists, episodes; id: the row, or the text id.
CREATE TABLE mark (
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  id ANY NOT NULL,
  liked_at INTEGER,
  stars INTEGER CHECK (stars BETWEEN 1 AND 5),
  banned_at INTEGER,
  play_count INTEGER NOT NULL DEFAULT 0,
  last_played_at INTEGER,
  PRIMARY KEY (user_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mark_liked ON mark(user_id, kind, liked_at, id) WHERE liked_at IS NOT NULL;
CREATE INDEX mark_plays ON mark(user_id, kind, play_count, id) WHERE play_count > 0;
CREATE INDEX mark_recent ON mark(user_id, kind, last_played_at, id) WHERE last_played_at IS NOT NULL;
CREATE INDEX mark_thing ON mark(kind, id);

-- Totals that lists show without counting.
CREATE TABLE library_count (
  name TEXT PRIMARY KEY, -- tracks, albums, artists, genres, missing, durationMs
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO library_count(name, value) VALUES ('tracks', 0), ('albums', 0), ('artists', 0), ('genres', 0), ('missing', 0), ('durationMs', 0);

CREATE TABLE scan_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'cancelled')),
  reason TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  seen INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  moved INTEGER NOT NULL DEFAULT 0,
  missing INTEGER NOT NULL DEFAULT 0,
  unreadable INTEGER NOT NULL DEFAULT 0,
  detail TEXT
) STRICT;

CREATE TABLE scan_issue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_id INTEGER REFERENCES file(id) ON DELETE CASCADE,
  root_id INTEGER REFERENCES root(id) ON DELETE CASCADE,
  scan_id INTEGER REFERENCES scan_run(id) ON DELETE SET NULL,
  path BLOB NOT NULL, -- relative to the root
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX scan_issue_once ON scan_issue(root_id, path, code);
