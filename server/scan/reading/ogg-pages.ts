import type { FileBytes } from './file-bytes.ts';

/** Ogg pages as RFC 3533 6 lays them out, as far as length and audio key need them. */

const PAGE_HEADER = 27;
const MAX_PAGE_BYTES = 65_307;

export type OggPage = {
  at: number;
  bodyAt: number;
  endAt: number;
  serial: number;
  granule: bigint;
  lacing: Uint8Array;
};

export function oggPageAt(bytes: FileBytes, at: number): OggPage | undefined {
  const head = Uint8Array.from(bytes.view(at, PAGE_HEADER + 255));
  if (head.length < PAGE_HEADER || !isPage(head, 0)) return undefined;
  const lacing = head.subarray(PAGE_HEADER, PAGE_HEADER + head[26]!);
  const view = new DataView(head.buffer);
  const bodyAt = at + PAGE_HEADER + lacing.length;
  let body = 0;
  for (const n of lacing) body += n;
  return {
    at,
    bodyAt,
    endAt: bodyAt + body,
    serial: view.getUint32(14, true),
    granule: view.getBigInt64(6, true),
    lacing,
  };
}

const isPage = (b: Uint8Array, at: number): boolean =>
  b[at] === 0x4f && b[at + 1] === 0x67 && b[at + 2] === 0x67 && b[at + 3] === 0x53 && b[at + 4] === 0;

export type OggStart = {
  serial: number;
  codec: 'vorbis' | 'opus' | 'flac' | 'speex';
  preSkip: number;
  audioAt: number;
};

/** Header packets before the audio, by codec: they grow and shrink with the tags, the pages behind them do not. */
const HEADER_PACKETS = { vorbis: 3, opus: 2, speex: 2, flac: 2 };

/** A cover of 64 MiB fills about a thousand pages. */
const MAX_HEADER_PAGES = 1_100;

export function oggStart(bytes: FileBytes): OggStart | undefined {
  let first: { serial: number; codec: OggStart['codec']; preSkip: number; packets: number } | undefined;
  let packets = 0;
  let at = 0;
  for (let n = 0; n < MAX_HEADER_PAGES; n++) {
    const page = oggPageAt(bytes, at);
    if (!page) return undefined;
    first ??= identify(bytes, page);
    if (first && page.serial === first.serial) packets += page.lacing.reduce((sum, l) => sum + (l < 255 ? 1 : 0), 0);
    at = page.endAt;
    if (first && packets >= first.packets) return { ...first, audioAt: at };
  }
  return undefined;
}

function identify(bytes: FileBytes, page: OggPage) {
  const b = bytes.view(page.bodyAt, 16);
  const text = String.fromCharCode(...b.subarray(0, 8));
  const of = (codec: OggStart['codec'], preSkip = 0) => ({
    serial: page.serial,
    codec,
    preSkip,
    packets: HEADER_PACKETS[codec],
  });
  if (text === 'OpusHead') return of('opus', b[10]! | (b[11]! << 8));
  if (text.startsWith('\x01vorbis')) return of('vorbis');
  if (text === 'Speex   ') return of('speex');
  // The mapping names its further header packets; 0 means unknown, at least the comment follows.
  if (text.startsWith('\x7fFLAC')) return { ...of('flac'), packets: 1 + Math.max(1, (b[7]! << 8) | b[8]!) };
  return undefined;
}

/** Samples up to the last granule in the file's tail that is one of ours (pre-skip not yet taken off). */
export function lastGranule(bytes: FileBytes, serial: number): number | undefined {
  const from = Math.max(0, bytes.sizeBytes - MAX_PAGE_BYTES);
  const tail = bytes.view(from, MAX_PAGE_BYTES);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let at = tail.length - PAGE_HEADER; at >= 0; at--) {
    if (!isPage(tail, at) || view.getUint32(at + 14, true) !== serial) continue;
    const granule = view.getBigInt64(at + 6, true);
    if (granule >= 0n && granule <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(granule);
  }
  return undefined;
}
