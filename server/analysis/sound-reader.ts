import { CELL_FRAMES, createOutline, type Points } from './outline.ts';
import { mayRaise, raisePeak, REACH } from './true-peak.ts';

/** Samples as ffmpeg pours them (32 bit floats, stereo, interleaved), turned into an outline and a true peak. */
export type SoundReader = {
  push: (chunk: Buffer) => void;
  /** Nothing may be pushed after it. */
  end: () => { points: Points; truePeak: number; frames: number };
};

const CHANNELS = 2;
const LEAD = REACH;
const SLAB = 64 * CELL_FRAMES;
const BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Of one cell, if all its samples stood at +24 dBFS. More, or no number, is damage. */
const MOST_SQUARES = CELL_FRAMES * CHANNELS * 256;

/** Infinities and what is no number become silence. */
const mend = (samples: Float32Array): void => {
  for (let i = 0; i < samples.length; i++) if (!(Math.abs(samples[i] ?? 0) <= 16)) samples[i] = 0;
};

export const createSoundReader = (): SoundReader => {
  // A slab with what comes just before and just after it: a peak between two samples is shaped by both sides.
  const samples = new Float32Array((LEAD + SLAB + REACH) * CHANNELS);
  const bytes = Buffer.from(samples.buffer);
  const outline = createOutline();
  let filled = LEAD * CHANNELS * BYTES;
  let truePeak = 0;
  let frames = 0;

  const readCell = (from: number, to: number): void => {
    let highest = 0;
    let squares = 0;
    for (let i = from; i < to; i++) {
      const value = samples[i] ?? 0;
      const height = value < 0 ? -value : value;
      squares += value * value;
      if (height > highest) highest = height;
    }
    if (!(squares <= MOST_SQUARES)) {
      mend(samples);
      return readCell(from, to);
    }
    if (mayRaise(highest, truePeak)) truePeak = raisePeak(samples, { from, to, channels: CHANNELS }, truePeak);
    outline.add(highest, squares, to - from);
  };

  const readSlab = (count: number): void => {
    for (let at = 0; at < count; at += CELL_FRAMES) {
      const to = Math.min(count, at + CELL_FRAMES);
      readCell((LEAD + at) * CHANNELS, (LEAD + to) * CHANNELS);
    }
    frames += count;
  };

  return {
    push: (chunk) => {
      for (let at = 0; at < chunk.length;) {
        const copied = chunk.copy(bytes, filled, at);
        at += copied;
        filled += copied;
        if (filled < bytes.length) continue;
        readSlab(SLAB);
        bytes.copyWithin(0, SLAB * CHANNELS * BYTES);
        filled = (LEAD + REACH) * CHANNELS * BYTES;
      }
    },
    end: () => {
      // Half a sample at the end of a process that was cut off counts for nothing.
      const count = Math.floor(filled / (CHANNELS * BYTES)) - LEAD;
      bytes.fill(0, (LEAD + Math.max(0, count)) * CHANNELS * BYTES);
      if (count > 0) readSlab(count);
      return { points: outline.points(), truePeak, frames };
    },
  };
};
