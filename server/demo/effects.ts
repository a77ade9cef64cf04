import { RATE_HZ } from './instruments.ts';

/** Room, echo and the limiter at the end of the desk. All work in place or return stereo of the length given. */

export type Stereo = { left: Float32Array; right: Float32Array };

export const stereo = (samples: number): Stereo => ({
  left: new Float32Array(samples),
  right: new Float32Array(samples),
});

/** Delay lengths at 44.1 kHz of Schroeder's design as Freeverb (public domain) tuned it. */
const COMBS = [1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617];
const ALLPASSES = [556, 441, 341, 225];
const SPREAD = 23;

export type Room = { size: number; damping: number; preDelayMs: number };

/** A room's answer to `send`, without the direct sound. */
export function reverberate(send: Float32Array, room: Room): Stereo {
  return { left: oneSide(send, room, 0), right: oneSide(send, room, SPREAD) };
}

type Line = { samples: Float32Array; at: number; dark: number };
const lines = (lengths: readonly number[], spread: number): Line[] =>
  lengths.map((length) => ({ samples: new Float32Array(length + spread), at: 0, dark: 0 }));

/** So much of the sound stays in the processor's cache while all delay lines pass over it. */
const STRETCH = 4096;

function oneSide(send: Float32Array, { size, damping, preDelayMs }: Room, spread: number): Float32Array {
  const out = new Float32Array(send.length);
  const delay = Math.round((preDelayMs / 1000) * RATE_HZ);
  const combs = lines(COMBS, spread);
  const allpasses = lines(ALLPASSES, spread);
  for (let from = delay; from < out.length; from += STRETCH) {
    const part = out.subarray(from, from + STRETCH);
    for (const line of combs) comb(line, { send: send.subarray(from - delay), out: part, size, damping });
    for (const line of allpasses) allpass(line, part);
  }
  return out;
}

type Combed = { send: Float32Array; out: Float32Array; size: number; damping: number };

function comb(line: Line, { send, out, size, damping }: Combed): void {
  const { samples } = line;
  let { at, dark } = line;
  for (let i = 0; i < out.length; i++) {
    const heard = samples[at]!;
    dark = heard * (1 - damping) + dark * damping;
    // The tiny constant keeps the decaying tail out of denormal numbers, which cost a hundred times as much.
    samples[at] = send[i]! * 0.05 + dark * size + 1e-18;
    out[i]! += heard;
    if (++at === samples.length) at = 0;
  }
  line.at = at;
  line.dark = dark;
}

function allpass(line: Line, out: Float32Array): void {
  const { samples } = line;
  let { at } = line;
  for (let i = 0; i < out.length; i++) {
    const heard = samples[at]!;
    const input = out[i]!;
    samples[at] = input + heard * 0.5 + 1e-18;
    out[i] = heard - input;
    if (++at === samples.length) at = 0;
  }
  line.at = at;
}

/** Repeats that walk from side to side and grow darker. */
export function addEcho(
  into: Stereo,
  send: Float32Array,
  echo: { seconds: number; feedback: number; level: number },
): void {
  const length = Math.max(1, Math.round(echo.seconds * RATE_HZ));
  const lines = [new Float32Array(length), new Float32Array(length)] as const;
  const dark: [number, number] = [0, 0];
  let at = 0;
  for (let i = 0; i < send.length; i++) {
    const left = lines[0][at]!;
    const right = lines[1][at]!;
    dark[0] += (right - dark[0]) * 0.45;
    dark[1] += (left - dark[1]) * 0.45;
    lines[0][at] = send[i]! + dark[0] * echo.feedback + 1e-18;
    lines[1][at] = dark[1] + 1e-18;
    into.left[i]! += left * echo.level;
    into.right[i]! += right * echo.level;
    if (++at === length) at = 0;
  }
}

export function scale(sound: Stereo, factor: number): void {
  for (const side of [sound.left, sound.right]) for (let i = 0; i < side.length; i++) side[i]! *= factor;
}

const LOOK_AHEAD = 256;

/**
 * Keeps every sample under `ceiling` by turning down before a peak comes: the smallest gain within the window ahead,
 * averaged over a window, is never more than what the peak needs.
 */
export function limit(sound: Stereo, ceiling: number): void {
  const { left, right } = sound;
  const samples = left.length;
  const needed = new Float32Array(samples + LOOK_AHEAD).fill(1);
  for (let i = 0; i < samples; i++) {
    const peak = Math.max(Math.abs(left[i]!), Math.abs(right[i]!));
    if (peak > ceiling) needed[i] = ceiling / peak;
  }
  const smallest = slidingMinimum(needed, LOOK_AHEAD);
  const history = new Float32Array(LOOK_AHEAD).fill(1);
  let sum = LOOK_AHEAD;
  for (let i = 0; i < samples; i++) {
    const slot = i % LOOK_AHEAD;
    sum += smallest[i]! - history[slot]!;
    history[slot] = smallest[i]!;
    const gain = Math.min(1, sum / LOOK_AHEAD);
    left[i]! *= gain;
    right[i]! *= gain;
  }
}

/** For each place the minimum of itself and the `window` values after it. */
function slidingMinimum(values: Float32Array, window: number): Float32Array {
  const out = new Float32Array(values.length);
  const queue = new Int32Array(values.length);
  let [head, tail] = [0, 0];
  for (let i = values.length - 1; i >= 0; i--) {
    while (tail > head && values[queue[tail - 1]!]! >= values[i]!) tail--;
    queue[tail++] = i;
    if (queue[head]! > i + window) head++;
    out[i] = values[queue[head]!]!;
  }
  return out;
}
