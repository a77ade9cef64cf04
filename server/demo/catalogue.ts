import type { Key } from './harmony.ts';

/**
 * What the demo library holds: twelve short pieces on three albums, each album with a sound of its own. Everything,
 * names and words included, was made for Evensong; the comment of each file says that a program plays it.
 */

export type Style = 'harbour' | 'kites' | 'nightbus';
export type Codec = 'flac' | 'mp3' | 'm4a' | 'opus';

export type Piece = {
  title: string;
  codec: Codec;
  seed: number;
  key: Key;
  beatsPerMinute: number;
  /** Chords by degree, one per bar: what the verses and the other part go through. */
  verse: readonly number[];
  refrain: readonly number[];
  /** i intro, v verse, r refrain, b bridge (the refrain's chords, thin), o outro. */
  form: string;
  /** Words to sing along, one line per two bars from the first verse on. */
  words?: readonly string[];
};

export type Album = {
  title: string;
  artist: string;
  folder: string;
  genre: string;
  style: Style;
  year: number;
  /** Played in one breath: synthesised as a whole, then cut. */
  gapless: boolean;
  pieces: readonly Piece[];
};

export const COMMENT = 'Generative music, composed and played by Evensong itself.';

const HARBOUR: Key = { root: 50, scale: 'dorian' };

export const ALBUMS: readonly Album[] = [
  {
    title: 'Harbour, Evening to Morning',
    artist: 'The Tidewater Engine',
    folder: 'The Tidewater Engine/Harbour, Evening to Morning',
    genre: 'Ambient',
    style: 'harbour',
    year: 2026,
    gapless: true,
    pieces: [
      {
        title: 'Lamps Along the Quay',
        codec: 'flac',
        seed: 11,
        key: HARBOUR,
        beatsPerMinute: 76,
        verse: [0, 3, 5, 4],
        refrain: [5, 3, 0, 4],
        form: 'ivr',
      },
      {
        title: 'Slack Water',
        codec: 'flac',
        seed: 12,
        key: HARBOUR,
        beatsPerMinute: 76,
        verse: [3, 6, 2, 5],
        refrain: [0, 4, 5, 3],
        form: 'vrb',
      },
      {
        title: 'A Bell Under Fog',
        codec: 'flac',
        seed: 13,
        key: HARBOUR,
        beatsPerMinute: 76,
        verse: [5, 2, 3, 4],
        refrain: [3, 4, 0, 0],
        form: 'bvr',
      },
      {
        title: 'First Ferry',
        codec: 'flac',
        seed: 14,
        key: HARBOUR,
        beatsPerMinute: 76,
        verse: [0, 6, 3, 4],
        refrain: [0, 3, 5, 4],
        form: 'vro',
        words: [
          'First ferry, and the gulls are counting',
          'Ropes let go of what they knew',
          'Coffee steam and engine mutter',
          'All the grey is turning blue',
        ],
      },
    ],
  },
  {
    title: 'Paper Kites, Tin Roofs',
    artist: 'Saturday Clockwork',
    folder: 'Saturday Clockwork/Paper Kites, Tin Roofs',
    genre: 'Folk',
    style: 'kites',
    year: 2026,
    gapless: false,
    pieces: [
      {
        title: 'Kite Weather',
        codec: 'mp3',
        seed: 21,
        key: { root: 55, scale: 'major' },
        beatsPerMinute: 104,
        verse: [0, 4, 5, 3],
        refrain: [3, 4, 0, 5],
        form: 'ivrvro',
        words: [
          'Morning left the window open',
          'Wind came in and read the mail',
          'You were tying string to paper',
          'I was bending wire for tail',
          'Up it goes, the roofs are turning',
          'Up it goes, the hill lets go',
          'Something small and red is learning',
          'Everything that swallows know',
        ],
      },
      {
        title: 'Grandmother’s Bicycle',
        codec: 'mp3',
        seed: 22,
        key: { root: 50, scale: 'mixolydian' },
        beatsPerMinute: 116,
        verse: [0, 6, 3, 0],
        refrain: [3, 0, 6, 4],
        form: 'ivrvrro',
        words: [
          'Three gears, and one of them is singing',
          'Basket full of bread and pears',
          'She rang the bell at every corner',
          'Nobody who heard it stares',
          'Pedal, pedal, past the mill',
          'Pedal, pedal, down the hill',
          'Somebody is riding still',
          'Somebody is riding still',
        ],
      },
      {
        title: 'Rain on Tin',
        codec: 'm4a',
        seed: 23,
        key: { root: 52, scale: 'minor' },
        beatsPerMinute: 92,
        verse: [0, 5, 2, 6],
        refrain: [5, 6, 0, 0],
        form: 'ivrvo',
        words: [
          'Listen how the roof is counting',
          'Every drop a borrowed coin',
          'All the gutters start their fountains',
          'All the little rivers join',
          'Stay until the sky is over',
          'Stay until the kettle sings',
        ],
      },
      {
        title: 'The Long Way to the Bakery',
        codec: 'm4a',
        seed: 24,
        key: { root: 53, scale: 'lydian' },
        beatsPerMinute: 108,
        verse: [0, 1, 4, 0],
        refrain: [4, 5, 1, 0],
        form: 'ivrvro',
        words: [
          'Left at the dog who knows my pocket',
          'Right at the wall that holds the sun',
          'Ask the river how it slept there',
          'Buy two rolls and eat just one',
          'Longer is the way that tells you',
          'Shorter only gets you bread',
        ],
      },
    ],
  },
  {
    title: 'Night Bus Map',
    artist: 'Nine Stops Left',
    folder: 'Nine Stops Left/Night Bus Map',
    genre: 'Electronic',
    style: 'nightbus',
    year: 2026,
    gapless: false,
    pieces: [
      {
        title: 'Terminal',
        codec: 'opus',
        seed: 31,
        key: { root: 45, scale: 'minor' },
        beatsPerMinute: 88,
        verse: [0, 5, 2, 6],
        refrain: [3, 5, 0, 6],
        form: 'ivrvo',
      },
      {
        title: 'Wet Neon',
        codec: 'opus',
        seed: 32,
        key: { root: 48, scale: 'dorian' },
        beatsPerMinute: 96,
        verse: [0, 3, 0, 4],
        refrain: [5, 3, 4, 0],
        form: 'ivrbro',
      },
      {
        title: 'Upper Deck, Front Seat',
        codec: 'opus',
        seed: 33,
        key: { root: 43, scale: 'minor' },
        beatsPerMinute: 100,
        verse: [5, 6, 0, 0],
        refrain: [3, 6, 2, 5],
        form: 'ivrvro',
        words: [
          'Upper deck, the street lies under',
          'Traffic lights like strings of beads',
          'Every window tells its evening',
          'One of them looks up and reads',
          'Turn, and all the signs turn with us',
          'Stop, and someone else begins',
        ],
      },
      {
        title: 'Last Stop, Everybody Asleep',
        codec: 'opus',
        seed: 34,
        key: { root: 46, scale: 'major' },
        beatsPerMinute: 72,
        verse: [0, 2, 3, 4],
        refrain: [5, 4, 3, 0],
        form: 'ivo',
      },
    ],
  },
];
