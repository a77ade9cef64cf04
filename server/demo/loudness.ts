import type { Stereo } from './effects.ts';
import { RATE_HZ } from './instruments.ts';

/** Integrated loudness in LUFS: ITU-R BS.1770-4, K-weighting, 400 ms blocks, gates at -70 LUFS and 10 LU below. */

type Biquad = { b0: number; b1: number; b2: number; a1: number; a2: number };

/** Annex 1's filters, drawn for our rate. */
function shelf(): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / RATE_HZ);
  const q = 0.7071752369554196;
  const vh = 10 ** (3.999843853973347 / 20);
  const vb = vh ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (vh + (vb * k) / q + k * k) / a0,
    b1: (2 * (k * k - vh)) / a0,
    b2: (vh - (vb * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

function highPass(): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / RATE_HZ);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

const STEP = Math.round(0.1 * RATE_HZ);
/** Keeps what dies away out of denormal numbers, which cost a hundred times as much. */
const TINY = 1e-18;
const toLufs = (power: number): number => -0.691 + 10 * Math.log10(power);

/**
 * Both filters and the sum of squares in one pass over a side: adds each step's mean power to `power`. Plain variables on
 * purpose: it runs a hundred million times, and anything neater was three times as slow.
 */
function addPower(side: Float32Array, power: Float64Array): void {
  const { b0, b1, b2, a1, a2 } = shelf();
  const { a1: c1, a2: c2 } = highPass();
  let x1 = 0;
  let x2 = 0;
  let m1 = 0;
  let m2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let step = 0; step < power.length; step++) {
    let sum = 0;
    const end = (step + 1) * STEP;
    for (let i = step * STEP; i < end; i++) {
      const x = side[i]!;
      const m = b0 * x + b1 * x1 + b2 * x2 - a1 * m1 - a2 * m2 + TINY;
      const y = m - 2 * m1 + m2 - c1 * y1 - c2 * y2 + TINY;
      x2 = x1;
      x1 = x;
      m2 = m1;
      m1 = m;
      y2 = y1;
      y1 = y;
      sum += y * y;
    }
    power[step]! += sum / STEP;
  }
}

/** The K-weighted power of each tenth of a second: what the loudness of any stretch of it is made of. */
export function powerOf({ left, right }: Stereo): Float64Array {
  const power = new Float64Array(Math.floor(left.length / STEP));
  addPower(left, power);
  addPower(right, power);
  return power;
}

const mean = (list: readonly number[]): number => list.reduce((sum, p) => sum + p, 0) / list.length;

/** Of `powerOf`, or of a stretch of it. */
export function lufsOf(power: Float64Array): number {
  const blocks = Array.from(
    { length: Math.max(0, power.length - 3) },
    (_, i) => (power[i]! + power[i + 1]! + power[i + 2]! + power[i + 3]!) / 4,
  );
  const loud = blocks.filter((p) => toLufs(p) > -70);
  if (loud.length === 0) return -70;
  const gate = toLufs(mean(loud)) - 10;
  return toLufs(mean(loud.filter((p) => toLufs(p) > gate)));
}

export const loudnessLufs = (sound: Stereo): number => lufsOf(powerOf(sound));

/** The loudness from one sample to another. */
export const lufsBetween = (power: Float64Array, from: number, to: number): number =>
  lufsOf(power.subarray(Math.round(from / STEP), Math.round(to / STEP)));

export const peakOf = ({ left, right }: Stereo): number => {
  let peak = 0;
  for (let i = 0; i < left.length; i++) peak = Math.max(peak, Math.abs(left[i]!), Math.abs(right[i]!));
  return peak;
};
