import type { Container } from './container.ts';
import type { FileBytes } from './file-bytes.ts';
import { oggStart } from './ogg-pages.ts';

/**
 * Where the audio lies between the tags, as byte ranges. Retagging moves a payload but leaves it as it is, which is
 * what the audio key stands on.
 */

export type Range = { start: number; end: number };

const text = (b: Uint8Array, at: number, length: number): string => String.fromCharCode(...b.subarray(at, at + length));
const dataView = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.length);

/** Nothing real has more top-level boxes or chunks: a fragment of 2 s makes two, so this is a day. */
const MAX_CHUNKS = 100_000;

export function payloadRanges(bytes: FileBytes, container: Container, tagEnd: number): Range[] {
  switch (container) {
    case 'ogg': {
      const start = oggStart(bytes)?.audioAt;
      return start === undefined ? [] : [{ start, end: bytes.sizeBytes }];
    }
    case 'flac': {
      const start = flacFrames(bytes, tagEnd);
      return [{ start, end: Math.max(start, trailingTagsStart(bytes)) }];
    }
    case 'mp4':
      return mp4Media(bytes);
    case 'riff':
      return chunk(bytes, { name: 'data', littleEndian: true, from: tagEnd + 12 });
    case 'aiff':
      return chunk(bytes, { name: 'SSND', littleEndian: false, from: tagEnd + 12 });
    case 'dsf':
      return dsfAudio(bytes, tagEnd);
    case 'asf':
      return asfAudio(bytes);
    case 'matroska':
      return matroskaClusters(bytes);
    case 'mpeg':
    case 'wavpack':
    case 'apev2':
    case 'musepack':
    case 'dsdiff': {
      const end = trailingTagsStart(bytes);
      return end > tagEnd ? [{ start: tagEnd, end }] : [];
    }
  }
}

/** RFC 9639 8: metadata blocks, each with its length; the last one carries the top bit. */
function flacFrames(bytes: FileBytes, tagEnd: number): number {
  let at = tagEnd + 4;
  for (let n = 0; n < 1_000 && at + 4 <= bytes.sizeBytes; n++) {
    const head = dataView(bytes.view(at, 4)).getUint32(0);
    at += 4 + (head & 0xffffff);
    if (head >>> 31 === 1) break;
  }
  return at;
}

/** ISO 14496-12 4.2: size, type; size 1 means a 64-bit size follows, 0 means to the end. */
function mp4Media(bytes: FileBytes): Range[] {
  const found: Range[] = [];
  let at = 0;
  for (let n = 0; n < MAX_CHUNKS && at + 8 <= bytes.sizeBytes; n++) {
    const head = bytes.view(at, 16);
    const view = dataView(head);
    const short = view.getUint32(0);
    const long = short === 1 && head.length === 16;
    const size = long ? Number(view.getBigUint64(8)) : short === 0 ? bytes.sizeBytes - at : short;
    if (size < 8) break;
    const end = Math.min(at + size, bytes.sizeBytes);
    if (text(head, 4, 4) === 'mdat') found.push({ start: at + (long ? 16 : 8), end });
    at = end;
  }
  return found;
}

function chunk(bytes: FileBytes, of: { name: string; littleEndian: boolean; from: number }): Range[] {
  let at = of.from;
  for (let n = 0; n < MAX_CHUNKS && at + 8 <= bytes.sizeBytes; n++) {
    const head = bytes.view(at, 8);
    const size = dataView(head).getUint32(4, of.littleEndian);
    const start = at + 8;
    // Streamed and RF64 files say 0xffffffff: to the end.
    if (text(head, 0, 4) === of.name) return [{ start, end: Math.min(start + size, bytes.sizeBytes) }];
    at = start + size + (size & 1);
  }
  return [];
}

function dsfAudio(bytes: FileBytes, tagEnd: number): Range[] {
  const head = bytes.view(tagEnd, 28);
  if (head.length < 28) return [];
  const tagsAt = Number(dataView(head).getBigUint64(20, true));
  const end = tagsAt > 28 && tagsAt <= bytes.sizeBytes ? tagsAt : bytes.sizeBytes;
  return [{ start: tagEnd + 28, end }];
}

function asfAudio(bytes: FileBytes): Range[] {
  const head = bytes.view(0, 24);
  if (head.length < 24) return [];
  const start = Number(dataView(head).getBigUint64(16, true));
  const data = bytes.view(start, 24);
  if (data.length < 24) return [];
  const size = Number(dataView(data).getBigUint64(16, true));
  return [{ start: start + 24, end: Math.min(start + size, bytes.sizeBytes) }];
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;

/** RFC 8794 4: variable-length ids and sizes; an unknown size (all ones) ends our walk. */
function matroskaClusters(bytes: FileBytes): Range[] {
  const found: Range[] = [];
  let at = 0;
  for (let n = 0; n < MAX_CHUNKS && at < bytes.sizeBytes; n++) {
    const element = ebmlElement(bytes, at);
    if (!element) break;
    if (element.id === SEGMENT) {
      at = element.bodyAt;
      continue;
    }
    if (element.size === undefined) break;
    const end = Math.min(element.bodyAt + element.size, bytes.sizeBytes);
    if (element.id === CLUSTER) found.push({ start: element.bodyAt, end });
    at = end;
  }
  return found;
}

function ebmlElement(
  bytes: FileBytes,
  at: number,
): { id: number; size: number | undefined; bodyAt: number } | undefined {
  const b = bytes.view(at, 12);
  const idLength = Math.clz32(b[0] ?? 0) - 23;
  if (b.length < 2 || idLength > 4) return undefined;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + b[i]!;
  const first = b[idLength] ?? 0;
  const sizeLength = Math.clz32(first) - 23;
  if (sizeLength > 8 || idLength + sizeLength > b.length) return undefined;
  let size = first & (0xff >> sizeLength);
  let unknown = size === 0xff >> sizeLength;
  for (let i = 1; i < sizeLength; i++) {
    const byte = b[idLength + i]!;
    unknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  return { id, size: unknown ? undefined : size, bodyAt: at + idLength + sizeLength };
}

/** Where ID3v1, Lyrics3v2 and APEv2 begin at the end of a file, in the order in which they are stacked. */
function trailingTagsStart(bytes: FileBytes): number {
  let end = bytes.sizeBytes;
  if (end >= 128 && text(bytes.view(end - 128, 3), 0, 3) === 'TAG') end -= 128;
  const lyrics = end >= 15 ? text(bytes.view(end - 15, 15), 0, 15) : '';
  if (lyrics.endsWith('LYRICS200')) end -= Math.min(end, Number.parseInt(lyrics, 10) + 15 || 0);
  if (end < 32) return end;
  const ape = Uint8Array.from(bytes.view(end - 32, 32));
  if (ape.length < 32 || text(ape, 0, 8) !== 'APETAGEX') return end;
  const view = dataView(ape);
  // Size counts items and footer; bit 31 of the flags says that a header of the same length stands in front.
  const size = view.getUint32(12, true) + (view.getUint32(20, true) & 0x80000000 ? 32 : 0);
  return Math.max(0, end - size);
}
