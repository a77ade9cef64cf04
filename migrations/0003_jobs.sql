-- What the night clock has run. One row per job and slot (a name for a due moment, like 2026-01-31): the row is the proof that
-- the slot is taken, across restarts, summer time and clocks that jump. Runs somebody asked for have no slot.
CREATE TABLE job_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL,
  slot TEXT,
  cause TEXT NOT NULL CHECK (cause IN ('schedule', 'asked')),
  -- skipped: the slot that had passed when the house first knew the job. interrupted: the process ended meanwhile.
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'interrupted', 'skipped')),
  attempt INTEGER NOT NULL DEFAULT 1,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  -- One sentence for the owner: what was done, or why not.
  summary TEXT
) STRICT;
CREATE UNIQUE INDEX job_run_slot ON job_run(job, slot) WHERE slot IS NOT NULL;
CREATE INDEX job_run_newest ON job_run(job, id);
