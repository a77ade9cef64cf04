import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, ftruncateSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { testWhere } from '../testing/describe-where.ts';
import { directory, layZip, localHeader, type ZipMember } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'zip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const python = has('python3', '-c', 'import zipfile');
const unzip = has('unzip', '-v');
const testUnzip = testWhere(unzip, 'needs unzip');
const testPython = testWhere(python, 'needs python3 with zipfile');

const at = Date.UTC(2021, 5, 7, 8, 9, 10);
const member = (name: string, sizeBytes: number, modifiedAtMs = at): ZipMember => ({ name, sizeBytes, modifiedAtMs });

const bytesOf = (files: readonly (readonly [string, Buffer])[]): Buffer => {
  const layout = layZip(files.map(([name, bytes]) => member(name, bytes.length)));
  const crcs = files.map(([, bytes]) => crc32(bytes));
  const parts = files.flatMap(([, bytes], i) => [localHeader(layout.members[i]!, crcs[i]!), bytes]);
  const all = Buffer.concat([...parts, directory(layout, crcs)]);
  expect(all.length).toBe(layout.sizeBytes);
  return all;
};

/** Headers and directory at their places, and holes where the bytes would be. */
const writeHollow = (name: string, members: readonly ZipMember[]): string => {
  const layout = layZip(members);
  const path = join(folder, name);
  const file = openSync(path, 'w');
  layout.members.forEach((it, i) => writeSync(file, localHeader(it, i), 0, undefined, layout.headersAt[i]));
  writeSync(
    file,
    directory(
      layout,
      members.map((_, i) => i),
    ),
    0,
    undefined,
    layout.directoryAt,
  );
  ftruncateSync(file, layout.sizeBytes);
  closeSync(file);
  return path;
};

const READ = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
infos = z.infolist()
print(json.dumps({'count': len(infos), 'last': [[i.filename, i.file_size, i.CRC, i.header_offset, list(i.date_time)] for i in infos[-3:]]}))
for i in infos[-3:]:
    z.open(i).close()
`;
type Seen = { count: number; last: [string, number, number, number, number[]][] };
const pythonReads = (path: string): Seen =>
  JSON.parse(execFileSync('python3', ['-c', READ, path], { encoding: 'utf8' })) as Seen;

const GIGABYTE = 1 << 30;

describe('an archive', () => {
  test('of nothing is 22 bytes', () => {
    expect(bytesOf([])).toHaveLength(22);
  });

  testUnzip('is whole for unzip, names in any script and empty files included', () => {
    const path = join(folder, 'plain.zip');
    const files = [
      ['Ä/01 - Ωμέγα.flac', Buffer.from('some sound')],
      ['Ä/empty.txt', Buffer.alloc(0)],
      ['Ä/日本語.mp3', Buffer.alloc(100_000, 7)],
    ] as const;
    writeFileSync(path, bytesOf(files));
    expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors detected');
    // Names on a command line are of the locale.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    expect(execFileSync('unzip', ['-p', path, 'Ä/日本語.mp3'], { env })).toEqual(files[2][1]);
  });

  testPython('tells the time of its files, in UTC', () => {
    const path = join(folder, 'time.zip');
    writeFileSync(path, bytesOf([['a.txt', Buffer.from('a')]]));
    expect(pythonReads(path).last[0]![4]).toEqual([2021, 6, 7, 8, 9, 10]);
  });

  test('takes times that DOS cannot tell', () => {
    for (const ms of [-1, 0, Date.UTC(2200, 0, 1), 8.64e15])
      expect(() => localHeader(member('a', 1, ms), 1)).not.toThrow();
  });

  testPython('of more than 65,535 members is read to the last', () => {
    const members = Array.from({ length: 65_536 }, (_, i) => member(`f/${i}`, 1));
    const { count, last } = pythonReads(writeHollow('many.zip', members));
    expect(count).toBe(65_536);
    expect(last[2]![0]).toBe('f/65535');
    expect(last[2]![2]).toBe(65_535);
  });

  testPython('of more than 4 GB, with a member as large and one behind it, is read', () => {
    const members = [member('big', 5 * GIGABYTE), member('small', 3), member('edge', 0xffff_ffff)];
    const { last } = pythonReads(writeHollow('big.zip', members));
    const { headersAt } = layZip(members);
    expect(last.map(([name, size, , place]) => [name, size, place])).toEqual([
      ['big', 5 * GIGABYTE, 0],
      ['small', 3, headersAt[1]],
      ['edge', 0xffff_ffff, headersAt[2]],
    ]);
  });

  testUnzip('that large is listed by unzip too', () => {
    const path = writeHollow('listed.zip', [member('big', 5 * GIGABYTE), member('small', 3)]);
    expect(execFileSync('unzip', ['-l', path], { encoding: 'utf8' })).toContain('5368709120');
  });

  test('uses the short spelling where it is enough', () => {
    const { sizeBytes } = layZip([member('a', 10)]);
    expect(sizeBytes).toBe(30 + 1 + 9 + 10 + 46 + 1 + 9 + 22);
  });
});
