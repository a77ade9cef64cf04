-- What somebody at the command line wants run now. The server looks here: a command is not a fact, so it is no row of the
-- journal, and whoever can write this file may ask for it.
CREATE TABLE job_wanted (
  job TEXT PRIMARY KEY,
  wanted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
