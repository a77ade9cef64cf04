import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Piece, Style } from './catalogue.ts';
import { drawCover } from './cover.ts';
import { loudnessLufs, peakOf } from './loudness.ts';
import { perform } from './mix.ts';
import { toWav } from './wav.ts';

/** Worker: pieces into WAV files. Pieces given together are one performance, cut where the next one begins. */

export type RenderTask = { pieces: readonly Piece[]; style: Style; folder: string };
export type Rendered = { wav: string; samples: number; lufs: number; peak: number; albumLufs: number };

/** A cover as the bytes of a JPEG. */
export const drawCoverOf = (style: Style): Promise<Buffer> => drawCover(style);

export function renderPieces({ pieces, style, folder }: RenderTask): Rendered[] {
  const { sound, starts } = perform(pieces, style);
  const albumLufs = loudnessLufs(sound);
  return pieces.map((piece, i) => {
    // Odd counts: a cut on a codec's frame would prove nothing about gapless playing.
    const start = i === 0 ? 0 : starts[i]! | 1;
    const end = i === pieces.length - 1 ? sound.left.length : starts[i + 1]! | 1;
    const part = { left: sound.left.subarray(start, end), right: sound.right.subarray(start, end) };
    const wav = join(folder, `${piece.seed}.wav`);
    writeFileSync(wav, toWav(sound, start, end));
    return { wav, samples: end - start, lufs: loudnessLufs(part), peak: peakOf(part), albumLufs };
  });
}
