import type { FileBytes } from './file-bytes.ts';
import { id3v2End } from './id3-padding.ts';

/**
 * Which parser a file needs, told by its content: names lie, and music-metadata believes them (a FLAC named .mp3
 * reads as ADTS garbage, without an error).
 */

export type Container =
  | 'flac'
  | 'mpeg'
  | 'ogg'
  | 'mp4'
  | 'matroska'
  | 'riff'
  | 'aiff'
  | 'asf'
  | 'wavpack'
  | 'apev2'
  | 'musepack'
  | 'dsf'
  | 'dsdiff';

/** The MIME types by which music-metadata's public entry picks its parser. */
export const CONTAINER_MIME: Record<Container, string> = {
  flac: 'audio/flac',
  mpeg: 'audio/mpeg',
  ogg: 'audio/ogg',
  mp4: 'audio/mp4',
  matroska: 'audio/matroska',
  riff: 'audio/wav',
  aiff: 'audio/aiff',
  asf: 'audio/ms-asf',
  wavpack: 'audio/wavpack',
  apev2: 'audio/ape',
  musepack: 'audio/musepack',
  dsf: 'audio/dsf',
  dsdiff: 'audio/dsf',
};

export type Sniffed =
  /** `tagEnd` is where leading ID3v2 tags end and the container begins. */
  | { kind: 'container'; container: Container; tagEnd: number }
  | { kind: 'tags-only' }
  | { kind: 'unknown'; looksLike: string };

const MAGIC: [at: number, text: string, container: Container][] = [
  [0, 'fLaC', 'flac'],
  [0, 'OggS', 'ogg'],
  [4, 'ftyp', 'mp4'],
  [0, '\x1a\x45\xdf\xa3', 'matroska'],
  [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'asf'],
  [0, 'wvpk', 'wavpack'],
  [0, 'MAC ', 'apev2'],
  [0, 'MPCK', 'musepack'],
  [0, 'MP+', 'musepack'],
  [0, 'DSD ', 'dsf'],
  [0, 'FRM8', 'dsdiff'],
  [4, 'moov', 'mp4'],
  [4, 'mdat', 'mp4'],
];

const OTHERS: [text: string, name: string][] = [
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['\x89PNG', 'a PNG picture'],
  ['GIF8', 'a GIF picture'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['Rar!', 'a RAR archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['#EXTM3U', 'a playlist'],
  ['ffconcat', 'a playlist'],
  ['<', 'a web page or XML'],
];

/** Junk between a tag and the first frame: as far as other players look. */
const SYNC_SEARCH_BYTES = 64 * 1024;

const startsWith = (bytes: Uint8Array, at: number, text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

export function sniff(bytes: FileBytes): Sniffed {
  let tagEnd = 0;
  // Some files carry two ID3v2 tags in a row.
  for (let end = id3v2End(bytes, 0); end !== undefined && end > tagEnd; end = id3v2End(bytes, tagEnd)) tagEnd = end;
  const head = bytes.view(tagEnd, 16);
  const container = byMagic(head);
  if (container) return { kind: 'container', container, tagEnd };
  if (hasMpegFrames(bytes, tagEnd)) return { kind: 'container', container: 'mpeg', tagEnd };
  if (tagEnd > 0 && tagEnd >= bytes.sizeBytes - 160) return { kind: 'tags-only' };
  return { kind: 'unknown', looksLike: describe(bytes.view(tagEnd, 256)) };
}

function byMagic(head: Uint8Array): Container | undefined {
  for (const [at, text, container] of MAGIC) if (startsWith(head, at, text)) return container;
  if ((startsWith(head, 0, 'RIFF') || startsWith(head, 0, 'RF64')) && startsWith(head, 8, 'WAVE')) return 'riff';
  if (startsWith(head, 0, 'FORM') && startsWith(head, 8, 'AIF')) return 'aiff';
  return undefined;
}

function describe(head: Uint8Array): string {
  for (const [text, name] of OTHERS) if (startsWith(head, 0, text)) return name;
  if (head.every((b) => b === 0)) return 'nothing but zeros';
  if (head.every((b) => b >= 32 || b === 9 || b === 10 || b === 13)) return 'text';
  return 'no audio format we know';
}

const MP3_KBPS: Record<string, number[]> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const MP3_RATES = [44100, 48000, 32000];

/** Bytes of the MPEG audio or ADTS frame whose header is at `at`, 0 where there is none. ISO 11172-3 2.4.1.3. */
function frameBytes(b: Uint8Array, at: number): number {
  const [b0, b1, b2, b3] = [b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!];
  if (b0 !== 0xff || (b1 & 0xe0) !== 0xe0) return 0;
  const layerBits = (b1 >> 1) & 3;
  if (layerBits === 0) {
    const adts = (b1 & 0xf6) === 0xf0 && ((b2 >> 2) & 15) < 13;
    return adts ? ((b3 & 3) << 11) | (b[at + 4]! << 3) | (b[at + 5]! >> 5) : 0;
  }
  const version = (b1 >> 3) & 3;
  const rate = MP3_RATES[(b2 >> 2) & 3];
  if (version === 1 || rate === undefined) return 0;
  const layer = 4 - layerBits;
  const table = MP3_KBPS[version === 3 ? `1-${layer}` : layer === 1 ? '2-1' : '2-2']!;
  const kbps = table[b2 >> 4] ?? 0;
  const rateHz = rate >> (version === 3 ? 0 : version === 2 ? 1 : 2);
  const padding = (b2 >> 1) & 1;
  if (kbps === 0) return 0;
  if (layer === 1) return (Math.floor((12_000 * kbps) / rateHz) + padding) * 4;
  const samples = layer === 3 && version !== 3 ? 72_000 : 144_000;
  return Math.floor((samples * kbps) / rateHz) + padding;
}

/** Three frames in a row, or as many as there is room for: a lone sync word turns up in any noise. */
function hasMpegFrames(bytes: FileBytes, from: number): boolean {
  const window = bytes.view(from, SYNC_SEARCH_BYTES);
  const atEnd = from + window.length >= bytes.sizeBytes;
  for (let at = window.indexOf(0xff); at >= 0 && at < window.length - 6; at = window.indexOf(0xff, at + 1)) {
    const { frames, end } = framesFrom(window, at);
    if (frames >= 3) return true;
    // A short file: frames up to its very end, or to an ID3v1 tag, from its beginning.
    const rest = window.length - end;
    if (at === 0 && atEnd && frames >= 1 && (rest === 0 || rest === 128)) return true;
    if (frames === 2 && rest < 6) return true;
  }
  return false;
}

function framesFrom(window: Uint8Array, start: number): { frames: number; end: number } {
  let [frames, end] = [0, start];
  while (frames < 3 && end + 6 <= window.length) {
    const length = frameBytes(window, end);
    if (length < 7 || !sameKind(window, start, end)) break;
    frames++;
    end += length;
  }
  return { frames, end };
}

/** Version, layer and sample rate do not change within a stream. */
const sameKind = (b: Uint8Array, one: number, two: number): boolean =>
  (b[one + 1]! & 0xfe) === (b[two + 1]! & 0xfe) && (b[one + 2]! & 0x0c) === (b[two + 2]! & 0x0c);
