import type { Part } from './compose.ts';
import type { Style } from './catalogue.ts';
import { frequencyHz } from './harmony.ts';
import { createRandom } from './random.ts';

/**
 * One note into samples, mono. Each instrument is a few lines of the classic methods: FM for the electric piano, a
 * plucked string (Karplus and Strong 1983), softened saws for the pad, sines that fall for drums.
 */

export const RATE_HZ = 44_100;
const TAU = 2 * Math.PI;

/** `seconds` is how long the key is held; what rings on is added by the instrument. */
export type Sound = { pitch: number; seconds: number; velocity: number; seed: number };
export type Instrument = (sound: Sound) => Float32Array;

const SINES = 8192;
const sines = Float64Array.from({ length: SINES + 1 }, (_, i) => Math.sin((TAU * i) / SINES));

/** From a table, drawn straight between: wrong by less than a ten-millionth, and four times as fast. */
function sine(radians: number): number {
  const at = radians * (SINES / TAU);
  const whole = Math.floor(at);
  const slot = whole & (SINES - 1);
  const value = sines[slot]!;
  return value + (sines[slot + 1]! - value) * (at - whole);
}

const samplesOf = (seconds: number): number => Math.max(1, Math.round(seconds * RATE_HZ));

/** Envelopes are worked out this often and drawn straight between: an exponential per sample took half of all time. */
const CONTROL_SAMPLES = 16;

/**
 * Attack, decay to a level, release after the key: straight lines up, exponentials down, no clicks. Asked once per
 * sample, in order.
 */
function envelope(shape: { attack: number; decay: number; sustain: number; release: number }, held: number) {
  const releaseStart = Math.max(held, shape.attack);
  const exact = (t: number): number => {
    if (t < shape.attack) return t / shape.attack;
    const body = shape.sustain + (1 - shape.sustain) * Math.exp(-(t - shape.attack) / shape.decay);
    return t < releaseStart ? body : body * Math.exp(-(t - releaseStart) / shape.release);
  };
  let [left, value, step] = [0, 0, 0];
  return (t: number): number => {
    if (left === 0) {
      value = exact(t);
      step = (exact(t + CONTROL_SAMPLES / RATE_HZ) - value) / CONTROL_SAMPLES;
      left = CONTROL_SAMPLES;
    }
    left--;
    const now = value;
    value += step;
    return now;
  };
}

/** exp(-rate * t), sample by sample. */
function falling(rate: number): () => number {
  const factor = Math.exp(-rate / RATE_HZ);
  let value = 1 / factor;
  return () => (value *= factor);
}

/** Renders until the release has died away and fades the last 5 ms, so that nothing ends in a step. */
function render(seconds: number, at: (t: number, i: number) => number): Float32Array {
  const out = new Float32Array(samplesOf(seconds));
  const fade = Math.min(out.length, samplesOf(0.005));
  for (let i = 0; i < out.length; i++) out[i] = at(i / RATE_HZ, i);
  for (let i = 0; i < fade; i++) out[out.length - 1 - i]! *= i / fade;
  return out;
}

const electricPiano: Instrument = ({ pitch, seconds, velocity }) => {
  const hz = frequencyHz(pitch);
  const body = envelope({ attack: 0.004, decay: 1.1, sustain: 0.12, release: 0.16 }, seconds);
  // Struck harder, it is brighter: the index follows the velocity.
  const index = 0.6 + 1.5 * velocity;
  const [tineFalls, indexFalls] = [falling(9), falling(1.8)];
  return render(seconds + 0.8, (t) => {
    const tine = sine(TAU * hz * 7 * t) * tineFalls() * 0.22 * velocity;
    const modulator = sine(TAU * hz * t) * index * indexFalls();
    return (sine(TAU * hz * t + modulator) + tine) * body(t) * velocity * 0.5;
  });
};

const pluckedString: Instrument = ({ pitch, seconds, velocity, seed }) => {
  const random = createRandom(seed);
  const period = RATE_HZ / frequencyHz(pitch);
  const line = new Float32Array(Math.max(2, Math.floor(period - 0.5)));
  // The finger: noise, the softer for a soft stroke, without a constant part.
  let smooth = 0;
  for (let i = 0; i < line.length; i++) {
    smooth += (random.between(-1, 1) - smooth) * (0.35 + 0.55 * velocity);
    line[i] = smooth;
  }
  const mean = line.reduce((sum, v) => sum + v, 0) / line.length;
  for (let i = 0; i < line.length; i++) line[i]! -= mean;
  const fraction = period - 0.5 - line.length;
  const loss = Math.exp(-1 / (frequencyHz(pitch) * (2.1 - pitch / 60)));
  const hold = envelope({ attack: 0.001, decay: 9, sustain: 1, release: 0.12 }, seconds);
  let at = 0;
  let before = 0;
  return render(seconds + 0.5, (t) => {
    const now = line[at]!;
    const next = line[(at + 1) % line.length]!;
    const tuned = now + (next - now) * fraction;
    line[at] = (tuned + before) * 0.5 * loss;
    before = tuned;
    at = (at + 1) % line.length;
    return now * hold(t) * velocity * 0.9;
  });
};

/** A saw without the aliasing of its edge (polyBLEP). */
function blepSaw(phase: number, step: number): number {
  const saw = 2 * phase - 1;
  if (phase < step) return saw - (2 * (phase / step) - (phase / step) ** 2 - 1);
  if (phase > 1 - step) return saw - (((phase - 1) / step) ** 2 + 2 * ((phase - 1) / step) + 1);
  return saw;
}

