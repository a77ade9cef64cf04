/**
 * Behind the element: levelling, then the listener's volume. One AudioContext, made in the first gesture (browsers refuse it
 * before). On the lower rungs no Web Audio is attached at all: WebKit plays HLS past it or falls silent.
 */
import type { ReplayGain } from '../track.ts';

export type Levelling = 'auto' | 'track' | 'album' | 'off';
/** `limited`: less than was wanted, for the peak's sake, or because the element's own volume goes no higher. */
export type Gain = {
  db: number;
  from: 'track' | 'album' | 'off' | 'unmeasured' | 'device';
  limited: false | 'peak' | 'device';
};
/** What can be done to the level here: anything, only less, or nothing (iOS keeps the volume to its buttons). */
export type Reach = 'any' | 'down' | 'none';

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
  return db > headroomDb ? { db: headroomDb, from, limited: 'peak' } : { db, from, limited: false };
}

export function withinReach(gain: Gain, reach: Reach): Gain {
  if (gain.from === 'off' || gain.from === 'unmeasured' || reach === 'any') return gain;
  if (reach === 'none') return { db: 0, from: 'device', limited: false };
  return gain.db > 0 ? { ...gain, db: 0, limited: 'device' } : gain;
}

/** What the ear takes for even steps. */
export const volumeToGain = (volume: number): number => (volume <= 0 ? 0 : volume >= 1 ? 1 : volume ** 2.2);

const dbToGain = (db: number): number => 10 ** (db / 20);

/** What one media element's sound goes through. */
export type Channel = {
  /** Levels what sounds now. */
  level(gainDb: number): void;
  /** Levels what sounds `inSec` seconds from now, to the sample. Replaces an earlier plan. */
  planLevel(gainDb: number, inSec: number): void;
  dropPlan(): void;
  /** From silence to all of it, or back, at equal power; 0 seconds: at once. */
  fade(way: 'in' | 'out', sec: number): void;
};

export type Sound = {
  /** In the first gesture. */
  wake(): Promise<void>;
  setVolume(volume: number): void;
  channel(audio: HTMLAudioElement): Channel;
  reach(): Reach;
  sampleRateHz(): number | undefined;
  close(): void;
};

/** A quarter of a sine: two of them, one backwards, always sum to the same power. */
export const EQUAL_POWER = Float32Array.from({ length: 64 }, (_, i) => Math.sin((i / 63) * (Math.PI / 2)));

/** The nodes are made when the context is; until then the channel only remembers. */
function createChannel(): { channel: Channel; join(context: AudioContext, source: AudioNode, to: AudioNode): void } {
  let context: AudioContext | undefined;
  let levels: GainNode | undefined;
  let fader: GainNode | undefined;
  let nowDb = 0;
  const dropPlan = (): void => {
    if (!context || !levels) return;
    levels.gain.cancelScheduledValues(context.currentTime);
    levels.gain.setValueAtTime(dbToGain(nowDb), context.currentTime);
  };
  const channel: Channel = {
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
    fade(way, sec) {
      if (!context || !fader) return;
      fader.gain.cancelScheduledValues(0);
      const curve = way === 'in' ? EQUAL_POWER : EQUAL_POWER.toReversed();
      if (sec > 0) fader.gain.setValueCurveAtTime(curve, context.currentTime, sec);
      else fader.gain.setValueAtTime(way === 'in' ? 1 : 0, context.currentTime);
    },
  };
  return {
    channel,
    join(made, source, to) {
      context = made;
      levels = made.createGain();
      fader = made.createGain();
      levels.gain.value = dbToGain(nowDb);
      source.connect(levels).connect(fader).connect(to);
    },
  };
}

export function createSound(): Sound {
  let context: AudioContext | undefined;
  let master: GainNode | undefined;
  let volume = 1;
  const waiting: (() => void)[] = [];
  const build = (): void => {
    context = new AudioContext({ latencyHint: 'playback' });
    master = context.createGain();
    master.gain.value = volumeToGain(volume);
    master.connect(context.destination);
    for (const join of waiting.splice(0)) join();
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
    channel(audio) {
      const made = createChannel();
      const join = (): void => {
        if (context && master) made.join(context, context.createMediaElementSource(audio), master);
      };
      if (context) join();
      else waiting.push(join);
      return made.channel;
    },
    reach: () => 'any',
    sampleRateHz: () => context?.sampleRate,
    close: () => void context?.close().catch(() => undefined),
  };
}

/** Where the volume is not the page's to set, what is set is not what is read. */
function findReach(): Reach {
  const probe = new Audio();
  probe.volume = 0.5;
  return probe.volume === 0.5 ? 'down' : 'none';
}

/** The lower rungs: the element's own volume, which can level down but not up, and on iOS not at all. */
export function createPlainSound(): Sound {
  let volume = 1;
  let levelled = 1;
  let element: HTMLAudioElement | undefined;
  let reach: Reach | undefined;
  const apply = (): void => {
    if (element) element.volume = volumeToGain(volume) * levelled;
  };
  return {
    wake: () => Promise.resolve(),
    setVolume(next) {
      volume = next;
      apply();
    },
    channel(audio) {
      element = audio;
      return {
        level(gainDb) {
          levelled = Math.min(1, dbToGain(gainDb));
          apply();
        },
        planLevel: () => undefined,
        dropPlan: () => undefined,
        fade: () => undefined,
      };
    },
    reach: () => (reach ??= findReach()),
    sampleRateHz: () => undefined,
    close: () => undefined,
  };
}
