import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

const SEPARATOR = Buffer.from(sep);

/** True when a path, all links followed, lies below a root, all links followed. False for what is not there. */
export const insideRoot = async (root: Buffer, path: Buffer): Promise<boolean> => {
  try {
    const [above, below] = await Promise.all([realpath(root, 'buffer'), realpath(path, 'buffer')]);
    const prefix = above.subarray(-1).equals(SEPARATOR) ? above : Buffer.concat([above, SEPARATOR]);
    return below.subarray(0, prefix.length).equals(prefix);
  } catch {
    return false;
  }
};
