import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { noneMatchFails } from './answers.ts';
import { notFound } from '../problems.ts';
import { parseRange } from './range.ts';

export type SendableFile = {
  /** Absolute; bytes where a name is not UTF-8. */
  path: string | Buffer;
  type: string;
  /** Strong, quoted. When left out it is made of size and mtime. */
  etag?: string;
  cacheControl: string;
  headers?: Record<string, string>;
};

/** Up to this size a part is read at once: cheaper than a stream. */
const AT_ONCE = 256 * 1024;

const readAll = async (file: FileHandle, start: number, length: number): Promise<Buffer<ArrayBuffer>> => {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
};

type Part = { start: number; end: number };

const sendPart = async (
  file: FileHandle,
  part: Part,
  answer: { status: number; headers: Headers },
): Promise<Response> => {
  const length = part.end - part.start + 1;
  answer.headers.set('content-length', String(length));
  if (length <= AT_ONCE) {
    const bytes = await readAll(file, part.start, length);
    await file.close();
    return new Response(bytes, answer);
  }
  const stream = file.createReadStream({ start: part.start, end: part.end, autoClose: true, highWaterMark: AT_ONCE });
  return new Response(Readable.toWeb(stream) as ReadableStream, answer);
};

const ifRangeFails = (c: Context, etag: string): boolean => {
  const header = c.req.header('if-range');
  return header !== undefined && header.trim() !== etag;
};

const respond = async (c: Context, file: FileHandle, it: SendableFile): Promise<Response> => {
  const stat = await file.stat({ bigint: true });
  if (!stat.isFile()) throw notFound();
  const size = Number(stat.size);
  const etag = it.etag ?? `"${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}"`;
  const headers = new Headers({
    'content-type': it.type,
    etag,
    'cache-control': it.cacheControl,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    ...it.headers,
  });
  const bare = async (status: number): Promise<Response> => {
    await file.close();
    return new Response(null, { status, headers });
  };
  if (noneMatchFails(c, etag)) return bare(304);
  const range = ifRangeFails(c, etag) ? parseRange(undefined, size) : parseRange(c.req.header('range'), size);
  if (range.kind === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`);
    return bare(416);
  }
  const part = range.kind === 'part' ? range : { start: 0, end: size - 1 };
  if (range.kind === 'part') headers.set('content-range', `bytes ${part.start}-${part.end}/${size}`);
  const status = range.kind === 'part' ? 206 : 200;
  if (c.req.method === 'HEAD' || size === 0) {
    headers.set('content-length', String(part.end - part.start + 1));
    return bare(status);
  }
  return sendPart(file, part, { status, headers });
};

/** The bytes of a file with Range, If-Range, If-None-Match and HEAD. A file that is gone is 404. */
export const sendFile = async ({ c }: { c: Context }, it: SendableFile): Promise<Response> => {
  let file: FileHandle;
  try {
    file = await open(it.path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') throw notFound();
    throw error;
  }
  try {
    return await respond(c, file, it);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
};
