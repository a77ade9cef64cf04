import { setImmediate } from 'node:timers/promises';
import type { Viewer } from '../http/index.ts';
import type { Library } from '../library/index.ts';
import type { M3uEntry } from './m3u.ts';

export type Unmatched = { line: number; location: string; title: string | null; artist: string | null };
export type Matching = { rows: number[]; by: Record<string, number>; unmatched: Unmatched[] };

type Needs = Pick<Library, 'match' | 'resolve'>;

/** Our own addresses name the track; others are matched by path, file name, then tags. */
const OWN = /\/api\/v1\/tracks\/(trk_[0-9a-z]+)\/(?:file|hls)/;

const decoded = (location: string): string => {
  if (!/^[a-z]+:\/\//i.test(location)) return location;
  try {
    return decodeURIComponent(new URL(location).pathname);
  } catch {
    return location;
  }
};

/** Finds the tracks of a foreign list; what is not found is told with its place in it. */
export const matchEntries = async (
  entries: readonly M3uEntry[],
  { library, viewer }: { library: Needs; viewer: Viewer },
): Promise<Matching> => {
  const matching: Matching = { rows: [], by: {}, unmatched: [] };
  for (const [i, entry] of entries.entries()) {
    // Long lists give way to who is waiting.
    if (i % 100 === 99) await setImmediate();
    const { location, title, artist, album, durationMs } = entry;
    const own = OWN.exec(location)?.[1];
    const row = own === undefined ? undefined : library.resolve('tracks', own, viewer);
    const clue = { path: decoded(location), title, artist, album, durationMs };
    const found = row === undefined ? library.match(clue, viewer) : { row, by: 'address' };
    if (found) {
      matching.rows.push(found.row);
      matching.by[found.by] = (matching.by[found.by] ?? 0) + 1;
    } else matching.unmatched.push({ line: i + 1, location, title: title ?? null, artist: artist ?? null });
  }
  return matching;
};
