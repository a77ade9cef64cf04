/*
 * Integrated loudness (EBU R128, ITU-R BS.1770-4): of all blocks of 400 ms, a new one every 100 ms, those below -70 LUFS
 * are left out; then those more than 10 LU below the mean of the rest; what remains is averaged as energy. ffmpeg weighs
 * and measures the blocks; the gates are here, because an album is gated over the blocks of all its tracks, and those are
 * measured one by one, weeks apart. So each track keeps its blocks as a histogram of 0.05 LU (about 400 bytes), and the
 * album's is their sum: it moves the result by less than 0.03 LU.
 */
const FLOOR_LUFS = -70;
const GATE_LU = 10;
const BINS_PER_LU = 20;
const BINS = 2000;

/** How many blocks lie in each twentieth of a LU from -70 LUFS on. */
export type Histogram = Uint32Array;

export const emptyHistogram = (): Histogram => new Uint32Array(BINS);

export const addBlock = (histogram: Histogram, lufs: number): void => {
  if (!(lufs >= FLOOR_LUFS)) return;
  const bin = Math.min(BINS - 1, Math.floor((lufs - FLOOR_LUFS) * BINS_PER_LU));
  histogram[bin] = (histogram[bin] ?? 0) + 1;
};

export const addHistogram = (sum: Histogram, more: Histogram): void => {
  for (let i = 0; i < BINS; i++) sum[i] = (sum[i] ?? 0) + (more[i] ?? 0);
};

const energyOf = (lufs: number): number => 10 ** (lufs / 10);
const lufsOf = (energy: number): number => 10 * Math.log10(energy);

type Counted = { lufs: number; count: number };

const meanAbove = (blocks: readonly Counted[], floor: number): number | undefined => {
  let energy = 0;
  let count = 0;
  for (const block of blocks) {
    if (!(block.lufs >= floor)) continue;
    energy += block.count * energyOf(block.lufs);
    count += block.count;
  }
  return count > 0 ? lufsOf(energy / count) : undefined;
};

const gated = (blocks: readonly Counted[]): number | undefined => {
  const loud = meanAbove(blocks, FLOOR_LUFS);
  return loud === undefined ? undefined : meanAbove(blocks, loud - GATE_LU);
};

/** LUFS of a recording from its blocks. Undefined for silence and for what is shorter than one block. */
export const integrate = (blocks: readonly number[]): number | undefined =>
  gated(blocks.map((lufs) => ({ lufs, count: 1 })));

/** The same from a histogram. */
export const integrateHistogram = (histogram: Histogram): number | undefined =>
  gated(
    Array.from(histogram, (count, bin) => ({ lufs: FLOOR_LUFS + (bin + 0.5) / BINS_PER_LU, count })).filter(
      ({ count }) => count > 0,
    ),
  );

const pushNumber = (bytes: number[], value: number): void => {
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  bytes.push(value);
};

/** Pairs of (bins skipped, count), each in as many 7 bit groups as it needs. */
export const packHistogram = (histogram: Histogram): Buffer => {
  const bytes: number[] = [];
  let next = 0;
  histogram.forEach((count, bin) => {
    if (count === 0) return;
    pushNumber(bytes, bin - next);
    pushNumber(bytes, count);
    next = bin + 1;
  });
  return Buffer.from(bytes);
};

export const unpackHistogram = (packed: Buffer): Histogram => {
  const histogram = emptyHistogram();
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of packed) {
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
    factor = 1;
  }
  let bin = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    bin += numbers[i] ?? 0;
    if (bin < BINS) histogram[bin] = numbers[i + 1] ?? 0;
    bin++;
  }
  return histogram;
};
