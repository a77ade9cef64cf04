-- How a recording sounds, as measured. What its tags say of it stays in gain_* and peak_*.
ALTER TABLE track ADD COLUMN sound_state TEXT NOT NULL DEFAULT 'new' CHECK (sound_state IN ('new', 'measured', 'unfit'));
ALTER TABLE track ADD COLUMN loudness REAL; -- LUFS, integrated (EBU R128); null: silence, too short, or not measured
ALTER TABLE track ADD COLUMN true_peak REAL; -- linear; 1 is full scale
-- Gated over all its tracks; null while one is not measured yet, and where every track's tags bring an album's gain.
ALTER TABLE album ADD COLUMN loudness REAL;
ALTER TABLE album ADD COLUMN true_peak REAL;
-- The queue of what is still to be measured, newest first. What is not there cannot be measured.
CREATE INDEX track_sound_new ON track(added_at, id) WHERE sound_state = 'new' AND missing_at IS NULL;
