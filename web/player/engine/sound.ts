/**
 * Behind the element: levelling, then the listener's volume. One AudioContext, made in the first gesture (browsers refuse it
 * before). On the lower rungs no Web Audio is attached at all: WebKit plays HLS past it or falls silent.
 */
import type { ReplayGain } from '../track.ts';

export type Levelling = 'auto' | 'track' | 'album' | 'off';
export type Gain = { db: number; from: 'track' | 'album' | 'off' | 'unmeasured'; limited: boolean };

/** The gain for a track, held back where its peak would clip. `inAlbum`: its neighbours in the queue are of the same album. */
export function decideGain(gain: ReplayGain | null | undefined, levelling: Levelling, inAlbum: boolean): Gain {
  if (levelling === 'off') return { db: 0, from: 'off', limited: false };
  const wantsAlbum = levelling === 'album' || (levelling === 'auto' && inAlbum);
  const albumDb = wantsAlbum ? gain?.albumDb : undefined;
  const from = typeof albumDb === 'number' ? 'album' : 'track';
  const db = albumDb ?? gain?.trackDb ?? gain?.albumDb;
  if (typeof db !== 'number') return { db: 0, from: 'unmeasured', limited: false };
  const peak = (from === 'album' ? gain?.albumPeak : gain?.trackPeak) ?? gain?.trackPeak ?? gain?.albumPeak;
  const headroomDb = typeof peak === 'number' && peak > 0 ? -20 * Math.log10(peak) : db > 0 ? 0 : Infinity;
  return db > headroomDb ? { db: headroomDb, from, limited: true } : { db, from, limited: false };
}

/** What the ear takes for even steps. */
export const volumeToGain = (volume: number): number => (volume <= 0 ? 0 : volume >= 1 ? 1 : volume ** 2.2);

const dbToGain = (db: number): number => 10 ** (db / 20);

export type Sound = {
  /** In the first gesture. */
  wake(): Promise<void>;
  setVolume(volume: number): void;
  /** Levels what sounds now. */
  level(gainDb: number): void;
  /** Levels what sounds `inSec` seconds from now, to the sample. Replaces an earlier plan. */
  planLevel(gainDb: number, inSec: number): void;
  dropPlan(): void;
  sampleRateHz(): number | undefined;
  close(): void;
};

export function createSound(audio: HTMLAudioElement): Sound {
  let context: AudioContext | undefined;
  let levels: GainNode | undefined;
  let master: GainNode | undefined;
  let volume = 1;
  let nowDb = 0;
  const build = (): void => {
    context = new AudioContext({ latencyHint: 'playback' });
    levels = context.createGain();
    master = context.createGain();
    levels.gain.value = dbToGain(nowDb);
    master.gain.value = volumeToGain(volume);
    context.createMediaElementSource(audio).connect(levels).connect(master).connect(context.destination);
  };
  const dropPlan = (): void => {
    if (!context || !levels) return;
    levels.gain.cancelScheduledValues(context.currentTime);
    levels.gain.setValueAtTime(dbToGain(nowDb), context.currentTime);
  };
  return {
    async wake() {
      if (!context) build();
      // Also after a call or a headset took the audio away: 'interrupted' on iOS.
      if (context?.state !== 'running') await context?.resume().catch(() => undefined);
    },
    setVolume(next) {
      volume = next;
      if (context) master?.gain.setTargetAtTime(volumeToGain(volume), context.currentTime, 0.015);
    },
    level(gainDb) {
      nowDb = gainDb;
      dropPlan();
    },
    planLevel(gainDb, inSec) {
      if (!context || !levels) return;
      dropPlan();
      levels.gain.setValueAtTime(dbToGain(gainDb), context.currentTime + Math.max(0, inSec));
    },
    dropPlan,
    sampleRateHz: () => context?.sampleRate,
    close: () => void context?.close().catch(() => undefined),
  };
}

/** The lower rungs: the element's own volume. (iOS ignores even that; its buttons rule.) */
export function createPlainSound(audio: HTMLAudioElement): Sound {
  return {
    wake: () => Promise.resolve(),
    setVolume: (volume) => (audio.volume = volumeToGain(volume)),
    level: () => undefined,
    planLevel: () => undefined,
    dropPlan: () => undefined,
    sampleRateHz: () => undefined,
    close: () => undefined,
  };
}
