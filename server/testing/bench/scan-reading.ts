import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseFile } from 'music-metadata';
import { openTagParser } from '../../scan/reading/music-metadata.ts';
import { createSeenPictures } from '../../scan/reading/pictures.ts';
import { readOneFile } from '../../scan/reading/read-file.ts';
import { sampleLibrary } from '../sample-library.ts';

/*
 * CPU per file of reading tags, as ratios within one run: to music-metadata's parseFile and to opening a file and reading 64 KiB of
 * it. The three take turns over the same files and the median of the rounds counts, for the box may be shared.
 */
export type ReadingFigures = {
  files: number;
  readUs: number;
  parseFileUs: number;
  floorUs: number;
  timesFasterThanParseFile: number;
  shareOfFloor: number;
};

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function cpuUsPerFile(paths: readonly string[], one: (path: string) => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (const path of paths) await one(path);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / paths.length;
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
  const measured: { floor: number; ours: number; parseFile: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    measured.push({
      floor: await cpuUsPerFile(paths, floor),
      ours: await cpuUsPerFile(paths, ours),
      parseFile: await cpuUsPerFile(paths, (path) => parseFile(path)),
    });
  }
  // The first round warms caches and compiler.
  const warm = measured.slice(1);
  const of = (pick: (m: (typeof warm)[number]) => number): number => median(warm.map(pick));
  return {
    files: paths.length,
    readUs: Math.round(of((m) => m.ours)),
    parseFileUs: Math.round(of((m) => m.parseFile)),
    floorUs: Math.round(of((m) => m.floor)),
    timesFasterThanParseFile: Number(of((m) => m.parseFile / m.ours).toFixed(1)),
    shareOfFloor: Number(of((m) => m.floor / m.ours).toFixed(3)),
  };
}
