import type { Stereo } from './effects.ts';
import { RATE_HZ } from './instruments.ts';

/** 16-bit WAV of [start, end), with triangular dither so that quiet tails end in hiss instead of crackle. */
export function toWav({ left, right }: Stereo, start: number, end: number): Buffer {
  const samples = end - start;
  const bytes = Buffer.alloc(44 + samples * 4);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples * 4, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(RATE_HZ, 24);
  bytes.writeUInt32LE(RATE_HZ * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples * 4, 40);
  const data = new Int16Array(bytes.buffer, bytes.byteOffset + 44, samples * 2);
  // Two draws of a plain generator (Numerical Recipes' LCG) make the triangle; a finer one would be heard by nobody.
  let state = start + 1;
  const dithered = (value: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const triangle = ((state >>> 16) - (state & 0xffff)) / 65_536;
    return Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767 + triangle)));
  };
  for (let i = 0; i < samples; i++) {
    data[2 * i] = dithered(left[start + i]!);
    data[2 * i + 1] = dithered(right[start + i]!);
  }
  return bytes;
}
