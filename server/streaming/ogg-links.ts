import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { TO_READ } from '../kit/index.ts';
import type { ByteRange } from '../ffmpeg/index.ts';

/*
 * An Ogg file may be several streams one after the other (RFC 3533, 4: chained). Each has its own clock, so a decoder that looks
 * for a second finds it in any of them. What lies between two beginnings is a link, and by itself a file like any other. A page
 * begins with OggS, its flags, and 27 bytes on the lengths of what it holds; a beginning is a page flagged so (2) after one that
 * is not: several streams side by side begin together.
 */
const HEAD_BYTES = 27 + 255;
const WINDOW_BYTES = 256 * 1024;
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

/** The heads of pages, read through a window that moves on. */
const createHeads = (file: FileHandle) => {
  const window = Buffer.alloc(WINDOW_BYTES);
  let from = 0;
  let length = 0;
  return async (at: number, size: number): Promise<Buffer> => {
    const to = Math.min(size, at + HEAD_BYTES);
    if (at < from || to > from + length) {
      from = at;
      length = (await file.read(window, 0, WINDOW_BYTES, at)).bytesRead;
    }
    return window.subarray(at - from, Math.min(length, to - from));
  };
};

/** Where links begin, or undefined where it is no Ogg or broken between pages. */
const beginnings = async (file: FileHandle, size: number): Promise<number[] | undefined> => {
  const starts: number[] = [];
  const headAt = createHeads(file);
  let began = false;
  for (let at = 0; at < size;) {
    const head = await headAt(at, size);
    const length = pageSize(head);
    if (length === undefined) return undefined;
    const begins = (head.readUInt8(5) & BEGINS) !== 0;
    if (begins && !began) starts.push(at);
    began = begins;
    at += length;
  }
  return starts;
};

/** The links of an Ogg file in their order; none where it is no Ogg, is broken between pages, or has more than anybody made on purpose. */
export const readLinks = async (path: Buffer): Promise<ByteRange[]> => {
  const file = await open(path, TO_READ).catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const starts = (await beginnings(file, size)) ?? [];
    if (starts.length > MAX_LINKS) return [];
    return starts.map((start, i) => ({ start, end: starts[i + 1] ?? size }));
  } catch {
    return [];
  } finally {
    await file.close();
  }
};
