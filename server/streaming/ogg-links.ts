import { open } from 'node:fs/promises';
import type { ByteRange } from '../ffmpeg/index.ts';

/*
 * An Ogg file may be several streams one after the other (RFC 3533, 4: chained; radio recordings, files put together with cat). Each has
 * its own clock, so a decoder that looks for a second finds it in any of them. What lies between two beginnings is a link, and
 * by itself a file like any other. A page begins with OggS, its flags, and 27 bytes on the lengths of what it holds; a
 * beginning is a page flagged so (2) after one that is not: several streams side by side begin together.
 */
const HEAD_BYTES = 27 + 255;
const BEGINS = 2;
const MAX_LINKS = 200;
const MAGIC = Buffer.from('OggS');

/** Bytes of the page that `head` begins with, or undefined where it is none. */
const pageSize = (head: Buffer): number | undefined => {
  if (head.length < 27 || !head.subarray(0, 4).equals(MAGIC)) return undefined;
  const segments = head.readUInt8(26);
  let size = 27 + segments;
  for (const length of head.subarray(27, 27 + segments)) size += length;
  return size;
};

/** The links of an Ogg file in their order; none where it is no Ogg, is broken between pages, or has more than anybody made on purpose. */
export const readLinks = async (path: Buffer): Promise<ByteRange[]> => {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const starts: number[] = [];
    const head = Buffer.alloc(HEAD_BYTES);
    let began = false;
    for (let at = 0; at < size;) {
      const { bytesRead } = await file.read(head, 0, HEAD_BYTES, at);
      const length = pageSize(head.subarray(0, bytesRead));
      if (length === undefined) return [];
      const begins = (head.readUInt8(5) & BEGINS) !== 0;
      if (begins && !began) starts.push(at);
      began = begins;
      at += length;
    }
    if (starts.length > MAX_LINKS) return [];
    return starts.map((start, i) => ({ start, end: starts[i + 1] ?? size }));
  } catch {
    return [];
  } finally {
    await file.close();
  }
};
