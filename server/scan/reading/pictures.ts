import { hash } from 'node:crypto';
import type { IPicture } from 'music-metadata';
import type { Picture, PictureKind } from './reading.ts';

/** Pictures by what their bytes are: taggers write `image/jpg`, `PNG`, `-->` and worse. */

const MAGIC: [mime: Picture['mime'], test: (b: Uint8Array) => boolean][] = [
  ['image/jpeg', (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff],
  ['image/png', (b) => ascii(b, 1, 3) === 'PNG' && b[0] === 0x89],
  ['image/webp', (b) => ascii(b, 0, 4) === 'RIFF' && ascii(b, 8, 4) === 'WEBP'],
  ['image/gif', (b) => ascii(b, 0, 4) === 'GIF8'],
  ['image/avif', (b) => ascii(b, 4, 4) === 'ftyp' && /^avi[fs]$/.test(ascii(b, 8, 4))],
  ['image/bmp', (b) => ascii(b, 0, 2) === 'BM'],
  ['image/tiff', (b) => /^(II\*\0|MM\0\*)$/.test(ascii(b, 0, 4))],
];

const ascii = (b: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...b.subarray(at, at + length));

export const pictureMime = (bytes: Uint8Array): Picture['mime'] | undefined =>
  MAGIC.find(([, test]) => test(bytes))?.[0];

/** More than this is no cover: a decoder bomb or a video still in full. */
export const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
const MAX_PICTURES = 16;

const KINDS: [pattern: RegExp, kind: PictureKind][] = [
  [/front/i, 'front'],
  [/back/i, 'back'],
  [/media|disc|label side/i, 'disc'],
  [/artist|performer|band|orchestra|composer|conductor|lyricist/i, 'artist'],
  [/leaflet|booklet/i, 'booklet'],
];

/** MP4 and friends do not say what a picture shows; the first of them is the front. */
export const pictureKind = (type: string | undefined, index: number): PictureKind =>
  type ? (KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'other') : index === 0 ? 'front' : 'other';

export type SeenPictures = {
  /** True the first time: a cover in a thousand files crosses the thread border once. */
  add(sha256: string): boolean;
  sha256Of(bytes: Uint8Array): string;
};

/** The songs of an album carry one picture: it is compared with those before it, which costs a tenth of hashing it. */
const KEPT_PICTURES = 4;
const KEPT_BYTES = 2 * 1024 * 1024;

/** What this worker has met. */
export function createSeenPictures(limit = 20_000): SeenPictures {
  const seen = new Set<string>();
  const recent: { bytes: Uint8Array; sha256: string }[] = [];
  return {
    sha256Of(bytes) {
      const known = recent.find((it) => it.bytes.length === bytes.length && Buffer.compare(it.bytes, bytes) === 0);
      if (known) return known.sha256;
      const sha256 = hash('sha256', bytes);
      if (bytes.length <= KEPT_BYTES) recent.unshift({ bytes: new Uint8Array(bytes), sha256 });
      recent.splice(KEPT_PICTURES);
      return sha256;
    },
    add(sha256) {
      if (seen.has(sha256)) return false;
      if (seen.size >= limit) seen.delete(seen.values().next().value!);
      seen.add(sha256);
      return true;
    },
  };
}

export function toPicture(bytes: Uint8Array, kind: PictureKind, seen: SeenPictures): Picture | undefined {
  const mime = pictureMime(bytes);
  if (!mime || bytes.length > MAX_PICTURE_BYTES) return undefined;
  const sha256 = seen.sha256Of(bytes);
  // A copy of its own: structured clone would send the whole buffer behind a view.
  const sent = seen.add(sha256) ? { bytes: Uint8Array.from(bytes) } : {};
  return { sha256, kind, mime, sizeBytes: bytes.length, ...sent };
}

export function readPictures(
  pictures: readonly IPicture[] | undefined,
  seen: SeenPictures,
): { pictures: Picture[]; broken: number } {
  const found: Picture[] = [];
  const given = (pictures ?? []).slice(0, MAX_PICTURES);
  for (const [i, { data, type }] of given.entries()) {
    const picture = toPicture(data, pictureKind(type, i), seen);
    if (picture && !found.some(({ sha256 }) => sha256 === picture.sha256)) found.push(picture);
  }
  return { pictures: found, broken: given.filter(({ data }) => !pictureMime(data)).length };
}
