/** Scales, chords and how one chord moves into the next. Pitches are MIDI numbers, degrees count from 0. */

export const SCALES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  minor: [0, 2, 3, 5, 7, 8, 10],
} as const;
export type ScaleName = keyof typeof SCALES;
export type Key = { root: number; scale: ScaleName };

export const frequencyHz = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

export function pitchOf({ root, scale }: Key, degree: number): number {
  const octave = Math.floor(degree / 7);
  return root + 12 * octave + SCALES[scale][degree - 7 * octave]!;
}

/** Stacked thirds: three notes make a triad, four a seventh, five a ninth. */
export const chordDegrees = (degree: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => degree + 2 * i);

/**
 * Places a chord so that the hand moves least: every note goes to the octave nearest the note it follows, and no two
 * notes share a pitch.
 */
export function leadVoices(previous: readonly number[], chord: readonly number[], center: number): number[] {
  const anchor = (i: number): number => previous[Math.min(i, previous.length - 1)] ?? center;
  const placed: number[] = [];
  for (const [i, pitch] of chord.entries()) {
    const near = pitch + 12 * Math.round((anchor(i) * 0.7 + center * 0.3 - pitch) / 12);
    placed.push(placed.includes(near) ? near + 12 : near);
  }
  return placed.sort((a, b) => a - b);
}
