import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../kit/index.ts';
import { edgeLibrary } from '../../testing/sample-library.ts';
import { openReader } from './reader.ts';
import type { FileToRead, Reader } from './reading.ts';

const edge = edgeLibrary();
const scratch = mkdtempSync(join(tmpdir(), 'evensong-reader-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const audio = (path: string | Buffer): FileToRead => ({ path: Buffer.from(path), sizeBytes: 1, as: 'audio' });
const good = (name = 'flac-big-art.flac'): FileToRead => audio(join(edge.root, name));

async function withReader<T>(needs: { fileLimitMs?: number }, use: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = openReader({ log: silentLog, workers: 1, ...needs });
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

describe('reading in workers', () => {
  test('answers in order and sends the bytes of a picture once', async () => {
    const [one, two, three] = await withReader({}, (reader) => reader.readBatch([good(), good(), good('flac.flac')]));
    const pictures = [one, two].map((reading) => (reading?.kind === 'read' ? reading.pictures[0] : undefined));
    expect(pictures[0]?.bytes?.length).toBe(pictures[0]?.sizeBytes);
    expect(pictures[1]).toMatchObject({ sha256: pictures[0]?.sha256, kind: 'front', mime: 'image/jpeg' });
    expect(pictures[1]?.bytes).toBeUndefined();
    expect(three).toMatchObject({ kind: 'read', title: 'flac' });
  });

  test('a file that hangs its worker costs that file alone', async () => {
    // Ten million empty boxes: each is looked at.
    const hanging = join(scratch, 'hang.m4a');
    const ftyp = Buffer.from('\0\0\0\x14ftypM4A \0\0\0\0M4A ', 'latin1');
    writeFileSync(hanging, Buffer.concat([ftyp, Buffer.alloc(80 << 20, '\0\0\0\x08free', 'latin1')]));
    const batch = [good('flac.flac'), audio(hanging), good('vorbis.ogg')];
    const readings = await withReader({ fileLimitMs: 700 }, (reader) => reader.readBatch(batch));
    expect(readings.map((r) => (r.kind === 'unreadable' ? r.code : r.kind))).toEqual([
      'read',
      'reading/too-slow',
      'read',
    ]);
  });

  test('a named pipe is refused without waiting for a writer', async () => {
    const pipe = join(scratch, 'pipe.mp3');
    execFileSync('mkfifo', [pipe]);
    const [reading] = await withReader({}, (reader) => reader.readBatch([audio(pipe)]));
    expect(reading).toMatchObject({ kind: 'unreadable', code: 'reading/not-audio' });
  });

  test('a name that is not UTF-8 is opened as it is', async () => {
    const name = Buffer.concat([Buffer.from(`${scratch}/`), Buffer.from([0xff, 0xfe, 0x41]), Buffer.from('.lrc')]);
    writeFileSync(name, '[00:01.00]words');
    const [reading] = await withReader({}, (reader) => reader.readBatch([{ path: name, sizeBytes: 15, as: 'lyrics' }]));
    expect(reading).toMatchObject({ kind: 'lyrics', lyrics: { kind: 'synced' } });
  });

  test('sheets, words and pictures beside the music are read too', async () => {
    const put = (name: string, content: string | Buffer, as: FileToRead['as']): FileToRead => {
      writeFileSync(join(scratch, name), content);
      return { path: Buffer.from(join(scratch, name)), sizeBytes: content.length, as };
    };
    const batch = [
      put('a.cue', 'FILE "a.flac" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n', 'cue'),
      put('b.cue', 'FILE "a.flac" WAVE\n', 'cue'),
      put('c.lrc', 'only text', 'lyrics'),
      put('cover.jpg', Buffer.from('89504e470d0a1a0a', 'hex'), 'picture'),
      put('folder.jpg', 'not a picture', 'picture'),
    ];
    const readings = await withReader({}, (reader) => reader.readBatch(batch));
    expect(readings).toMatchObject([
      { kind: 'cue', sheet: { files: [{ name: 'a.flac' }] } },
      { kind: 'unreadable', code: 'reading/damaged', detail: 'It names no audio track.' },
      { kind: 'lyrics', lyrics: { kind: 'plain', text: 'only text' } },
      { kind: 'picture', picture: { mime: 'image/png' } },
      { kind: 'unreadable', code: 'reading/damaged' },
    ]);
  });

  test('a name of the household that contains a separator stays whole', async () => {
    const text = Buffer.from('\x03Air / Beck', 'latin1');
    const frame = Buffer.concat([Buffer.from(`TPE1\0\0\0${String.fromCharCode(text.length)}\0\0`, 'latin1'), text]);
    const tag = Buffer.concat([Buffer.from(`ID3\x04\0\0\0\0\0${String.fromCharCode(frame.length)}`, 'latin1'), frame]);
    const path = join(scratch, 'whole.mp3');
    writeFileSync(path, Buffer.concat([tag, readFileSync(join(edge.root, 'mp3-no-tags.mp3'))]));
    const artists = async (wholeNames: string[]): Promise<string[]> => {
      const [reading] = await withReader({}, (reader) => reader.readBatch([audio(path)], { wholeNames }));
      return reading?.kind === 'read' ? reading.credits.map((credit) => credit.name) : [];
    };
    expect(await artists([])).toEqual(['Air', 'Beck']);
    expect(await artists(['air / beck'])).toEqual(['Air / Beck']);
  });
});
