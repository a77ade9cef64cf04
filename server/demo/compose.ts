import type { Piece, Style } from './catalogue.ts';
import { chordDegrees, leadVoices, pitchOf, type Key } from './harmony.ts';
import { createRandom, type Random } from './random.ts';

/**
 * From a piece's few lines to notes. A tune is one motif and its answer: verses repeat them, so that one remembers,
 * and the fourth bar of a phrase comes to rest on a note of its chord. Strong beats take chord notes, weak ones step
 * between them.
 */

export type Part = 'keys' | 'pad' | 'bass' | 'lead' | 'arp' | 'kick' | 'snare' | 'hat' | 'shaker';
/** Times in beats; velocity 0..1. */
export type Note = { part: Part; at: number; length: number; pitch: number; velocity: number };

const BEATS = 4;
const RHYTHMS: readonly (readonly number[])[] = [
  [1, 1, 2],
  [1.5, 0.5, 1, 1],
  [2, 1, 1],
  [1, 0.5, 0.5, 2],
  [0.5, 1, 0.5, 2],
  [1.5, 1.5, 1],
];
const RESTING = [2.5, 1.5];

/** Who plays in which part of the form. */
const CAST: Record<Style, Record<string, readonly Part[]>> = {
  harbour: {
    i: ['pad', 'keys'],
    v: ['pad', 'keys', 'bass', 'lead', 'shaker', 'kick'],
    r: ['pad', 'keys', 'bass', 'lead', 'arp', 'shaker', 'kick', 'snare'],
    b: ['pad', 'keys', 'arp', 'shaker'],
    o: ['pad', 'keys', 'arp'],
  },
  kites: {
    i: ['keys', 'shaker'],
    v: ['keys', 'bass', 'lead', 'shaker', 'kick'],
    r: ['keys', 'arp', 'bass', 'lead', 'shaker', 'kick', 'snare', 'pad'],
    b: ['keys', 'arp'],
    o: ['keys', 'pad'],
  },
  nightbus: {
    i: ['pad', 'arp', 'hat'],
    v: ['pad', 'bass', 'keys', 'lead', 'kick', 'snare', 'hat'],
    r: ['pad', 'bass', 'arp', 'keys', 'lead', 'kick', 'snare', 'hat'],
    b: ['pad', 'arp', 'bass'],
    o: ['pad', 'keys', 'hat'],
  },
};

export const barsOf = (piece: Piece): number =>
  Array.from(piece.form).reduce((sum, section) => sum + chordsOf(piece, section).length, 0);
export const beatsOf = (piece: Piece): number => barsOf(piece) * BEATS;
/** Where the words begin: the first verse. */
export const wordsFromBeat = (piece: Piece): number =>
  Array.from(piece.form.slice(0, piece.form.indexOf('v'))).reduce(
    (sum, s) => sum + chordsOf(piece, s).length * BEATS,
    0,
  );

function chordsOf(piece: Piece, section: string): readonly number[] {
  if (section === 'v') return piece.verse;
  if (section === 'i' || section === 'o') return [...piece.verse.slice(0, 1), piece.verse.at(-1)!];
  return piece.refrain;
}

type Tune = { rhythm: readonly number[]; steps: readonly number[] }[];

export function compose(piece: Piece, style: Style): Note[] {
  const random = createRandom(piece.seed);
  const tunes: Record<string, Tune> = { v: inventTune(random), r: inventTune(random) };
  const notes: Note[] = [];
  let hand: number[] = [];
  let bar = 0;
  for (const section of piece.form) {
    const cast = new Set(CAST[style][section]);
    const chords = chordsOf(piece, section);
    for (const [i, degree] of chords.entries()) {
      const chord = { key: piece.key, degree, at: bar * BEATS, isLast: i === chords.length - 1 };
      hand = leadVoices(
        hand,
        chordDegrees(degree, style === 'kites' ? 3 : 4).map((d) => pitchOf(piece.key, d)),
        62,
      );
      const played = playBar({ style, chord, hand, tune: tunes[section]?.[i % 4], random });
      notes.push(...played.filter(({ part }) => cast.has(part)));
      bar++;
    }
  }
  return notes.map((note) => humanise(note, random));
}

type Chord = { key: Key; degree: number; at: number; isLast: boolean };
type Bar = { style: Style; chord: Chord; hand: readonly number[]; tune: Tune[number] | undefined; random: Random };

function playBar(bar: Bar): Note[] {
  return [...playHarmony(bar), ...playBass(bar), ...playTune(bar), ...playDrums(bar)];
}

function inventTune(random: Random): Tune {
  const motif = random.pick(RHYTHMS);
  const answer = random.pick(RHYTHMS);
  const steps = (n: number): number[] => Array.from({ length: n }, () => random.pick([-2, -1, -1, 0, 1, 1, 2]));
  const theme = steps(motif.length);
  return [
    { rhythm: motif, steps: theme },
    { rhythm: answer, steps: steps(answer.length) },
    { rhythm: motif, steps: theme },
    { rhythm: RESTING, steps: [random.pick([-1, 1]), 0] },
  ];
}

