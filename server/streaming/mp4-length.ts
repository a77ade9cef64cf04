import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { TO_READ } from '../kit/index.ts';
import { boxesIn, findBoxes } from './boxes.ts';

/*
 * How much of an MP4 is music. A decoder leaves up to a frame of padding at the end; the movie header knows better: the
 * duration of the media less the edit's start (honest where ffmpeg or Apple wrote it), and the duration of the edit, which
 * is rounded to the movie's time scale, up by some and down by others: one tick is added.
 */

const MAX_MOOV_BYTES = 32 << 20;
const MAX_TOP_LEVEL = 64;

const readMoov = async (file: FileHandle): Promise<Buffer | undefined> => {
  const { size } = await file.stat();
  const head = Buffer.alloc(16);
  let at = 0;
  for (let i = 0; i < MAX_TOP_LEVEL && at + 8 <= size; i++) {
    await file.read(head, 0, 16, at);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return undefined;
    if (head.toString('latin1', 4, 8) === 'moov') {
      if (length > MAX_MOOV_BYTES || at + length > size) return undefined;
      const moov = Buffer.alloc(length);
      await file.read(moov, 0, length, at);
      return moov;
    }
    at += length;
  }
  return undefined;
};

/** Time scale and duration of an mvhd or mdhd. */
const readHeader = (bytes: Buffer, path: readonly string[]): { scale: number; duration: number } | undefined => {
  const [box] = findBoxes(bytes, path);
  if (!box) return undefined;
  const wide = bytes[box.bodyStart] === 1;
  const at = box.bodyStart + (wide ? 20 : 12);
  if (at + (wide ? 12 : 8) > box.end) return undefined;
  const duration = wide ? Number(bytes.readBigUInt64BE(at + 4)) : bytes.readUInt32BE(at + 4);
  return { scale: bytes.readUInt32BE(at), duration };
};

type Edit = { duration: number; mediaTime: number };

const MOST_EDITS = 1000;

/** The one edit that plays media, or undefined when there is none or they are many. */
const readEdit = (bytes: Buffer): Edit | undefined => {
  const [box] = findBoxes(bytes, ['edts', 'elst']);
  if (!box) return undefined;
  const wide = bytes[box.bodyStart] === 1;
  const size = wide ? 20 : 12;
  const count = bytes.readUInt32BE(box.bodyStart + 4);
  if (count > MOST_EDITS) return undefined;
  const edits: Edit[] = [];
  for (let i = 0, at = box.bodyStart + 8; i < count && at + size <= box.end; i++, at += size)
    edits.push(
      wide
        ? { duration: Number(bytes.readBigUInt64BE(at)), mediaTime: Number(bytes.readBigInt64BE(at + 8)) }
        : { duration: bytes.readUInt32BE(at), mediaTime: bytes.readInt32BE(at + 4) },
    );
  const playing = edits.filter((edit) => edit.mediaTime >= 0);
  return playing.length === 1 ? playing[0] : undefined;
};

/** The first track whose handler says that it is sound. */
const findSound = (moov: Buffer): Buffer | undefined => {
  const sound = findBoxes(moov, ['moov', 'trak', 'mdia', 'hdlr']).find(
    ({ bodyStart }) => moov.toString('latin1', bodyStart + 8, bodyStart + 12) === 'soun',
  );
  const trak = sound && findBoxes(moov, ['moov', 'trak']).find(({ end }) => end >= sound.end);
  return trak && moov.subarray(trak.bodyStart, trak.end);
};

/** Seconds of music that a movie header promises for its first sound track, or undefined where it says nothing of use. */
export const musicSecondsOf = (moov: Buffer): number | undefined => {
  const movie = readHeader(moov, ['moov', 'mvhd']);
  const trak = findSound(moov);
  const media = trak && readHeader(trak, ['mdia', 'mdhd']);
  const edit = trak && readEdit(trak);
  if (!movie?.scale || !media?.scale || !edit) return undefined;
  const bounds: number[] = [];
  if (media.duration > edit.mediaTime) bounds.push((media.duration - edit.mediaTime) / media.scale);
  if (edit.duration > 0) bounds.push((edit.duration + 1) / movie.scale);
  return bounds.length ? Math.min(...bounds) : undefined;
};

/** The same for a file; undefined for anything that is no MP4. Never throws: a header that cannot be read says nothing. */
export const readMusicSeconds = async (path: Buffer): Promise<number | undefined> => {
  const file = await open(path, TO_READ).catch(() => undefined);
  try {
    const moov = await file
      ?.read(Buffer.alloc(12), 0, 12, 0)
      .then(({ buffer }) => (buffer.toString('latin1', 4, 8) === 'ftyp' && file ? readMoov(file) : undefined));
    return moov && boxesIn(moov) ? musicSecondsOf(moov) : undefined;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
};
