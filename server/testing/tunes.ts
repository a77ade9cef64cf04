import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeNoise, testFfmpeg } from './audio.ts';
import { age } from './scan-house.ts';

export type TuneTags = Record<string, string | number>;

/** A few short recordings, and a way to put them somewhere under any tags; what was tagged once is copied from then on. */
export type Tunes = { put: (path: string, sound: number, tags: TuneTags) => void };

const kept = mkdtempSync(join(tmpdir(), 'evensong-tunes-'));
process.once('exit', () => rmSync(kept, { recursive: true, force: true }));
const known = new Map<string, string>();

const tagged = (source: string, tags: TuneTags): string => {
  const told = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
  const key = [source, ...told].join('\0');
  const before = known.get(key);
  if (before) return before;
  const path = join(kept, `${known.size}.flac`);
  execFileSync(testFfmpeg, ['-v', 'error', '-y', '-i', source, '-c', 'copy', ...told, path]);
  known.set(key, path);
  return path;
};

export const makeTunes = async (count: number, seconds = 2): Promise<Tunes> => {
  const sounds = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      makeNoise({ seconds, seed: i + 1, as: ['-c:a', 'flac'], extension: 'flac' }),
    ),
  );
  return {
    put: (path, sound, tags) => {
      mkdirSync(dirname(path), { recursive: true });
      const part = `${path}.part`;
      copyFileSync(tagged(sounds[sound]!, tags), part);
      renameSync(part, path);
      age(path);
    },
  };
};
