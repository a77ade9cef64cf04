import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFfmpeg } from './find.ts';
import { judgeBinary } from './judge.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const searchPath = process.env['PATH'] ?? '';

describe('finding ffmpeg', () => {
  const good = {
    version: 'ffmpeg version n7.0 Copyright\nlibavformat    61.  1.100 / 61.  1.100',
    encoders: ' A....D aac   AAC\n A....D flac   FLAC',
    muxers: '  E hls  x\n  E mp4  x\n  E framecrc  x',
    filters: 'Bitstream filters:\nnoise\n',
  };
  test('a nightly build without a number is judged by its library', () => {
    const version = 'ffmpeg version N-109-gabc Copyright\nlibavformat    60. 3.100';
    expect(judgeBinary({ ...good, version })).toEqual({ kind: 'fit', version: 'N-109-gabc' });
  });
  test('version 4 is too old, and what is lacking is named', () => {
    const old = 'ffmpeg version 4.4.2 Copyright\nlibavformat    58. 76.100';
    expect(judgeBinary({ ...good, version: old })).toMatchObject({
      kind: 'unfit',
      why: expect.stringContaining('4.4.2'),
    });
    expect(judgeBinary({ ...good, encoders: ' A aac x' })).toEqual({ kind: 'unfit', why: 'it lacks the flac encoder' });
  });
  test('the one on PATH is found and remembered', async () => {
    const memory = join(folder, 'memory.json');
    const places = { searchPath, cached: [process.env['EVENSONG_FFMPEG'] ?? ''].filter(Boolean), memory };
    const found = await findFfmpeg(places);
    expect(found.kind).toBe('found');
    const kept = await readFile(memory, 'utf8');
    expect(await findFfmpeg(places)).toEqual(found);
    expect(await readFile(memory, 'utf8')).toBe(kept);
  });
  test('a configured one that does not exist is not replaced by another', async () => {
    const found = await findFfmpeg({ configured: '/nowhere/ffmpeg', searchPath, cached: [] });
    expect(found).toMatchObject({ kind: 'missing', tried: [{ path: '/nowhere/ffmpeg' }] });
  });
  test('a program that only calls itself ffmpeg is passed over with a reason', async () => {
    const fake = join(folder, 'ffmpeg');
    await writeFile(fake, '#!/bin/sh\necho hello\n');
    await chmod(fake, 0o755);
    const found = await findFfmpeg({ searchPath: folder, cached: [] });
    expect(found).toMatchObject({ kind: 'missing', tried: [{ path: fake, why: 'it is not ffmpeg' }] });
  });
});
