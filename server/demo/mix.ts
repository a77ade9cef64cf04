import { type Piece, type Style } from './catalogue.ts';
import { beatsOf, compose, type Note, type Part } from './compose.ts';
import { addEcho, limit, reverberate, scale, stereo, type Room, type Stereo } from './effects.ts';
import { BANDS, RATE_HZ } from './instruments.ts';
import { loudnessLufs } from './loudness.ts';

/** The desk: every part with its level, place and sends; then room, echo, loudness and limiter. */

type Channel = { gain: number; pan: number; room: number; echo: number };
type Desk = { room: Room; echoBeats: number; ducking: number; channels: Record<Part, Channel> };

type Place = [gain: number, pan: number, room: number, echo?: number];
const ch = (...[gain, pan, room, echo = 0]: Place): Channel => ({ gain, pan, room, echo });

const DESKS: Record<Style, Desk> = {
  harbour: {
    room: { size: 0.91, damping: 0.35, preDelayMs: 28 },
    echoBeats: 1.5,
    ducking: 0,
    channels: {
      pad: ch(0.34, 0, 0.5),
      keys: ch(0.3, -0.22, 0.45, 0.12),
      bass: ch(0.62, 0, 0.05),
      lead: ch(0.38, 0.14, 0.5, 0.4),
      arp: ch(0.24, 0.42, 0.7, 0.35),
      kick: ch(0.62, 0, 0.1),
      snare: ch(0.3, 0.08, 0.5),
      hat: ch(0.2, 0.3, 0.2),
      shaker: ch(0.4, -0.35, 0.3),
    },
  },
  kites: {
    room: { size: 0.78, damping: 0.3, preDelayMs: 12 },
    echoBeats: 0.75,
    ducking: 0,
    channels: {
      pad: ch(0.2, 0, 0.4),
      keys: ch(0.4, -0.3, 0.25),
      bass: ch(0.6, 0, 0.05),
      lead: ch(0.5, 0.16, 0.35, 0.16),
      arp: ch(0.3, 0.45, 0.3),
      kick: ch(0.6, 0, 0.08),
      snare: ch(0.42, 0.06, 0.25),
      hat: ch(0.2, 0.3, 0.1),
      shaker: ch(0.32, -0.2, 0.15),
    },
  },
  nightbus: {
    room: { size: 0.86, damping: 0.45, preDelayMs: 20 },
    echoBeats: 0.75,
    ducking: 0.55,
    channels: {
      pad: ch(0.4, 0, 0.4),
      keys: ch(0.26, -0.3, 0.35, 0.2),
      bass: ch(0.52, 0, 0.02),
      lead: ch(0.34, 0.1, 0.4, 0.35),
      arp: ch(0.26, 0.35, 0.3, 0.3),
      kick: ch(0.85, 0, 0.04),
      snare: ch(0.5, 0, 0.3),
      hat: ch(0.46, 0.22, 0.08),
      shaker: ch(0.2, -0.3, 0.1),
    },
  },
};

const TARGET_LUFS = -16;
/** -1.5 dB: what lossy encoders add between samples stays under full scale. */
const CEILING = 10 ** (-1.5 / 20);
const TAIL_SECONDS = 3.5;

export type Performance = {
  sound: Stereo;
  /** Where each piece begins, in samples. */
  starts: number[];
};

type Timed = Note & { atSeconds: number; seconds: number };

/** Plays pieces one after another in one breath, at -16 LUFS. */
export function perform(pieces: readonly Piece[], style: Style): Performance {
  const desk = DESKS[style];
  const notes: Timed[] = [];
  const starts: number[] = [];
  let seconds = 0;
  for (const piece of pieces) {
    starts.push(Math.round(seconds * RATE_HZ));
    const beat = 60 / piece.beatsPerMinute;
    for (const note of compose(piece, style)) {
      notes.push({ ...note, atSeconds: seconds + note.at * beat, seconds: note.length * beat });
    }
    seconds += beatsOf(piece) * beat;
  }
  const samples = Math.round((seconds + TAIL_SECONDS) * RATE_HZ);
  const beatSeconds = 60 / pieces[0]!.beatsPerMinute;
  const sound = mix(notes, { style, desk, samples, beatSeconds });
  fadeOut(sound, 1.2);
  master(sound);
  return { sound, starts };
}

type Session = { style: Style; desk: Desk; samples: number; beatSeconds: number };

