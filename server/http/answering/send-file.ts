import type { Context } from 'hono';
import { noneMatchFails } from './answers.ts';
import { notFound } from '../problems.ts';
import { openPath, type OpenFile } from './open-file.ts';
import { parseRange } from './range.ts';
import { BYTES_HEADERS } from './security-headers.ts';

export type SendableFile = {
  /** Absolute; bytes where a name is not UTF-8. */
  path: string | Buffer;
  type: string;
  /** Strong, quoted. When left out it is made of size and mtime. */
  etag?: string;
  cacheControl: string;
  headers?: Record<string, string>;
  /** The file, when it is open already; it is released when the answer has gone. */
  opened?: OpenFile;
};

/** Up to this size a part is read at once: cheaper than a stream. */
const AT_ONCE = 256 * 1024;

const readAll = async ({ handle }: OpenFile, start: number, length: number): Promise<Buffer<ArrayBuffer>> => {
  const buffer = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
};

type Part = { start: number; end: number };

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
};

/** Read as it is asked for; whoever stops listening lets go of the file. */
const streamPart = (file: OpenFile, { start, end }: Part): ReadableStream<Uint8Array> => {
  const release = once(file.release);
  let at = start;
  const next = async (): Promise<Buffer<ArrayBuffer>> => {
    const bytes = await readAll(file, at, Math.min(AT_ONCE, end + 1 - at));
    // Cut shorter meanwhile: the client must not take what it has for the whole.
    if (bytes.length === 0) throw new Error('The file has become shorter.');
    return bytes;
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (out) => {
        try {
          const bytes = await next();
          at += bytes.length;
          out.enqueue(bytes);
          if (at <= end) return;
          out.close();
        } catch (error) {
          await release();
          throw error;
        }
        await release();
      },
      cancel: release,
    },
    { highWaterMark: 0 },
  );
};

const sendPart = async (
  file: OpenFile,
  part: Part,
  answer: { status: number; headers: Record<string, string> },
): Promise<Response> => {
  const length = part.end - part.start + 1;
  if (length > AT_ONCE) return new Response(streamPart(file, part), answer);
  const bytes = await readAll(file, part.start, length);
  await file.release();
  return new Response(bytes, answer);
};

const ifRangeFails = (c: Context, etag: string): boolean => {
  const header = c.req.header('if-range');
  return header !== undefined && header.trim() !== etag;
};

/** Something of a known size that can be sent from anywhere on. */
type Sendable = Omit<SendableFile, 'path' | 'opened' | 'etag'> & {
  etag: string;
  sizeBytes: number;
  /** Nothing of it will be sent. */
  drop: () => Promise<void> | void;
  send: (part: Part, answer: { status: number; headers: Record<string, string> }) => Promise<Response> | Response;
};

const respond = async (c: Context, it: Sendable): Promise<Response> => {
  const { etag, sizeBytes: size } = it;
  const headers: Record<string, string> = {
    'content-type': it.type,
    etag,
    'cache-control': it.cacheControl,
    'accept-ranges': 'bytes',
    ...BYTES_HEADERS,
    ...it.headers,
  };
  const bare = async (status: number): Promise<Response> => {
    await it.drop();
    return new Response(null, { status, headers });
  };
  if (noneMatchFails(c, etag)) return bare(304);
  const range = ifRangeFails(c, etag) ? parseRange(undefined, size) : parseRange(c.req.header('range'), size);
  if (range.kind === 'unsatisfiable') {
    headers['content-range'] = `bytes */${size}`;
    headers['cache-control'] = 'no-store';
    return bare(416);
  }
  const part = range.kind === 'part' ? range : { start: 0, end: size - 1 };
  if (range.kind === 'part') headers['content-range'] = `bytes ${part.start}-${part.end}/${size}`;
  const status = range.kind === 'part' ? 206 : 200;
  headers['content-length'] = String(part.end - part.start + 1);
  return c.req.method === 'HEAD' || size === 0 ? bare(status) : it.send(part, { status, headers });
};

const respondWithFile = async (c: Context, file: OpenFile, it: SendableFile): Promise<Response> => {
  const { stat } = file;
  return respond(c, {
    ...it,
    etag: it.etag ?? `"${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}"`,
    sizeBytes: Number(stat.size),
    drop: file.release,
    send: (part, answer) => sendPart(file, part, answer),
  });
};

/** The bytes of a file with Range, If-Range, If-None-Match and HEAD. A file that is gone is 404. */
export const sendFile = async ({ c }: { c: Context }, it: SendableFile): Promise<Response> => {
  const file = it.opened ?? (await openPath(it.path));
  if (!file) throw notFound();
  try {
    return await respondWithFile(c, file, it);
  } catch (error) {
    await file.release().catch(() => undefined);
    throw error;
  }
};

export type SendableBytes = Omit<SendableFile, 'path' | 'opened' | 'etag'> & {
  bytes: Buffer<ArrayBuffer>;
  etag: string;
};

/** The same for a small thing that is at hand; it is always sent whole. */
export const sendBytes = ({ c }: { c: Context }, it: SendableBytes): Response => {
  const headers = {
    'content-type': it.type,
    etag: it.etag,
    'cache-control': it.cacheControl,
    ...BYTES_HEADERS,
    ...it.headers,
  };
  if (noneMatchFails(c, it.etag)) return new Response(null, { status: 304, headers });
  return new Response(it.bytes, { headers: { ...headers, 'content-length': String(it.bytes.length) } });
};

export type SendableStream = Omit<SendableFile, 'path' | 'opened' | 'etag'> & {
  /** Strong, quoted: the same for the same bytes. */
  etag: string;
  sizeBytes: number;
  /** The bytes of a part, `end` included, made as they are asked for. One that fails ends the connection. */
  read: (part: { start: number; end: number }, signal: AbortSignal) => AsyncGenerator<Uint8Array>;
  /** Once, when the last byte has gone or nobody listens any more. */
  done?: () => void;
};

/** Pulls from a generator as the client takes; who leaves ends it, in the middle of a read too. */
const streamFrom = (read: (signal: AbortSignal) => AsyncGenerator<Uint8Array>, done: () => void) => {
  const leaving = new AbortController();
  const source = read(leaving.signal);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (out) => {
        try {
          const next = await source.next();
          if (!next.done) return out.enqueue(next.value);
          out.close();
        } catch (error) {
          done();
          throw error;
        }
        done();
      },
      cancel: async () => {
        leaving.abort();
        done();
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
};

/** The same for something that is made while it is sent, but whose length and bytes are known. */
export const sendStream = async ({ c }: { c: Context }, it: SendableStream): Promise<Response> => {
  let isDone = false;
  const done = (): void => {
    if (!isDone) it.done?.();
    isDone = true;
  };
  const send: Sendable['send'] = (part, answer) =>
    new Response(
      streamFrom((signal) => it.read(part, signal), done),
      answer,
    );
  return respond(c, { ...it, drop: done, send });
};