function playTune({ chord, tune, style, random }: Bar): Note[] {
  if (!tune) return [];
  const chordNotes = chordDegrees(chord.degree, 3);
  const home = style === 'nightbus' ? 14 : 9;
  let degree = nearest(chordNotes, home);
  let at = 0;
  const notes: Note[] = [];
  for (const [i, length] of tune.rhythm.entries()) {
    const strong = at % 2 === 0;
    const wanted = degree + tune.steps[i]!;
    degree = strong || i === tune.rhythm.length - 1 ? nearest(chordNotes, wanted) : wanted;
    // Drawn back towards the middle, so that steps in one direction do not wander off.
    if (Math.abs(degree - home) > 6) degree = nearest(chordNotes, home);
    // A breath: without rests a tune is an exercise.
    const breathes = i > 0 && !strong && random.chance(0.12);
    const pitch = pitchOf(chord.key, degree);
    const velocity = (strong ? 0.78 : 0.62) + random.between(0, 0.1);
    if (!breathes) notes.push({ part: 'lead', at: chord.at + at, length: length * 0.92, pitch, velocity });
    at += length;
  }
  return notes;
}

/** The chord note, in any octave, that lies nearest to a degree. */
function nearest(chord: readonly number[], degree: number): number {
  const candidates = chord.flatMap((d) => [-7, 0, 7, 14, 21].map((octave) => d + octave));
  return candidates.reduce((best, d) => (Math.abs(d - degree) < Math.abs(best - degree) ? d : best));
}

const KEYS_PATTERN: Record<Style, readonly number[]> = {
  harbour: [0, 2.5],
  kites: [0, 1, 1.5, 2.5, 3, 3.5],
  nightbus: [0, 1.5, 3],
};

function playHarmony({ style, chord, hand, random }: Bar): Note[] {
  const notes: Note[] = hand.map((pitch) => ({ part: 'pad', at: chord.at, length: BEATS + 0.3, pitch, velocity: 0.5 }));
  for (const beat of KEYS_PATTERN[style]) {
    const length = style === 'kites' ? 1.6 : 1.9;
    for (const [i, pitch] of hand.entries()) {
      // A strummed chord: the notes follow each other. On light beats only the upper strings.
      if (style === 'kites' && beat % 1 !== 0 && i === 0) continue;
      const velocity = (beat === 0 ? 0.66 : 0.48) + random.between(0, 0.08);
      notes.push({ part: 'keys', at: chord.at + beat + i * 0.018, length, pitch, velocity });
    }
  }
  const step = style === 'harbour' ? 1 : 0.5;
  const order = [0, 2, 1, hand.length - 1, 2, 1, 2, 0];
  for (let i = 0; i * step < BEATS; i++) {
    const pitch = hand[order[i % order.length]! % hand.length]! + 12;
    notes.push({ part: 'arp', at: chord.at + i * step, length: step * 0.9, pitch, velocity: i % 4 === 0 ? 0.55 : 0.4 });
  }
  return notes;
}

function playBass({ style, chord, random }: Bar): Note[] {
  const root = low(pitchOf(chord.key, chord.degree));
  const fifth = low(pitchOf(chord.key, chord.degree + 4));
  const patterns: Record<Style, [beat: number, length: number, pitch: number][]> = {
    harbour: [
      [0, 2.4, root],
      [2.5, 1.4, chord.isLast ? fifth : root],
    ],
    kites: [
      [0, 0.9, root],
      [2, 0.9, fifth],
      [3.5, 0.45, random.chance(0.5) ? root : fifth],
    ],
    nightbus: [
      [0, 0.7, root],
      [0.75, 0.4, root],
      [1.5, 0.4, root + 12],
      [2, 0.7, root],
      [2.75, 0.4, fifth],
      [3.5, 0.4, root],
    ],
  };
  return patterns[style].map(([beat, length, pitch]) => ({
    part: 'bass',
    at: chord.at + beat,
    length,
    pitch,
    velocity: beat === 0 ? 0.8 : 0.64,
  }));
}

/** Into the octave from E1. */
const low = (pitch: number): number => 28 + ((((pitch - 28) % 12) + 12) % 12);

type Hits = readonly (readonly [beat: number, velocity: number])[];
const DRUMS: Record<Style, Partial<Record<Part, Hits>>> = {
  harbour: {
    kick: [
      [0, 0.7],
      [2.5, 0.45],
    ],
    snare: [[2, 0.3]],
  },
  kites: {
    kick: [
      [0, 0.6],
      [2, 0.5],
    ],
    snare: [
      [1, 0.3],
      [3, 0.34],
    ],
  },
  nightbus: {
    kick: [
      [0, 0.85],
      [1.75, 0.5],
      [2.5, 0.7],
    ],
    snare: [
      [1, 0.55],
      [3, 0.6],
    ],
  },
};

function playDrums({ style, chord, random }: Bar): Note[] {
  const notes: Note[] = [];
  const hit = (part: Part, beat: number, velocity: number): void => {
    notes.push({ part, at: chord.at + beat, length: 0.5, pitch: 60, velocity });
  };
  for (const [part, hits] of Object.entries(DRUMS[style]) as [Part, Hits][]) for (const [b, v] of hits) hit(part, b, v);
  const swing = style === 'nightbus' ? 0.07 : 0;
  for (let i = 0; i < 8; i++) {
    const beat = i / 2 + (i % 2) * swing;
    hit('hat', beat, (i % 2 === 0 ? 0.34 : 0.24) + random.between(0, 0.08));
    hit('shaker', beat, (i % 4 === 2 ? 0.34 : 0.2) + random.between(0, 0.06));
    if (style === 'kites') hit('shaker', beat + 0.25, 0.12);
  }
  if (chord.isLast && random.chance(0.6)) hit('snare', 3.5, 0.22);
  return notes;
}

const humanise = (note: Note, random: Random): Note => ({
  ...note,
  at: Math.max(0, note.at + random.between(-0.012, 0.014)),
  velocity: Math.min(1, note.velocity * random.between(0.93, 1.05)),
});
