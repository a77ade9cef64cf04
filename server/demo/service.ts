import { access, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { runPass, type Ffmpeg } from '../ffmpeg/index.ts';
import { createKeyedLock, defineProblem, type Log } from '../kit/index.ts';
import { ALBUMS, type Album, type Style } from './catalogue.ts';
import { encodeArguments, fileName, gainTags, lyricsFile, wordsName } from './files.ts';
import { withFreeTags } from './m4a-tags.ts';
import type { Rendered, RenderTask } from './render.worker.ts';

export type DemoNeeds = {
  /** The library is made in `demo/` of this folder. */
  dataDir: string;
  ffmpeg: Pick<Ffmpeg, 'path'> | undefined;
  log: Log;
};

export type Demo = {
  /** Where it lies, or would lie: a root of its own. */
  folder: string;
  exists: () => Promise<boolean>;
  /** Makes it whole or not at all; `onProgress` hears of each finished piece. Asked twice at once, it is made once. */
  make: (onProgress?: (done: number, of: number) => void, signal?: AbortSignal) => Promise<void>;
  remove: () => Promise<void>;
};

const needsFfmpeg = defineProblem({
  code: 'demo/no-ffmpeg',
  status: 409,
  title: 'The demo library is encoded by ffmpeg, which is not there.',
});
const notEncoded = defineProblem({
  code: 'demo/not-encoded',
  status: 500,
  title: 'A piece of the demo library could not be encoded.',
});

const inSource = import.meta.url.endsWith('.ts');
const WORKER = new URL(inSource ? './render.worker.ts' : './render.worker.js', import.meta.url).href;
const PIECES = ALBUMS.reduce((sum, album) => sum + album.pieces.length, 0);

export function createDemo({ dataDir, ffmpeg, log }: DemoNeeds): Demo {
  const folder = join(dataDir, 'demo');
  const lock = createKeyedLock();
  const exists = (): Promise<boolean> =>
    access(folder).then(
      () => true,
      () => false,
    );

  const make = async (report: (done: number) => void, signal: AbortSignal | undefined): Promise<void> => {
    if (await exists()) return report(PIECES);
    if (!ffmpeg) throw needsFfmpeg();
    await mkdir(dataDir, { recursive: true });
    // Beside its place, so that the scan never sees half of it and a rename finishes it.
    const workshop = await mkdtemp(join(dataDir, '.demo-'));
    const startedAt = performance.now();
    try {
      await makeAlbums({ workshop, ffmpeg, report, signal });
      await rename(join(workshop, 'library'), folder);
      log.info({ pieces: PIECES, ms: Math.round(performance.now() - startedAt) }, 'Demo library made');
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  };

  return {
    folder,
    exists,
    make: (onProgress, signal) => lock(folder, () => make((done) => onProgress?.(done, PIECES), signal)),
    remove: () => lock(folder, () => rm(folder, { recursive: true, force: true })),
  };
}

type Workshop = {
  workshop: string;
  ffmpeg: Pick<Ffmpeg, 'path'>;
  report: (done: number) => void;
  signal: AbortSignal | undefined;
};

async function makeAlbums({ workshop, ffmpeg, report, signal }: Workshop): Promise<void> {
  const pool = new Piscina<RenderTask | Style, Rendered[] | Uint8Array>({
    filename: WORKER,
    execArgv: inSource ? ['--import', 'tsx'] : [],
    maxThreads: Math.min(2, Math.max(1, availableParallelism())),
  });
  let done = 0;
  const finish = async (album: Album, index: number, sound: Rendered): Promise<void> => {
    await encode(ffmpeg, sound, { album, index, library: join(workshop, 'library'), signal });
    await rm(sound.wav, { force: true });
    report(++done);
  };
  try {
    await Promise.all(ALBUMS.map((album) => makeAlbum(album, { pool, workshop, finish, signal })));
  } finally {
    await pool.destroy();
  }
}

type Making = {
  pool: Piscina<RenderTask | Style, Rendered[] | Uint8Array>;
  workshop: string;
  finish: (album: Album, index: number, sound: Rendered) => Promise<void>;
  signal: AbortSignal | undefined;
};

async function makeAlbum(album: Album, { pool, workshop, finish, signal }: Making): Promise<void> {
  const folder = join(workshop, 'library', album.folder);
  await mkdir(folder, { recursive: true });
  for (const [i, piece] of album.pieces.entries()) {
    const words = lyricsFile(album, piece);
    if (words) await writeFile(join(folder, wordsName(album, i)), words);
  }
  const render = async (pieces: Album['pieces']): Promise<Rendered[]> => {
    const task = { pieces, style: album.style, folder: workshop };
    return (await pool.run(task, { name: 'renderPieces', signal: signal ?? null })) as Rendered[];
  };
  const groups = album.gapless ? [album.pieces] : album.pieces.map((piece) => [piece]);
  const [groupsOfSound, cover] = await Promise.all([
    Promise.all(groups.map(render)),
    pool.run(album.style, { name: 'drawCoverOf', signal: signal ?? null }),
  ]);
  await writeFile(join(folder, 'cover.jpg'), cover as Uint8Array);
  const rendered = groupsOfSound.flat();
  // Pieces rendered one by one know nothing of each other: the album's loudness is their mean in power.
  const power = rendered.reduce((sum, { albumLufs }) => sum + 10 ** (albumLufs / 10), 0) / rendered.length;
  const albumLufs = album.gapless ? rendered[0]!.albumLufs : 10 * Math.log10(power);
  for (const [i, sound] of rendered.entries()) await finish(album, i, { ...sound, albumLufs });
}

type Job = { album: Album; index: number; library: string; signal: AbortSignal | undefined };

async function encode(ffmpeg: Pick<Ffmpeg, 'path'>, sound: Rendered, job: Job): Promise<void> {
  const path = join(job.library, job.album.folder, fileName(job.album, job.index));
  const end = await runPass(ffmpeg, {
    source: Buffer.from(sound.wav),
    output: [...encodeArguments(job.album, job.index, sound), `file:${path}`],
    onOutput: () => undefined,
    // Nothing is printed while it encodes.
    stallMs: 60_000,
    limitMs: 60_000,
    signal: job.signal,
  });
  const size = await stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
  // ffmpeg ends with 0 on a full disk: the file itself has to be looked at.
  const leastBytes = (sound.samples / 44_100) * 4_000;
  if (end.kind !== 'ended' || end.exitCode !== 0 || size < leastBytes) {
    throw notEncoded({ detail: `${fileName(job.album, job.index)}: ${end.complaints.slice(0, 300)}` });
  }
  const codec = job.album.pieces[job.index]?.codec;
  if (codec === 'm4a') await writeFile(path, withFreeTags(await readFile(path), gainTags(codec, sound)));
}
