import { closeSync, openSync } from 'node:fs';

export type Input = {
  /** What follows `-i`. */
  url: string;
  /** To be passed as the child's fourth descriptor, where the name itself cannot travel as an argument. */
  descriptor?: number;
  close: () => void;
};

/** True where the name is UTF-8 and can be a process argument: Node encodes arguments as UTF-8 and would change others. */
export const canBeArgument = (path: Buffer): boolean => Buffer.from(path.toString('utf8'), 'utf8').equals(path);

/** An absolute path, as bytes on disk, made into something ffmpeg opens. Throws what `open` throws for a file that is not there. */
export const openInput = (path: Buffer): Input => {
  if (canBeArgument(path)) return { url: `file:${path.toString('utf8')}`, close: () => undefined };
  const descriptor = openSync(path, 'r');
  return { url: 'file:/proc/self/fd/3', descriptor, close: () => closeSync(descriptor) };
};
