import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { insideRoot } from '../kit/index.ts';
import { filePathOf } from '../library/index.ts';
import type { SoundFacts, TrackSource } from '../library/index.ts';
import type { Cut } from './measure-arguments.ts';
import { measureSound, type Outcome } from './measure.ts';
import type { SoundStore } from './sound-store.ts';

/*
 * One track, from what the library says of it to what it sounds like. Measured only when all else is known of it, from a
 * file that is there; what the store has of this very sound already (a retag, a batch that a kill took along, a restored
 * library) is taken from there.
 */
export type Heard =
  | { kind: 'known'; facts: SoundFacts }
  /** Not now: away, not ready, stopped, or it failed in a way that may pass. */
  | { kind: 'later'; why: string }
  /** People wanted its core. */
  | { kind: 'preempted' };

export type HearNeeds = {
  ffmpeg: Pick<Ffmpeg, 'path'>;
  slots: Slots;
  store: Pick<SoundStore, 'find' | 'put'>;
  signal: AbortSignal;
};

/** Of which sound a row is: the audio itself where its key is known (tags do not move it), else the file as it lies. */
export const soundOf = ({ audioKey, sizeBytes, mtimeNs, cueStart, cueEnd }: TrackSource): string =>
  [audioKey ?? `${sizeBytes}@${mtimeNs}`, cueStart ?? '', cueEnd ?? ''].join('|');

export const cutOf = ({ cueStart, cueEnd, sampleRateHz, srcRate, p0 }: TrackSource): Cut | undefined => {
  if (cueStart === undefined) return undefined;
  const rateHz = srcRate ?? sampleRateHz;
  const at = (samples: number): number => Math.round((samples * rateHz) / sampleRateHz);
  return { rateHz, firstPts: p0 ?? 0, start: at(cueStart), end: cueEnd === undefined ? undefined : at(cueEnd) };
};

const factsOf = (trackId: number, sound: { loudness: number | undefined; truePeak: number }): SoundFacts => ({
  trackId,
  state: 'measured',
  loudness: sound.loudness,
  truePeak: sound.truePeak,
});

/** Takes a background slot for as long as `work` runs; whoever plays takes it back by aborting the signal. */
const inSlot = async (
  { slots, signal }: HearNeeds,
  work: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome | 'preempted'> => {
  const taken = new AbortController();
  const ticket = slots.claim({ kind: 'background', owner: 'analysis', preempt: () => taken.abort() });
  if (!ticket) throw new Error('Background work is always queued');
  const either = AbortSignal.any([signal, taken.signal]);
  const stopped = new Promise<void>((resolve) => either.addEventListener('abort', () => resolve(), { once: true }));
  try {
    if (!either.aborted) await Promise.race([ticket.started, stopped]);
    if (signal.aborted) return { kind: 'later', why: 'closing' };
    const outcome = await work(either);
    return taken.signal.aborted ? 'preempted' : outcome;
  } finally {
    ticket.release();
  }
};

export const hearTrack = async (needs: HearNeeds, source: TrackSource): Promise<Heard> => {
  const { trackId } = source;
  if (source.lengthPending) return { kind: 'later', why: 'its length is not measured yet' };
  const of = soundOf(source);
  const known = needs.store.find(trackId, of);
  if (known) return { kind: 'known', facts: factsOf(trackId, known) };
  if (source.missing || !source.rootReady) return { kind: 'later', why: 'it is away' };
  const path = filePathOf(source);
  if (!(await insideRoot(source.rootPath, path))) return { kind: 'later', why: 'it does not lie in its folder' };
  const outcome = await inSlot(needs, (signal) => measureSound(needs.ffmpeg, { path, cut: cutOf(source), signal }));
  if (outcome === 'preempted') return { kind: 'preempted' };
  if (outcome.kind === 'later') return outcome;
  if (outcome.kind === 'unfit') return { kind: 'known', facts: { trackId, state: 'unfit' } };
  needs.store.put(trackId, of, outcome.sound);
  return { kind: 'known', facts: factsOf(trackId, outcome.sound) };
};
