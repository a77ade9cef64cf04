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
export type TaskAnswer = { readings: FileReading[]; shortcutMissing?: string };

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
  for (const { path, as } of files) {
    readings.push(await readOneFile({ path: Buffer.from(path, 'latin1'), as }, { parse, seen, isWhole }));
    Atomics.add(done, 0, 1);
  }
  return shortcut === 'taken' ? { readings } : { readings, shortcutMissing: shortcut.missing };
}
