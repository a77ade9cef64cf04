// Tests, benches and the sources' runner leave things behind: theirs, and those of the browser they drive. All of it in the clone.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { places } from './places.mjs';

/** The variables that send temporary files, settings and caches of whatever runs into our own cache folder. */
export const scratchPlaces = () => {
  const at = {
    TMPDIR: 'tmp',
    XDG_CACHE_HOME: 'home/cache',
    XDG_CONFIG_HOME: 'home/config',
    XDG_DATA_HOME: 'home/data',
    XDG_STATE_HOME: 'home/state',
  };
  return Object.fromEntries(
    Object.entries(at).map(([name, folder]) => {
      const path = join(places.cache, folder);
      mkdirSync(path, { recursive: true, mode: 0o755 });
      return [name, path];
    }),
  );
};
