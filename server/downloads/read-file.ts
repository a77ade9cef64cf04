import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { TO_READ } from '../kit/index.ts';

/** A file as it was when an archive was laid out. */
export type KnownFile = { path: Buffer | string; sizeBytes: number; mtimeNs: bigint };

/** [start, end) of the bytes of a file. */
export type Cut = { start: number; end: number };

const CHUNK = 256 * 1024;

const CHANGED = 'A file has changed while it was sent.';
/** Whoever gets this ends the connection: wrong bytes would look like right ones. */
const changed = (): Error => new Error(CHANGED);
export const isChange = (error: unknown): boolean => error instanceof Error && error.message === CHANGED;

const assertSame = async (handle: FileHandle, { sizeBytes, mtimeNs }: KnownFile): Promise<void> => {
  const now = await handle.stat({ bigint: true });
  if (!now.isFile() || now.size !== BigInt(sizeBytes) || now.mtimeNs !== mtimeNs) throw changed();
};

const readChunk = async (handle: FileHandle, at: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, at + done);
    if (bytesRead === 0) throw changed();
    done += bytesRead;
  }
  return buffer;
};

/**
 * The bytes of a file, chunk by chunk. Throws when it is not, before or after, the file it was; a whole one is also held
 * against its checksum before its last bytes are given away.
 */
export const readFile = async function* (file: KnownFile, { start, end }: Cut, crc?: number): AsyncGenerator<Buffer> {
  const handle = await open(file.path, TO_READ);
  try {
    await assertSame(handle, file);
    const expected = start === 0 && end === file.sizeBytes ? crc : undefined;
    let sum = 0;
    for (let at = start; at < end; at += CHUNK) {
      const bytes = await readChunk(handle, at, Math.min(CHUNK, end - at));
      if (expected !== undefined) sum = crc32(bytes, sum);
      const isLast = at + bytes.length === end;
      if (isLast) await assertSame(handle, file);
      if (isLast && expected !== undefined && sum !== expected) throw changed();
      yield bytes;
    }
  } finally {
    await handle.close();
  }
};

/** Reads all of it. Rejects with the reason of the signal, or when the file is not what it was. */
export const checksumOf = async (file: KnownFile, signal?: AbortSignal): Promise<number> => {
  let sum = 0;
  for await (const bytes of readFile(file, { start: 0, end: file.sizeBytes })) {
    signal?.throwIfAborted();
    sum = crc32(bytes, sum);
  }
  return sum;
};
