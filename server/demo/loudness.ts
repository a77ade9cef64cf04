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

function filter(input: Float32Array, { b0, b1, b2, a1, a2 }: Biquad): Float32Array {
  const out = new Float32Array(input.length);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < input.length; i++) {
    const x = input[i]!;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2 + 1e-18;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    out[i] = y;
  }
  return out;
}

const STEP = Math.round(0.1 * RATE_HZ);
const toLufs = (power: number): number => -0.691 + 10 * Math.log10(power);

export function loudnessLufs({ left, right }: Stereo): number {
  const weighted = [left, right].map((side) => filter(filter(side, shelf()), highPass()));
  const steps = Math.floor(left.length / STEP);
  const power = new Float64Array(steps);
  for (const side of weighted) {
    for (let s = 0; s < steps; s++) {
      let sum = 0;
      for (let i = s * STEP; i < (s + 1) * STEP; i++) sum += side[i]! ** 2;
      power[s]! += sum / STEP;
    }
  }
  const blocks = Array.from(
    { length: Math.max(0, steps - 3) },
    (_, i) => (power[i]! + power[i + 1]! + power[i + 2]! + power[i + 3]!) / 4,
  );
  const mean = (list: number[]): number => list.reduce((sum, p) => sum + p, 0) / list.length;
  const loud = blocks.filter((p) => toLufs(p) > -70);
  if (loud.length === 0) return -70;
  const gate = toLufs(mean(loud)) - 10;
  return toLufs(mean(loud.filter((p) => toLufs(p) > gate)));
}

export const peakOf = ({ left, right }: Stereo): number => {
  let peak = 0;
  for (let i = 0; i < left.length; i++) peak = Math.max(peak, Math.abs(left[i]!), Math.abs(right[i]!));
  return peak;
};
