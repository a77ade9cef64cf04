-- CRC-32 of files that went into an archive once, so that an archive can be resumed anywhere without reading all before.
-- Of the file as it was then: of this size, changed last at this time.
CREATE TABLE file_checksum (
  file_id INTEGER PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  crc32 INTEGER NOT NULL
) STRICT;
