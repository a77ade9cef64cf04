/*
 * The highest point of the curve through the samples, which a player's converter reaches though no sample does (BS.1770-4,
 * annex 2): four times as many points, made by a windowed sinc. ffmpeg can say the same, but by making all of the points
 * it doubles the price of the whole pass. Here only the neighbourhood of samples near the highest point so far is looked
 * at: a band-limited curve rises by 3 dB above its samples in the worst case that music knows (a quarter of the rate), so
 * what stands lower than 0.7 of it cannot carry a higher point.
 */
const PHASES = 4;
/** Samples before and after a point that shape it. */
export const REACH = 8;
const NEAR = 0.7;

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const window = (x: number): number => 0.5 + 0.5 * Math.cos((Math.PI * x) / (REACH + 0.5));

/** For the points at a quarter, a half and three quarters behind a sample: weights of the samples from -7 to +8. */
const WEIGHTS: readonly Float64Array[] = Array.from({ length: PHASES - 1 }, (_, i) => {
  const at = (i + 1) / PHASES;
  const raw = Float64Array.from({ length: 2 * REACH }, (_x, k) => {
    const x = k - (REACH - 1) - at;
    return sinc(x) * window(x);
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / sum);
});

/** The highest point between the sample at `i` and the next one of the same channel, `step` apart. */
const highestAfter = (samples: Float32Array, i: number, step: number): number => {
  let highest = 0;
  const first = i - (REACH - 1) * step;
  for (const weights of WEIGHTS) {
    let value = 0;
    for (let k = 0, j = first; k < weights.length; k++, j += step) value += (weights[k] ?? 0) * (samples[j] ?? 0);
    const height = value < 0 ? -value : value;
    if (height > highest) highest = height;
  }
  return highest;
};

type Span = { from: number; to: number; channels: number };

/**
 * The highest point around the samples [from, to) of interleaved channels, where it is above `sofar`; else `sofar`.
 * REACH frames must lie before and behind the span.
 */
export const raisePeak = (samples: Float32Array, { from, to, channels }: Span, sofar: number): number => {
  let peak = sofar;
  for (let i = from; i < to; i++) {
    const value = samples[i] ?? 0;
    const height = value < 0 ? -value : value;
    if (height <= peak * NEAR) continue;
    if (height > peak) peak = height;
    peak = Math.max(peak, highestAfter(samples, i, channels), highestAfter(samples, i - channels, channels));
  }
  return peak;
};

/** Whether a stretch whose highest sample is this may hold a higher point than `sofar`. */
export const mayRaise = (highestSample: number, sofar: number): boolean => highestSample > sofar * NEAR;
