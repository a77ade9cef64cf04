import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../kit/index.ts';
import { openReader } from './reader.ts';
import type { FileReading, Reader } from './reading.ts';

/*
 * Files that promise more tags and pictures than a machine has memory. They are sparse: only headers are written.
 */

const MB = 1 << 20;
const folder = mkdtempSync(join(tmpdir(), 'evensong-promises-'));
let reader: Reader;
beforeAll(() => {
  reader = openReader({ log: silentLog, workers: 1 });
});
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

type Part = { head: Buffer; bodyBytes: number };

const makeSparse = (name: string, parts: Iterable<Part>): string => {
  const path = join(folder, name);
  const fd = openSync(path, 'w');
  let at = 0;
  for (const { head, bodyBytes } of parts) {
    writeSync(fd, head, 0, head.length, at);
    at += head.length + bodyBytes;
  }
  ftruncateSync(fd, at);
  closeSync(fd);
  return path;
};

const uint32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
};

const flacBlock = (type: number, head: Buffer, bodyBytes = 0): Part => {
  const bytes = head.length + bodyBytes;
  return { head: Buffer.concat([Buffer.from([type, bytes >> 16, (bytes >> 8) & 255, bytes & 255]), head]), bodyBytes };
};
/** Each a picture of its own: a JPEG by its first bytes. */
const flacPicture = (bytes: number, no: number): Part => {
  const jpeg = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), uint32(no)]);
  const mime = Buffer.from('image/jpeg');
  const about = Buffer.concat([uint32(3, mime.length), mime, uint32(0, 100, 100, 24, 0, bytes)]);
  return flacBlock(6, Buffer.concat([about, jpeg]), bytes - jpeg.length);
};
const flacOf = (pictures: number, bytes: number, firstNo = 0): Part[] => {
  const streamInfo = Buffer.from('1000100000000000000a0ac442f0000ac440'.padEnd(68, '0'), 'hex');
  return [
    { head: Buffer.from('fLaC'), bodyBytes: 0 },
    flacBlock(0, streamInfo),
    ...Array.from({ length: pictures }, (_, no) => flacPicture(bytes, firstNo + no)),
    flacBlock(0x81, Buffer.alloc(4)),
    { head: Buffer.from([0xff, 0xf8]), bodyBytes: 1000 },
  ];
};

const mp4Box = (type: string, bytes: number, head: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([uint32(bytes), Buffer.from(type), head]);
const mp4Of = (pictures: number, bytes: number): Part[] => {
  const data = bytes + 16;
  const covr = pictures * (data + 8);
  const heads = [mp4Box('ftyp', 16, Buffer.from('M4A \0\0\0\0'))];
  heads.push(mp4Box('moov', covr + 36), mp4Box('udta', covr + 28));
  heads.push(mp4Box('meta', covr + 20, uint32(0)), mp4Box('ilst', covr + 8));
  const each = Buffer.concat([mp4Box('covr', data + 8), mp4Box('data', data, uint32(13, 0))]);
  return [
    { head: Buffer.concat(heads), bodyBytes: 0 },
    ...Array.from({ length: pictures }, () => ({ head: each, bodyBytes: bytes })),
  ];
};

/** One packet of comments over many pages. */
const oggOf = (pages: number): Part[] => {
  const page = (no: number, kind: number, segments: Buffer): Buffer => {
    const head = Buffer.alloc(27);
    head.write('OggS');
    head[5] = kind;
    head.writeUInt32LE(7, 14);
    head.writeUInt32LE(no, 18);
    head[26] = segments.length;
    return Buffer.concat([head, segments]);
  };
  const id = Buffer.concat([
    Buffer.from('\x01vorbis'),
    Buffer.from('000000000244ac0000000000000000000000000000b801', 'hex'),
  ]);
  const full = Buffer.alloc(255, 255);
  const comments = Buffer.from('\x03vorbis');
  return [
    { head: Buffer.concat([page(0, 2, Buffer.from([id.length])), id]), bodyBytes: 0 },
    { head: Buffer.concat([page(1, 0, full), comments]), bodyBytes: 255 * 255 - comments.length },
    ...Array.from({ length: pages }, (_, i) => ({ head: page(i + 2, 1, full), bodyBytes: 255 * 255 })),
  ];
};

/** Reads, and tells by how much the process grew meanwhile. */
const watched = async (
  read: () => Promise<FileReading[]>,
): Promise<{ readings: FileReading[]; grownBytes: number }> => {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
  const readings = await read();
  clearInterval(timer);
  return { readings, grownBytes: most - before };
};

const readWatched = async (path: string): Promise<{ reading: FileReading; grownBytes: number }> => {
  const one = [{ path: Buffer.from(path), sizeBytes: 1, as: 'audio' as const }];
  const { readings, grownBytes } = await watched(() => reader.readBatch(one));
  return { reading: readings[0]!, grownBytes };
};

describe('a file that promises more than a machine has memory', () => {
  test.each([
    ['64 pictures of 16 MB in a FLAC', 'big.flac', () => flacOf(64, 16 * MB - 100)],
    ['17,000 small pictures in a FLAC', 'many.flac', () => flacOf(17_000, 60_000)],
    ['64 pictures of 16 MB in an MP4', 'big.m4a', () => mp4Of(64, 16 * MB)],
    ['a gigabyte of comments in an Ogg', 'big.ogg', () => oggOf(16_000)],
  ])('is unreadable, with its reason: %s', async (_name, file, parts) => {
    const { reading, grownBytes } = await readWatched(makeSparse(file, parts()));
    expect(reading).toMatchObject({ kind: 'unreadable', code: 'reading/damaged' });
    expect(reading.kind === 'unreadable' && reading.detail).toMatch(
      /tags and pictures are larger than 128 MB together/,
    );
    expect(grownBytes).toBeLessThan(300 * MB);
  });

  test('and many that are just within bounds are not in memory together', async () => {
    const files = Array.from({ length: 10 }, (_, n) =>
      makeSparse(`within-${n}.flac`, flacOf(7, 16 * MB - 200, 1000 * n)),
    ).map((path) => ({ path: Buffer.from(path), sizeBytes: 1, as: 'audio' as const }));
    let pictures = 0;
    const { readings, grownBytes } = await watched(() =>
      reader.readBatch(files, {
        onRead: async (some) => {
          for (const it of some)
            for (const picture of it.kind === 'read' ? it.pictures : []) {
              pictures += picture.bytes ? 1 : 0;
              delete picture.bytes;
            }
        },
      }),
    );
    expect(readings.map(({ kind }) => kind)).toEqual(files.map(() => 'read'));
    expect(pictures).toBe(70);
    expect(grownBytes).toBeLessThan(1200 * MB);
  });

  test('is not the same as an album with many large pictures, which is read', async () => {
    const { reading } = await readWatched(makeSparse('booklet.flac', flacOf(20, 3 * MB)));
    expect(reading).toMatchObject({ kind: 'read', codec: 'flac' });
    expect(reading.kind === 'read' && reading.pictures.length).toBe(16);
  });
});
