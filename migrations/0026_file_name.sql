-- Lists from elsewhere name files; a file is found by its name first, then by the folders above it.
CREATE INDEX file_name ON file(name) WHERE kind = 'audio';
