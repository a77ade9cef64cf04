import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testFfmpeg } from './audio.ts';

/*
 * Libraries by the generator, made once per machine and size. Tests read them and copy what they change.
 */

/** One line of a manifest: the truth about one file. */
export type Truth = {
  path: string;
  title: string;
  artist: string;
  artists: string[];
  album: string;
  albumArtist: string;
  track: number;
  disc: number;
  discTotal: number;
  date: string;
  genres: string[];
  composer: string | null;
  label: string | null;
  compilation: boolean;
  trackMbid: string | null;
  albumMbid: string | null;
  artistMbids: string[];
  gain: number | null;
  albumGain: number;
};
export type EdgeTruth = { file: string; seconds: number | null; title: string | null; note: string };

const home = join(tmpdir(), 'evensong-test-libraries');
const script = (name: string): string => fileURLToPath(new URL(`./library-generator/${name}`, import.meta.url));
const run = (args: string[]): void => {
  const path = [dirname(testFfmpeg), process.env['PATH']].filter((part) => part !== '.').join(delimiter);
  execFileSync(process.execPath, args, { env: { ...process.env, PATH: path }, stdio: 'ignore' });
};
const lines = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/** Made beside its place and renamed, so that two runs at once cannot see half a library. */
function once(name: string, make: (dir: string) => void): string {
  const dir = join(home, name);
  if (existsSync(dir)) return dir;
  const part = `${dir}.${process.pid}.part`;
  mkdirSync(part, { recursive: true });
  make(part);
  try {
    renameSync(part, dir);
  } catch (error) {
    if (!existsSync(dir)) throw error;
  }
  return dir;
}

export function sampleLibrary(tracks: number, seed = 7): { root: string; truth: Truth[] } {
  const dir = once(`tracks-${tracks}-${seed}`, (part) => {
    const manifest = ['--manifest', join(part, 'truth.jsonl')];
    run([
      script('genlib.mjs'),
      '--out',
      join(part, 'music'),
      '--tracks',
      `${tracks}`,
      '--seed',
      `${seed}`,
      ...manifest,
    ]);
  });
  const root = join(dir, 'music');
  // The manifest names files where they were made.
  const truth = lines<Truth>(join(dir, 'truth.jsonl'));
  return { root, truth: truth.map((t) => ({ ...t, path: join(root, t.path.slice(t.path.indexOf('/music/') + 7)) })) };
}

export function edgeLibrary(): { root: string; truth: EdgeTruth[] } {
  const root = once('edge', (part) => run([script('edge.mjs'), part]));
  return { root, truth: lines<EdgeTruth>(join(root, 'truth.jsonl')) };
}
