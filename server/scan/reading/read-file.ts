import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parseCue } from './cue.ts';
import { parseLrc } from './lyrics.ts';
import { MAX_PICTURE_BYTES, toPicture } from './pictures.ts';
import { type AudioReader, readAudio } from './read-audio.ts';
import type { FileReading, FileToRead, Unreadable } from './reading.ts';
import { decodeText } from './text.ts';

/** Opens a file by its name's bytes and reads it for what the walk took it for. */

const MAX_SIDECAR_BYTES = 4 * 1024 * 1024;

const unreadable = (code: Unreadable['code'], detail: string): Unreadable => ({ kind: 'unreadable', code, detail });

export async function readOneFile(
  file: Pick<FileToRead, 'path' | 'as'> & { sizeBytes?: number },
  reader: AudioReader,
): Promise<FileReading> {
  let fd: number | undefined;
  try {
    // O_NONBLOCK: opening a named pipe would wait for a writer for ever.
    fd = openSync(Buffer.from(file.path), constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return unreadable('reading/not-audio', 'It is not a regular file.');
    return await readOpen(fd, { as: file.as, sizeBytes: stat.size }, reader);
  } catch (error) {
    return fromError(error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readOpen(
  fd: number,
  file: { as: FileToRead['as']; sizeBytes: number },
  reader: AudioReader,
): FileReading | Promise<FileReading> {
  if (file.as === 'audio') return readAudio(fd, file.sizeBytes, reader);
  if (file.sizeBytes === 0) return unreadable('reading/empty', 'The file is empty.');
  if (file.as === 'picture') return readPictureFile(fd, file.sizeBytes, reader);
  if (file.sizeBytes > MAX_SIDECAR_BYTES) return unreadable('reading/damaged', 'It is too large to be a text file.');
  const text = decodeText(readFileSync(fd));
  if (file.as === 'cue') {
    const parsed = parseCue(text);
    return parsed.kind === 'sheet' ? { kind: 'cue', sheet: parsed.sheet } : unreadable('reading/damaged', parsed.why);
  }
  const lyrics = parseLrc(text);
  return lyrics ? { kind: 'lyrics', lyrics } : unreadable('reading/empty', 'There are no words in it.');
}

function readPictureFile(fd: number, sizeBytes: number, reader: AudioReader): FileReading {
  if (sizeBytes > MAX_PICTURE_BYTES) return unreadable('reading/damaged', 'The picture is larger than 64 MB.');
  const picture = toPicture(readFileSync(fd), 'front', reader.seen);
  return picture ? { kind: 'picture', picture } : unreadable('reading/damaged', 'This is no picture we can show.');
}

/** What the system says of a path, or of the disk below it. */
function fromError(error: unknown): Unreadable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return unreadable('reading/vanished', 'It was gone before it was read.');
  if (code === 'EACCES' || code === 'EPERM')
    return unreadable('reading/denied', 'We may not read it: check its owner and rights.');
  if (error instanceof Error && 'syscall' in error) return unreadable('reading/disk', `The disk answered ${code}.`);
  return unreadable('reading/damaged', error instanceof Error ? error.message.slice(0, 300) : 'It cannot be read.');
}
