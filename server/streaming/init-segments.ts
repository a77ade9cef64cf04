import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../kit/index.ts';
import { withPrimingEdit, withoutStreamFacts } from './boxes.ts';
import { ALL_VARIANTS, PRIMING_SAMPLES, baseRateOf, layGrid, renditionOf } from './grid.ts';
import type { Rendition } from './grid.ts';
import { startRun, type Run } from './run.ts';

/*
 * Init segments depend on codec, rate, depth and bitrate alone, never on the recording: they are made once, of silence, and
 * never start a run. Two spellings of the AAC ones: `edited` skips the priming by its edit list, for players that read
 * playlists; `plain` does not, for those that place samples themselves (what an edit list means to MediaSource differs
 * between browsers).
 */
export type Init = { plain: Buffer; edited: Buffer };

export type InitSegments = {
  of: (rendition: Rendition) => Promise<Init>;
  /** Makes those that nearly every library needs, in the background. */
  prepare: () => Promise<void>;
  /** Nothing is written any more once it has settled. */
  close: () => Promise<void>;
};

const nameOf = (it: Rendition): string =>
  it.codec === 'aac' ? `aac-${it.rateHz}-${it.kbps}` : `flac-${it.rateHz}-${it.bits}`;

const SAMPLES = 4800;

export const createInitSegments = (needs: { binary: string; folder: string; runsFolder: string }): InitSegments => {
  const known = new Map<string, Promise<Init>>();
  const runs = new Set<Run>();
  let closed = false;

  const make = async (rendition: Rendition): Promise<Buffer> => {
    let made: Buffer | undefined;
    const folder = join(needs.runsFolder, `init-${process.pid}-${nameOf(rendition)}`);
    const grid = layGrid(rendition, SAMPLES);
    const run = startRun({
      binary: needs.binary,
      plan: { key: 'silence', variant: rendition.variant, rendition, grid, parts: [], starts: [] },
      cut: { first: 0, end: 1 },
      folder,
      silent: true,
      niceness: 0,
      stallMs: 5000,
      onSegment: async () => {
        made = await readFile(join(folder, 'init.mp4'));
      },
    });
    runs.add(run);
    const end = await run.ended;
    runs.delete(run);
    if (!made) throw new Error(`No init segment for ${nameOf(rendition)}: ${end.why}`);
    return made;
  };

  const load = async (rendition: Rendition): Promise<Init> => {
    const file = join(needs.folder, `${nameOf(rendition)}.mp4`);
    const kept = await readFile(file).catch(() => undefined);
    const plain = withoutStreamFacts(kept?.length ? kept : await make(rendition));
    if (!kept?.equals(plain)) {
      await mkdir(needs.folder, { recursive: true });
      await writeFileAtomic(file, plain);
    }
    return { plain, edited: rendition.codec === 'aac' ? withPrimingEdit(plain, PRIMING_SAMPLES) : plain };
  };

  const of = (rendition: Rendition): Promise<Init> => {
    const name = nameOf(rendition);
    const loading = known.get(name) ?? load(rendition);
    known.set(name, loading);
    // A failure is not remembered.
    loading.catch(() => known.delete(name));
    return loading;
  };

  const unlessClosed = (error: unknown): void => {
    if (!closed) throw error;
  };
  const common = [44_100, 48_000].flatMap((rate) =>
    [16, 24].flatMap((bits) => ALL_VARIANTS.map((variant) => renditionOf(variant, { rateHz: baseRateOf(rate), bits }))),
  );
  const prepare = async (): Promise<void> => {
    for (const rendition of common) if (!closed) await of(rendition).catch(unlessClosed);
  };
  const close = async (): Promise<void> => {
    closed = true;
    for (const run of runs) run.kill();
    await Promise.allSettled(known.values());
  };
  return { of, prepare, close };
};
