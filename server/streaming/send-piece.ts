import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import { notFound, sendBytes, sendFile } from '../http/index.ts';
import { isProblem } from '../kit/index.ts';
import { PLAYLIST_TYPE, mediaPlaylist } from './playlist.ts';
import type { Asker, Piece, Streaming } from './service.ts';

/** How the same bytes are handed out. */
export type Manner = {
  /** For what never changes under its address. */
  immutable: string;
  /** Until a length is measured exactly nothing that hangs on it is kept. */
  fleeting: string;
  /** Whether a playlist is packed for who can read it; else it is the same bytes for everybody, without Vary. */
  packs: boolean;
};

/** To whoever came with a session or a token. */
export const WITH_CREDENTIAL: Manner = {
  immutable: 'private, max-age=31536000, immutable',
  fleeting: 'private, no-store',
  packs: true,
};
/** To whoever holds a signed address. */
export const SIGNED: Manner = { immutable: 'public, max-age=31536000, immutable', fleeting: 'no-store', packs: false };

export const PERSONAL = 'private, no-cache';

/** Nobody reads this answer; it keeps a seek from looking like a failure in the log. */
const CLIENT_LEFT = 499;

type Answering = { c: Context };
type Sending = { call: Answering; asker: Asker };
type Asked = { piece: Piece; file: string; manner: Manner };

const acceptsGzip = (c: Context): boolean => {
  const header = c.req.header('accept-encoding') ?? '';
  return /\bgzip\b/i.test(header) && !/\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)/i.test(header);
};

/** A playlist of an hour is 25 KB and gzips to 2 (Apple's authoring rules, 10.1). */
export const sendPlaylist = (
  call: Answering,
  text: string,
  { manner, cacheControl }: { manner: Manner; cacheControl: string },
): Response => {
  if (!manner.packs) {
    const etag = `"${hash('sha1', text, 'base64url').slice(0, 20)}"`;
    return sendBytes(call, { bytes: Buffer.from(text), type: PLAYLIST_TYPE, etag, cacheControl });
  }
  const headers: Record<string, string> = {
    'content-type': PLAYLIST_TYPE,
    'cache-control': cacheControl,
    vary: 'Accept-Encoding, Cookie, Authorization',
    'x-content-type-options': 'nosniff',
  };
  if (!acceptsGzip(call.c)) return new Response(text, { headers });
  return new Response(gzipSync(text), { headers: { ...headers, 'content-encoding': 'gzip' } });
};

const bytes = (content: Buffer, type: string, cacheControl: string): Response =>
  new Response(new Uint8Array(content), {
    headers: {
      'content-type': type,
      'content-length': String(content.length),
      'cache-control': cacheControl,
      'x-content-type-options': 'nosniff',
    },
  });

const sendSegment = async (
  streaming: Streaming,
  { piece, k, manner }: { piece: Piece; k: number; manner: Manner },
  { call, asker }: Sending,
): Promise<Response> => {
  const fetchOnce = async (): Promise<Response> => {
    const file = await streaming.segment(piece, k, asker);
    if (file.kind === 'bytes') return bytes(file.bytes, 'video/iso.segment', manner.fleeting);
    const etag = `"${piece.key}-${piece.variant}-${k}"`;
    return sendFile(call, { path: file.path, type: 'video/iso.segment', etag, cacheControl: manner.immutable });
  };
  try {
    return await fetchOnce();
  } catch (error) {
    if (call.c.req.raw.signal.aborted) return new Response(null, { status: CLIENT_LEFT });
    // Evicted between two looks, or somebody emptied the folder: made anew, once.
    if (!isProblem(error, notFound)) throw error;
    streaming.forget(piece, k);
    return fetchOnce();
  }
};

/** init.mp4 (for playlists), plain.mp4 (for MediaSource), index.m3u8 or {k}.m4s under a key. */
export const sendPiece = async (
  streaming: Streaming,
  { piece, file, manner }: Asked,
  sending: Sending,
): Promise<Response> => {
  const { call, asker } = sending;
  // One spelling of each number: a cache in front would keep every other one beside it.
  const k = /^(0|[1-9]\d{0,6})\.m4s$/.exec(file)?.[1];
  if (k !== undefined) return sendSegment(streaming, { piece, k: Number(k), manner }, sending);
  if (file === 'init.mp4' || file === 'plain.mp4') {
    const init = await streaming.init(piece, asker);
    return bytes(file === 'init.mp4' ? init.edited : init.plain, 'audio/mp4', manner.immutable);
  }
  if (file !== 'index.m3u8') throw notFound();
  const { plan, exact } = await streaming.plan(piece, asker);
  const cacheControl = exact ? manner.immutable : manner.fleeting;
  return sendPlaylist(call, mediaPlaylist(plan.grid), { manner, cacheControl });
};
