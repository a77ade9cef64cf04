import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { encodeId, type Log } from '../kit/index.ts';
import type { Library, Sounds } from '../library/index.ts';
import { hearTrack, type Heard } from './hear-track.ts';
import type { Queue } from './queue.ts';
import type { Results } from './results.ts';
import type { SoundStore } from './sound-store.ts';

/*
 * A round measures all that is due, in a few lanes, and rests whenever something more pressing runs. Being asked while one
 * is under way adds another; what could not be measured in one (its disk was away) is tried again in the next.
 */
export type RoundNeeds = {
  ffmpeg: Pick<Ffmpeg, 'path'>;
  slots: Slots;
  library: Pick<Library, 'trackSource'>;
  sounds: Sounds;
  store: SoundStore;
  results: Results;
  queue: Queue;
  lanes: number;
  rest: () => Promise<void>;
  signal: AbortSignal;
  log: Log;
};

export type Rounds = {
  /** Everything, from the top of the queue. */
  all: () => void;
  /** What somebody waits for. */
  wanted: () => void;
  running: () => boolean;
  idle: () => Promise<void>;
};

const EVERYTHING = { roots: 'all' } as const;
const SLICE = 500;
/** Leaves the main thread to others, between steps that wait for nothing. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const hearOne = async (needs: RoundNeeds, trackId: number): Promise<Heard> => {
  const source = needs.library.trackSource(encodeId('trk', trackId), EVERYTHING);
  if (!source) return { kind: 'later', why: 'it has no file' };
  try {
    return await hearTrack(needs, source);
  } catch (err) {
    if (!needs.signal.aborted) needs.log.warn({ err, trackId }, 'A track could not be measured; it is tried again');
    return { kind: 'later', why: 'it failed' };
  }
};

const createLane = (needs: RoundNeeds) => {
  const { sounds, results, queue, signal, log } = needs;
  const busy = new Set<number>();
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const isDue = (trackId: number): boolean =>
    !busy.has(trackId) && !results.has(trackId) && sounds.state(trackId) === 'new';

  const take = async (trackId: number): Promise<void> => {
    busy.add(trackId);
    const heard = await hearOne(needs, trackId);
    busy.delete(trackId);
    if (heard.kind === 'known') results.add(heard.facts);
    else if (heard.kind === 'preempted') queue.giveBack(trackId);
    else log.debug({ trackId, why: heard.why }, 'Not measured now');
  };
  const rest = (): Promise<void> => Promise.race([needs.rest(), stopped]);
  const run = async (): Promise<void> => {
    for (;;) {
      await rest();
      const trackId = signal.aborted ? undefined : queue.next();
      if (trackId === undefined) return;
      if (isDue(trackId)) await take(trackId);
      await breathe();
    }
  };
  return { run, rest };
};

/** Where the file of sounds was lost, everything goes into the queue again, a slice at a time. */
const refill = async ({ store, sounds, signal }: RoundNeeds): Promise<void> => {
  if (!store.isEmpty()) return;
  while (!signal.aborted && sounds.allAgain(SLICE) > 0) await breathe();
};

/** What was measured of tracks that are gone for good is dropped. */
const sweep = async ({ store, sounds, signal }: RoundNeeds): Promise<void> => {
  let ids = store.idsAfter(0, SLICE);
  while (ids.length > 0 && !signal.aborted) {
    const gone = ids.filter((id) => sounds.state(id) === undefined);
    if (gone.length > 0) store.remove(gone);
    await breathe();
    ids = store.idsAfter(ids.at(-1) ?? 0, SLICE);
  }
};

export const createRounds = (needs: RoundNeeds): Rounds => {
  const { queue, results, signal, log } = needs;
  const lane = createLane(needs);
  let asked: 'all' | 'wanted' | undefined;
  let running: Promise<void> | undefined;

  const round = async (): Promise<void> => {
    await lane.rest();
    const what = asked;
    asked = undefined;
    if (what === 'all') {
      await refill(needs);
      queue.beginRound();
    }
    await Promise.all(Array.from({ length: needs.lanes }, lane.run));
    results.flush();
    if (what === 'all') await sweep(needs);
  };
  const run = async (): Promise<void> => {
    while (asked && !signal.aborted) {
      await round().catch((err: unknown) => {
        if (!signal.aborted) log.error({ err }, 'Measuring stopped; the next scan goes on with it');
      });
    }
    running = undefined;
  };
  const ask = (what: 'all' | 'wanted'): void => {
    if (signal.aborted) return;
    if (asked !== 'all') asked = what;
    running ??= run();
  };
  return {
    all: () => ask('all'),
    wanted: () => ask('wanted'),
    running: () => running !== undefined,
    idle: async () => {
      while (running) await running;
    },
  };
};
