import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Piece, Style } from './catalogue.ts';
import { drawCover } from './cover.ts';
import { lufsBetween, lufsOf, peakOf, powerOf } from './loudness.ts';
import { perform } from './mix.ts';
import { toWav } from './wav.ts';

/** Worker: pieces into WAV files. Pieces given together are one performance, cut where the next one begins. */

export type RenderTask = { pieces: readonly Piece[]; style: Style; folder: string };
export type Rendered = { wav: string; samples: number; lufs: number; peak: number; albumLufs: number };

/** A cover as the bytes of a JPEG. */
export const drawCoverOf = (style: Style): Promise<Buffer> => drawCover(style);

export function renderPieces({ pieces, style, folder }: RenderTask): Rendered[] {
  const { sound, starts } = perform(pieces, style);
  const power = powerOf(sound);
  const albumLufs = lufsOf(power);
  return pieces.map((piece, i) => {
    const start = cutAt(starts, i);
    const end = i === pieces.length - 1 ? sound.left.length : cutAt(starts, i + 1);
    const part = { left: sound.left.subarray(start, end), right: sound.right.subarray(start, end) };
    const wav = join(folder, `${piece.seed}.wav`);
    writeFileSync(wav, toWav(sound, start, end));
    return { wav, samples: end - start, lufs: lufsBetween(power, start, end), peak: peakOf(part), albumLufs };
  });
}

/**
 * Odd and even by turns, so that every piece has an odd length: a cut on a codec's frame would prove nothing about
 * gapless playing.
 */
const cutAt = (starts: readonly number[], i: number): number => (i === 0 ? 0 : (starts[i]! & ~1) + (i % 2));