function mix(notes: readonly Timed[], { style, desk, samples, beatSeconds }: Session): Stereo {
  const dry = stereo(samples);
  const room = new Float32Array(samples);
  const echo = new Float32Array(samples);
  const duck = ducking(notes, samples, desk.ducking);
  const sounds = createSoundCache(style);
  for (const note of notes) {
    const { gain: level, pan, room: toRoom, echo: toEcho } = desk.channels[note.part];
    const { sound, strength } = sounds(note);
    const gain = (level * note.velocity) / strength;
    const place = panOf(note, pan);
    const from = Math.round(note.atSeconds * RATE_HZ);
    const ducks = desk.ducking > 0 && (note.part === 'pad' || note.part === 'arp');
    const heard = ducks ? underDuck(sound, duck.subarray(from)) : sound;
    add(heard, dry.left.subarray(from), Math.cos(place) * gain * Math.SQRT2);
    add(heard, dry.right.subarray(from), Math.sin(place) * gain * Math.SQRT2);
    add(heard, room.subarray(from), gain * toRoom);
    add(heard, echo.subarray(from), gain * toEcho);
  }
  addEcho(dry, echo, { seconds: desk.echoBeats * beatSeconds, feedback: 0.42, level: 0.5 });
  const wet = reverberate(room, desk.room);
  add(wet.left, dry.left, 1);
  add(wet.right, dry.right, 1);
  return dry;
}

/** The innermost loop of all: one array into another, as far as both reach. */
function add(sound: Float32Array, into: Float32Array, gain: number): void {
  if (gain === 0) return;
  const end = Math.min(sound.length, into.length);
  for (let s = 0; s < end; s++) into[s]! += sound[s]! * gain;
}

const underDuck = (sound: Float32Array, duck: Float32Array): Float32Array => {
  const out = sound.slice(0, duck.length);
  for (let s = 0; s < out.length; s++) out[s]! *= duck[s]!;
  return out;
};

const STRENGTHS = 4;
const KEPT_SOUNDS = 400;

/**
 * A figure that comes back is not played anew: lengths to the hundredth and four strengths make most notes repeat. A
 * strength is a colour; how loud the note is between two of them is the desk's to say.
 */
function createSoundCache(style: Style): (note: Timed) => { sound: Float32Array; strength: number } {
  const kept = new Map<string, Float32Array>();
  return ({ part, pitch, seconds, velocity }) => {
    const step = Math.max(1, Math.round(velocity * STRENGTHS));
    const strength = step / STRENGTHS;
    const key = `${part} ${pitch} ${seconds.toFixed(2)} ${step}`;
    const known = kept.get(key);
    if (known) return { sound: known, strength };
    const seed = pitch * 1_000 + Math.round(seconds * 100) + step;
    const sound = BANDS[style][part]({ pitch, seconds: Number(seconds.toFixed(2)), velocity: strength, seed });
    if (kept.size >= KEPT_SOUNDS) kept.delete(kept.keys().next().value!);
    kept.set(key, sound);
    return { sound, strength };
  };
}

/** 0 is left, pi/2 right. Chords open by pitch, as a keyboard does before its player. */
function panOf(note: Note, pan: number): number {
  const spread = note.part === 'pad' || note.part === 'keys' ? (note.pitch - 62) / 50 : 0;
  return ((Math.max(-1, Math.min(1, pan + spread)) + 1) * Math.PI) / 4;
}

/** The pad gives way to the kick: 1, dipping at each hit and coming back in a fifth of a second. */
function ducking(notes: readonly Timed[], samples: number, depth: number): Float32Array {
  const duck = new Float32Array(samples).fill(1);
  if (depth === 0) return duck;
  for (const note of notes) {
    if (note.part !== 'kick') continue;
    const from = Math.round(note.atSeconds * RATE_HZ);
    const reach = Math.min(samples - from, Math.round(0.5 * RATE_HZ));
    for (let s = 0; s < reach; s++) {
      const dip = 1 - depth * note.velocity * Math.exp(-s / (0.12 * RATE_HZ)) * Math.min(1, s / 200);
      if (dip < duck[from + s]!) duck[from + s] = dip;
    }
  }
  return duck;
}

function fadeOut({ left, right }: Stereo, seconds: number): void {
  const length = Math.min(left.length, Math.round(seconds * RATE_HZ));
  for (let i = 0; i < length; i++) {
    const gain = (i / length) ** 2;
    left[left.length - 1 - i]! *= gain;
    right[right.length - 1 - i]! *= gain;
  }
}

function master(sound: Stereo): void {
  scale(sound, 10 ** ((TARGET_LUFS - loudnessLufs(sound)) / 20));
  limit(sound, CEILING);
}
