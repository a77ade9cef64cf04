import type { FileBytes } from './file-bytes.ts';

/**
 * ID3v2 padding is read as frames by music-metadata, with a warning each: 1 MiB of zeros costs 300 ms. So the frame
 * headers are walked here and the parser is handed the body up to the first zero id. Only where that is certain:
 * v2.3 and v2.4 (id3.org/id3v2.4.0-structure 3.1) without unsynchronisation, extended header or footer.
 */

const HEADER = 10;
/** Shorter bodies are not worth the walk. */
const WORTH_BYTES = 512;

const syncsafe = (b: Uint8Array, at: number): number =>
  ((b[at]! & 127) << 21) | ((b[at + 1]! & 127) << 14) | ((b[at + 2]! & 127) << 7) | (b[at + 3]! & 127);
const uint32 = (b: Uint8Array, at: number): number =>
  ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;

/** The end of an ID3v2 tag that starts at `position`, or undefined where there is none. */
export function id3v2End(bytes: FileBytes, position: number): number | undefined {
  const h = bytes.view(position, HEADER);
  if (h.length < HEADER || h[0] !== 0x49 || h[1] !== 0x44 || h[2] !== 0x33) return undefined;
  const footer = (h[5]! & 0x10) !== 0 ? HEADER : 0;
  return position + HEADER + syncsafe(h, 6) + footer;
}

/** The frames of the tag body at `position` without its padding, or undefined where the bytes are something else. */
export function id3BodyWithoutPadding(bytes: FileBytes, position: number, length: number): Uint8Array | undefined {
  if (length < WORTH_BYTES || position < HEADER) return undefined;
  const h = bytes.view(position - HEADER, HEADER);
  if (h[0] !== 0x49 || h[1] !== 0x44 || h[2] !== 0x33) return undefined;
  const major = h[3]!;
  if ((major !== 3 && major !== 4) || h[5] !== 0 || syncsafe(h, 6) !== length) return undefined;
  const end = position + framesLength(bytes, { position, length, major });
  const body = new Uint8Array(end - position);
  return bytes.copy(body, position, body.length) === body.length ? body : undefined;
}

function framesLength(bytes: FileBytes, tag: { position: number; length: number; major: number }): number {
  let at = 0;
  while (at + HEADER <= tag.length) {
    const frame = bytes.view(tag.position + at, HEADER);
    if (frame.length < HEADER) return tag.length;
    if (frame[0] === 0 && frame[1] === 0 && frame[2] === 0 && frame[3] === 0) return at;
    at += HEADER + (tag.major === 4 ? syncsafe(frame, 4) : uint32(frame, 4));
  }
  return tag.length;
}
