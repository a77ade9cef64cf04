import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { holdFiles, type OpenFile } from './open-file.ts';

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

test('a file that is being read outlives the closing of all others', async () => {
  const files = holdFiles();
  writeFileSync(path, 'late');
  const file = await files.open(path, async () => true);
  await files.close();
  expect(await read(file)).toBe('late');
});
