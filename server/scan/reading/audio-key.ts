import { createHash } from 'node:crypto';
import type { FileBytes } from './file-bytes.ts';
import type { Range } from './payload.ts';

/**
 * What the audio is, whatever the tags say: equal for a file before and after retagging. Taken from the payload's
 * length and 16 KiB of its middle, so it costs one read; not unique, so it never decides alone.
 */

const SAMPLE_BYTES = 16 * 1024;

export type KeyFacts = { codec: string; sampleRateHz: number | undefined; isOgg: boolean };

export function audioKey(bytes: FileBytes, payload: readonly Range[], facts: KeyFacts): string | undefined {
  const length = payload.reduce((sum, r) => sum + (r.end - r.start), 0);
  if (length <= 0) return undefined;
  const hash = createHash('sha256').update(`${facts.codec}|${facts.sampleRateHz ?? 0}|${length}|`);
  const middle = rangeAt(payload, Math.max(0, Math.floor((length - SAMPLE_BYTES) / 2)));
  if (facts.isOgg) addPageBodies(bytes, middle, (part) => hash.update(part));
  else hash.update(bytes.view(middle.start, Math.min(SAMPLE_BYTES, middle.end - middle.start)));
  return hash.digest('hex').slice(0, 32);
}

/** FLAC carries the MD5 of its decoded samples; zeros where the encoder left it out (RFC 9639 8.2). */
export function flacKey(md5: Uint8Array | undefined): string | undefined {
  if (!md5 || md5.length !== 16 || md5.every((b) => b === 0)) return undefined;
  return Buffer.from(md5).toString('hex');
}

function rangeAt(payload: readonly Range[], offset: number): Range {
  let left = offset;
  for (const range of payload) {
    const size = range.end - range.start;
    if (left < size) return { start: range.start + left, end: range.end };
    left -= size;
  }
  return payload.at(-1)!;
}

/** Retagging renumbers every Ogg page and so changes its checksum: only page bodies are hashed. */
function addPageBodies(bytes: FileBytes, from: Range, add: (part: Uint8Array) => void): void {
  const window = bytes.view(from.start, 4 * SAMPLE_BYTES);
  let at = nextPage(window, 0);
  for (let left = SAMPLE_BYTES; left > 0 && at >= 0 && at + 27 <= window.length;) {
    const lacing = window.subarray(at + 27, at + 27 + window[at + 26]!);
    const bodyAt = at + 27 + lacing.length;
    const size = lacing.reduce((sum, n) => sum + n, 0);
    const part = window.subarray(bodyAt, bodyAt + Math.min(size, left));
    add(part);
    left -= part.length;
    at = nextPage(window, bodyAt + size);
  }
}

function nextPage(window: Uint8Array, from: number): number {
  for (let at = window.indexOf(0x4f, from); at >= 0 && at + 4 <= window.length; at = window.indexOf(0x4f, at + 1)) {
    if (window[at + 1] === 0x67 && window[at + 2] === 0x67 && window[at + 3] === 0x53) return at;
  }
  return -1;
}
