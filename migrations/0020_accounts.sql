-- Who may come in. Secrets are kept as hashes only: argon2id for passwords, sha256 for what has 200 random bits.
CREATE TABLE user (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL, -- as shown
  name_key TEXT NOT NULL UNIQUE, -- as typed at sign-in, folded
  name_look TEXT NOT NULL UNIQUE, -- as it looks: two names that look alike cannot both exist
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'listener')),
  password_hash TEXT NOT NULL,
  password_at INTEGER NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL
) STRICT;
-- One owner, whatever races: a second set-up fails here.
CREATE UNIQUE INDEX user_one_owner ON user(role) WHERE role = 'owner';

CREATE TABLE session (
  id TEXT PRIMARY KEY, -- sha256 of what the cookie holds
  public_id TEXT NOT NULL UNIQUE, -- how lists name it
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL, -- seconds
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  agent TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;
CREATE INDEX session_user ON session(user_id, last_seen_at);
CREATE INDEX session_expiry ON session(expires_at);

CREATE TABLE token (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  secret_sha256 TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL, -- words with spaces between
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX token_user ON token(user_id, created_at);

-- Browsers that a person signed in from: others' guesses never shut these out.
CREATE TABLE known_browser (
  secret_sha256 TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX known_browser_user ON known_browser(user_id, seen_at);

-- Guesses counted by account and by address; survives a restart.
CREATE TABLE guess (
  key TEXT PRIMARY KEY,
  points INTEGER NOT NULL DEFAULT 0,
  expire INTEGER
) STRICT;

-- Answers to creating posts, by the key the client chose, so that a repeat creates nothing twice.
CREATE TABLE idempotency (
  user_id TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  asked_sha256 TEXT NOT NULL,
  status INTEGER NOT NULL,
  location TEXT,
  body TEXT, -- null: the answer was for one pair of eyes and is not kept
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency(at);
