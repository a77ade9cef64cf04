import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { holdFiles, openPath, type OpenFile } from './open-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'held-'));
const path = Buffer.from(join(folder, 'a.bin'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = async (file: OpenFile | undefined): Promise<string> => {
  const { bytesRead, buffer } = await file!.handle.read(Buffer.alloc(99), 0, 99, 0);
  await file!.release();
  return buffer.toString('utf8', 0, bytesRead);
};

test('a file is proved once while it is held, and proved again when another lies in its place', async () => {
  const files = holdFiles();
  let proofs = 0;
  const open = () => files.open(path, async () => ++proofs > 0);
  writeFileSync(path, 'first');
  expect(await read(await open())).toBe('first');
  expect(await read(await open())).toBe('first');
  expect(proofs).toBe(1);
  writeFileSync(`${path.toString()}.new`, 'second');
  renameSync(`${path.toString()}.new`, path);
  expect(await read(await open())).toBe('second');
  expect(proofs).toBe(2);
  await files.close();
});

test('what is not proved or not there is not opened, and nothing is held of it', async () => {
  const files = holdFiles();
  expect(await files.open(path, async () => false)).toBeUndefined();
  expect(await files.open(Buffer.from(join(folder, 'none')), async () => true)).toBeUndefined();
  writeFileSync(path, 'here');
  expect(await read(await files.open(path, async () => true))).toBe('here');
  rmSync(path);
  expect(await files.open(path, async () => true)).toBeUndefined();
  await files.close();
});

test('a pipe or a folder where a file was is not opened, and nobody waits for it', async () => {
  const pipe = join(folder, 'pipe.bin');
  execFileSync('mkfifo', [pipe]);
  mkdirSync(join(folder, 'folder.bin'));
  const files = holdFiles();
  // More than there are threads for files: one that waited for a writer would keep its own for ever.
  const asked = Array.from({ length: 8 }, () => files.open(Buffer.from(pipe), async () => true));
  expect(new Set(await Promise.all(asked))).toEqual(new Set([undefined]));
  expect(await openPath(join(folder, 'folder.bin'))).toBeUndefined();
  writeFileSync(path, 'still read');
  expect(await read(await files.open(path, async () => true))).toBe('still read');
  await files.close();
});

test('a file that is being read outlives the closing of all others', async () => {
  const files = holdFiles();
  writeFileSync(path, 'late');
  const file = await files.open(path, async () => true);
  await files.close();
  expect(await read(file)).toBe('late');
});