type SawShape = { cents: readonly number[]; brightness: number; attack: number; release: number; gain: number };

/** Detuned saws through two poles of low pass that open with the note. */
const saws =
  (shape: SawShape): Instrument =>
  ({ pitch, seconds, velocity, seed }) => {
    const random = createRandom(seed);
    const steps = shape.cents.map((cents) => frequencyHz(pitch + cents / 100) / RATE_HZ);
    const phases = steps.map(() => random.next());
    const env = envelope({ attack: shape.attack, decay: 1.2, sustain: 0.75, release: shape.release }, seconds);
    let one = 0;
    let two = 0;
    return render(seconds + shape.release * 5, (t) => {
      let sum = 0;
      for (let v = 0; v < steps.length; v++) {
        sum += blepSaw(phases[v]!, steps[v]!);
        phases[v] = (phases[v]! + steps[v]!) % 1;
      }
      const level = env(t);
      const cutoff = Math.min(0.6, shape.brightness * (0.35 + 0.65 * level) * (0.6 + 0.4 * velocity));
      one += (sum - one) * cutoff;
      two += (one - two) * cutoff;
      return (two / steps.length) * level * velocity * shape.gain;
    });
  };

const softLead: Instrument = ({ pitch, seconds, velocity }) => {
  const hz = frequencyHz(pitch);
  const env = envelope({ attack: 0.03, decay: 0.7, sustain: 0.6, release: 0.14 }, seconds);
  let phase = 0;
  return render(seconds + 0.6, (t) => {
    // Vibrato comes in when the note stands, as a singer's does.
    const vibrato = 1 + 0.0045 * Math.min(1, Math.max(0, (t - 0.25) * 2.5)) * sine(TAU * 5.1 * t);
    phase += (TAU * hz * vibrato) / RATE_HZ;
    const voice = sine(phase) + 0.3 * sine(2 * phase) + 0.16 * sine(3 * phase) + 0.06 * sine(5 * phase);
    return voice * env(t) * velocity * 0.5;
  });
};

const musicBox: Instrument = ({ pitch, seconds, velocity }) => {
  const hz = frequencyHz(pitch);
  const env = envelope({ attack: 0.002, decay: 0.45, sustain: 0, release: 0.3 }, seconds + 1);
  const partialFalls = falling(7);
  return render(seconds + 1.2, (t) => {
    const bar = sine(TAU * hz * t) + 0.35 * sine(TAU * hz * 3.01 * t) * partialFalls();
    return bar * env(t) * velocity * 0.45;
  });
};

const roundBass: Instrument = ({ pitch, seconds, velocity }) => {
  const hz = frequencyHz(pitch);
  const env = envelope({ attack: 0.008, decay: 0.6, sustain: 0.55, release: 0.07 }, seconds);
  const brightness = falling(3);
  return render(seconds + 0.3, (t) => {
    const tone = sine(TAU * hz * t) + 0.4 * sine(TAU * 2 * hz * t) * brightness() + 0.12 * sine(TAU * 3 * hz * t);
    return Math.tanh(tone * 1.1) * env(t) * velocity * 0.75;
  });
};

const kick: Instrument = ({ velocity }) =>
  render(0.32, (t) => {
    const phase = TAU * (46 * t + (74 / 28) * (1 - Math.exp(-28 * t)));
    return sine(phase) * Math.exp(-t * 11) * Math.min(1, t * 900) * velocity * 0.95;
  });

/** Noise between two one-pole filters. */
const noise =
  (shape: { low: number; high: number; decay: number; tone: number; gain: number }): Instrument =>
  ({ velocity, seed }) => {
    const random = createRandom(seed);
    let bottom = 0;
    let top = 0;
    return render(Math.min(0.5, 6 / shape.decay), (t) => {
      const white = random.between(-1, 1);
      top += (white - top) * shape.high;
      bottom += (top - bottom) * shape.low;
      const body = shape.tone > 0 ? sine(TAU * shape.tone * t) * Math.exp(-t * 24) * 0.5 : 0;
      return ((top - bottom) * Math.exp(-t * shape.decay) + body) * Math.min(1, t * 1_500) * velocity * shape.gain;
    });
  };

const pad = saws({ cents: [-7, 0, 6], brightness: 0.16, attack: 0.5, release: 0.35, gain: 0.62 });
const synthBass = saws({ cents: [-4, 4], brightness: 0.13, attack: 0.006, release: 0.05, gain: 1.25 });
const synthArp = saws({ cents: [-5, 5], brightness: 0.32, attack: 0.004, release: 0.09, gain: 0.6 });

const DRUM_KIT: Pick<Record<Part, Instrument>, 'kick' | 'snare' | 'hat' | 'shaker'> = {
  kick,
  snare: noise({ low: 0.05, high: 0.5, decay: 17, tone: 190, gain: 0.7 }),
  hat: noise({ low: 0.6, high: 0.95, decay: 55, tone: 0, gain: 0.55 }),
  shaker: noise({ low: 0.4, high: 0.8, decay: 42, tone: 0, gain: 0.5 }),
};

export const BANDS: Record<Style, Record<Part, Instrument>> = {
  harbour: { ...DRUM_KIT, keys: electricPiano, pad, bass: roundBass, lead: softLead, arp: musicBox },
  kites: { ...DRUM_KIT, keys: pluckedString, pad, bass: roundBass, lead: musicBox, arp: pluckedString },
  nightbus: { ...DRUM_KIT, keys: electricPiano, pad, bass: synthBass, lead: softLead, arp: synthArp },
};
