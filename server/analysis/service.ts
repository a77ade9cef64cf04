import type { Db } from '../db/index.ts';
import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { notFound, type Viewer } from '../http/index.ts';
import type { Log } from '../kit/index.ts';
import { createSounds, type Library, type Sounds, type TrackSource } from '../library/index.ts';
import { soundOf } from './hear-track.ts';
import { createQueue } from './queue.ts';
import { createResults, type Results } from './results.ts';
import { createRounds } from './rounds.ts';
import { openSoundStore, type SoundStore } from './sound-store.ts';

export type AnalysisNeeds = {
  db: Db;
  library: Pick<Library, 'trackSource' | 'forget'>;
  /** Undefined: nothing is measured. */
  ffmpeg: Pick<Ffmpeg, 'path'> | undefined;
  slots: Slots;
  /** The file of what was measured. */
  storePath: string;
  /** Tracks measured at the same time. */
  lanes: number;
  /** Resolves once nothing more pressing is under way: tags, covers and exact lengths are in. */
  rest: () => Promise<void>;
  log: Log;
};

export type Waveform = {
  /** `waiting`: it is measured soon, asking brought it to the front. `none`: there is no sound, or nobody to measure it. */
  state: 'ready' | 'waiting' | 'none';
  durationMs: number;
  /** One number per point, 0..255, linear. Empty unless ready. */
  peaks: number[];
  rms: number[];
};

export type Progress = { name: 'loudness'; done: number; of: number };

export type Analysis = {
  /** Measures what is not measured yet, and goes on whenever it is woken. */
  begin: () => void;
  /** There may be something new. */
  wake: () => void;
  /** Throws notFound for what is not there or not for this viewer. */
  waveform: (trackId: string, viewer: Pick<Viewer, 'roots'>) => Waveform;
  /** Undefined where nothing is measured. */
  progress: () => Progress | undefined;
  /** Resolves when nothing is being measured. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
};

const FLUSH_MS = 15_000;
const COUNT_MS = 2000;

/** Counting walks the whole queue, so it is not done for every look. What cannot be measured at present is not waited for. */
const createProgress = (sounds: Sounds, results: Results, running: () => boolean): (() => Progress) => {
  let countedMs = -Infinity;
  let counted = { waiting: 0, all: 0 };
  return () => {
    const nowMs = performance.now();
    if (nowMs - countedMs > COUNT_MS) {
      counted = sounds.counts();
      countedMs = nowMs;
    }
    const done = counted.all - Math.max(0, counted.waiting - results.size());
    return { name: 'loudness', done, of: running() ? counted.all : done };
  };
};

/** What is kept of a track, and whether what is not can still come. */
const createWaveforms =
  ({ store, sounds, want }: { store: SoundStore; sounds: Sounds; want: (trackId: number) => boolean }) =>
  (source: TrackSource): Waveform => {
    const { trackId, durationMs } = source;
    const known = store.find(trackId, soundOf(source));
    if (known) return { state: 'ready', durationMs, peaks: [...known.points.peaks], rms: [...known.points.rms] };
    const state = sounds.state(trackId);
    const hopeless = state === 'unfit' || source.missing || !source.rootReady;
    // Measured once, but what was measured is lost.
    if (state === 'measured') sounds.again([trackId]);
    return { state: !hopeless && want(trackId) ? 'waiting' : 'none', durationMs, peaks: [], rms: [] };
  };

/** Opens the room. Nothing is measured before `begin`. */
export const openAnalysis = (needs: AnalysisNeeds): Analysis => {
  const { library, ffmpeg, log } = needs;
  const abort = new AbortController();
  const sounds = createSounds(needs.db);
  const store = openSoundStore(needs.storePath, log);
  const results = createResults({ sounds, store, forget: library.forget, log });
  const queue = createQueue(sounds);
  const rounds = ffmpeg && createRounds({ ...needs, ffmpeg, sounds, store, results, queue, signal: abort.signal });
  const progress = createProgress(sounds, results, () => rounds?.running() ?? false);
  let timer: NodeJS.Timeout | undefined;
  const want = (trackId: number): boolean => {
    if (!timer || !rounds) return false;
    queue.want(trackId);
    rounds.wanted();
    return true;
  };
  const waveformOf = createWaveforms({ store, sounds, want });
  return {
    begin: () => {
      if (!rounds) return;
      timer ??= setInterval(results.flush, FLUSH_MS).unref();
      rounds.all();
    },
    wake: () => {
      if (timer) rounds?.all();
    },
    waveform: (trackId, viewer) => {
      const source = library.trackSource(trackId, viewer);
      if (!source) throw notFound();
      return waveformOf(source);
    },
    progress: () => (timer ? progress() : undefined),
    idle: async () => rounds?.idle(),
    close: async () => {
      abort.abort();
      clearInterval(timer);
      await rounds?.idle();
      results.flush();
      store.close();
    },
  };
};
