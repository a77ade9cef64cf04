import { createSeenPictures } from './pictures.ts';
import { openTagParser } from './music-metadata.ts';
import { readOneFile } from './read-file.ts';
import type { FileReading, FileToRead } from './reading.ts';

/** A parse worker: reads files one after another and says after each how far it is, so that a hang has a name. */

/** Paths are bytes, each a latin1 letter: cloning a view of a buffer would copy all that lies around it. */
export type Task = {
  files: readonly { path: string; as: FileToRead['as'] }[];
  wholeNames: readonly string[];
  progress: SharedArrayBuffer;
};
/** Of the first files, as many as were read: at least one. */
export type TaskAnswer = { readings: FileReading[]; shortcutMissing?: string };

/** Pictures that one answer carries: what is beyond is left to the next. */
const MOST_CARRIED_BYTES = 32 * 1024 * 1024;

const carriedBy = (reading: FileReading): number => {
  if (reading.kind === 'picture') return reading.picture.bytes?.length ?? 0;
  if (reading.kind !== 'read') return 0;
  return reading.pictures.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
};

const parser = openTagParser();
const seen = createSeenPictures();

export async function readFiles({ files, wholeNames, progress }: Task): Promise<TaskAnswer> {
  const { parse, shortcut } = await parser;
  const whole = new Set(wholeNames.map((name) => name.normalize('NFC').toLowerCase().trim()));
  const isWhole = (name: string): boolean => whole.has(name.normalize('NFC').toLowerCase().trim());
  // [files done, started]: the limit of the first file must not run while the task still waits in line.
  const done = new Int32Array(progress);
  Atomics.store(done, 1, 1);
  const readings: FileReading[] = [];
  let carriedBytes = 0;
  for (const { path, as } of files) {
    const reading = await readOneFile({ path: Buffer.from(path, 'latin1'), as }, { parse, seen, isWhole });
    readings.push(reading);
    Atomics.add(done, 0, 1);
    carriedBytes += carriedBy(reading);
    if (carriedBytes > MOST_CARRIED_BYTES) break;
  }
  return shortcut === 'taken' ? { readings } : { readings, shortcutMissing: shortcut.missing };
}
