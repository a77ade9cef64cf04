import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CONTAINER_MIME, sniff } from '../../scan/reading/container.ts';
import { fileBytes } from '../../scan/reading/file-bytes.ts';
import { SyncFileTokenizer } from '../../scan/reading/file-tokenizer.ts';
import { openTagParser } from '../../scan/reading/music-metadata.ts';
import { createSeenPictures } from '../../scan/reading/pictures.ts';
import { readOneFile } from '../../scan/reading/read-file.ts';
import { sampleLibrary } from '../sample-library.ts';

/*
 * CPU per file of reading tags, as ratios within one run: to music-metadata's parseFile and to opening a file and
 * reading 64 KiB of it. The three take turns over the same files and the median of the rounds counts, for the box may
 * be shared.
 */
export type ReadingFigures = {
  files: number;
  /** Parsing alone: what parseFile does, by our tokenizer and the shared internals. */
  parseUs: number;
  /** All of it: parsing, audio key, names, lyrics, pictures. */
  readUs: number;
  parseFileUs: number;
  floorUs: number;
  parseTimesFasterThanParseFile: number;
  readTimesFasterThanParseFile: number;
  shareOfFloor: number;
};

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function cpuUsPerFile(paths: readonly string[], one: (path: string) => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (const path of paths) await one(path);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / paths.length;
}

/**
 * parseFile as everybody has it: in a process of its own, because our shared tag tables would speed it up in this
 * one. The second pass counts.
 */
const PARSE_FILE = `
  import { readFileSync } from 'node:fs';
  const { parseFile } = await import(process.argv[1]);
  const paths = JSON.parse(readFileSync(0, 'utf8'));
  let spent = { user: 0, system: 0 };
  for (let pass = 0; pass < 2; pass++) {
    const before = process.cpuUsage();
    for (const path of paths) await parseFile(path);
    spent = process.cpuUsage(before);
  }
  console.log((spent.user + spent.system) / paths.length);`;

function parseFileUs(paths: readonly string[]): number {
  const args = ['--input-type=module', '-e', PARSE_FILE, import.meta.resolve('music-metadata')];
  return Number(execFileSync(process.execPath, args, { input: JSON.stringify(paths), encoding: 'utf8' }));
}

export async function benchReading(tracks = 2_000, rounds = 5): Promise<ReadingFigures> {
  const paths = sampleLibrary(tracks).truth.map(({ path }) => path);
  const { parse } = await openTagParser();
  const reader = { parse, seen: createSeenPictures(), isWhole: () => false };
  const window = Buffer.allocUnsafeSlow(64 * 1024);
  const floor = (path: string): void => {
    const fd = openSync(path, 'r');
    fstatSync(fd);
    readSync(fd, window, 0, window.length, 0);
    closeSync(fd);
  };
  const ours = (path: string): unknown => readOneFile({ path: Buffer.from(path), sizeBytes: 0, as: 'audio' }, reader);
  const parseAlone = async (path: string): Promise<void> => {
    const fd = openSync(path, 'r');
    const bytes = fileBytes(fd, fstatSync(fd).size);
    const found = sniff(bytes);
    if (found.kind === 'container') {
      await parse(new SyncFileTokenizer(bytes, CONTAINER_MIME[found.container]), found.container, {});
    }
    closeSync(fd);
  };
  const measured: { floor: number; parse: number; ours: number; parseFile: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    measured.push({
      floor: await cpuUsPerFile(paths, floor),
      parse: await cpuUsPerFile(paths, parseAlone),
      ours: await cpuUsPerFile(paths, ours),
      parseFile: parseFileUs(paths),
    });
  }
  // The first round warms caches and compiler.
  const warm = measured.slice(1);
  const of = (pick: (m: (typeof warm)[number]) => number): number => median(warm.map(pick));
  return {
    files: paths.length,
    parseUs: Math.round(of((m) => m.parse)),
    readUs: Math.round(of((m) => m.ours)),
    parseFileUs: Math.round(of((m) => m.parseFile)),
    floorUs: Math.round(of((m) => m.floor)),
    parseTimesFasterThanParseFile: Number(of((m) => m.parseFile / m.parse).toFixed(1)),
    readTimesFasterThanParseFile: Number(of((m) => m.parseFile / m.ours).toFixed(1)),
    shareOfFloor: Number(of((m) => m.floor / m.ours).toFixed(3)),
  };
}
