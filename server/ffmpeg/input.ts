import { closeSync, openSync } from 'node:fs';
import { TO_READ } from '../kit/index.ts';

/** A part of a file that is to be read as if it were all. */
export type ByteRange = { start: number; end: number };

export type Input = {
  /** What follows `-i`. */
  url: string;
  /** To be passed as the child's fourth descriptor, where the name itself cannot travel as an argument. */
  descriptor?: number;
  close: () => void;
};

/** True where the name is UTF-8 and can be a process argument: Node encodes arguments as UTF-8 and would change others. */
export const canBeArgument = (path: Buffer): boolean => Buffer.from(path.toString('utf8'), 'utf8').equals(path);

const within = (url: string, range: ByteRange | undefined): string =>
  range ? `subfile,,start,${range.start},end,${range.end},,:${url}` : url;

/** What ffmpeg opens for a name that can be an argument. */
export const urlOf = (path: string, range?: ByteRange): string => within(`file:${path}`, range);

/** An absolute path, as bytes on disk, made into something ffmpeg opens. Throws what `open` throws for a file that is not there. */
export const openInput = (path: Buffer, range?: ByteRange): Input => {
  if (canBeArgument(path)) return { url: urlOf(path.toString('utf8'), range), close: () => undefined };
  const descriptor = openSync(path, TO_READ);
  return { url: urlOf('/proc/self/fd/3', range), descriptor, close: () => closeSync(descriptor) };
};
