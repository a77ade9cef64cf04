import { editsBetween, unitsOf, type Within } from '../edits.ts';

/**
 * Every word of the index, to find those that a mistyped one may mean. Words of one length lie end to end in typed
 * arrays beside a signature of their letters, and a search is one pass over them: a letter that is in one word and not in
 * the other costs an edit, so most words are out after two bit counts. 393,000 words are under 10 MiB and 1-3 ms.
 */
export type Near = {
  word: string;
  edits: number;
  /** How many things have it. */
  count: number;
};

export type Dictionary = {
  /** How many things have this very word. */
  count: (word: string) => number;
  /** Whether any word begins like this. */
  begins: (start: string) => boolean;
  /** Words within `most` edits, the nearest and most used first; with `prefix` those of which a beginning is. */
  near: (word: string, most: number, options: { prefix: boolean; limit: number }) => Near[];
};

type Shelf = { length: number; units: Uint16Array; signs: Uint32Array; counts: Uint32Array };

/** Letters a bit each, digits one, the rest shared out over what is left. */
const bitOf = (unit: number): number => {
  if (unit >= 97 && unit <= 122) return unit - 97;
  if (unit >= 48 && unit <= 57) return 26;
  return 27 + (unit % 5);
};

const signOf = (units: ArrayLike<number>, at = 0, length = units.length): number => {
  let sign = 0;
  for (let i = at; i < at + length; i++) sign |= 1 << bitOf(units[i]!);
  return sign >>> 0;
};

const bits = (value: number): number => {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
};

const LONGEST = 40;

const shelve = (words: readonly { word: string; count: number }[]): Shelf[] => {
  const byLength = new Map<number, { word: string; count: number }[]>();
  for (const each of words) {
    if (each.word.length > LONGEST) continue;
    const shelf = byLength.get(each.word.length);
    if (shelf) shelf.push(each);
    else byLength.set(each.word.length, [each]);
  }
  return [...byLength]
    .sort(([a], [b]) => a - b)
    .map(([length, entries]) => {
      const units = new Uint16Array(entries.length * length);
      const signs = new Uint32Array(entries.length);
      const counts = new Uint32Array(entries.length);
      entries.forEach(({ word, count }, n) => {
        for (let i = 0; i < length; i++) units[n * length + i] = word.charCodeAt(i);
        signs[n] = signOf(units, n * length, length);
        counts[n] = count;
      });
      return { length, units, signs, counts };
    });
};

const textAt = ({ units, length }: Shelf, n: number): string =>
  String.fromCharCode(...units.subarray(n * length, (n + 1) * length));

/** Where a word lies, or would lie: words come in the order of their code units. */
const placeOf = (shelf: Shelf, word: Uint16Array): number => {
  const { length, units } = shelf;
  const compare = (n: number): number => {
    for (let i = 0; i < length && i < word.length; i++) {
      const difference = units[n * length + i]! - word[i]!;
      if (difference !== 0) return difference;
    }
    return length >= word.length ? 0 : -1;
  };
  let low = 0;
  let high = shelf.signs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(middle) < 0) low = middle + 1;
    else high = middle;
  }
  return low < shelf.signs.length && compare(low) === 0 ? low : -1;
};

const better = (a: Near, b: Near): number => a.edits - b.edits || b.count - a.count || (a.word < b.word ? -1 : 1);

/**
 * Edits leave at least one of `most + 1` parts of a word as it is, moved by no more than `most`. Parts end one letter
 * early, so that a swap across their border breaks only one of them. A few comparisons instead of a matrix.
 */
const partsOf = (length: number, most: number): { from: number; to: number }[] => {
  const step = Math.floor(length / (most + 1));
  return Array.from({ length: most + 1 }, (_, i) => ({ from: i * step, to: i === most ? length : (i + 1) * step - 1 }));
};

const keepsAPart = (
  units: Uint16Array,
  other: { units: Uint16Array; at: number; length: number },
  parts: readonly { from: number; to: number }[],
): boolean => {
  const most = parts.length - 1;
  for (const { from, to } of parts)
    for (let shift = -Math.min(most, from); shift <= most && to + shift <= other.length; shift++) {
      let i = from;
      while (i < to && units[i] === other.units[other.at + i + shift]) i++;
      if (i === to) return true;
    }
  return false;
};

/** `words` in the order of their code units, each once. */
export const createDictionary = (
  words: readonly { word: string; count: number }[],
): Dictionary & { size: number; sizeBytes: number } => {
  const shelves = shelve(words);
  const search = (shelf: Shelf, units: Uint16Array, within: Within): Near[] => {
    const { most, prefix } = within;
    const found: Near[] = [];
    const sign = signOf(units);
    const at = { units: shelf.units, at: 0, length: shelf.length };
    const parts = partsOf(units.length, most);
    for (let n = 0; n < shelf.signs.length; n++) {
      const other = shelf.signs[n]!;
      if (bits(sign & ~other) > most || (!prefix && bits(other & ~sign) > most)) continue;
      at.at = n * shelf.length;
      if (!keepsAPart(units, at, parts)) continue;
      const edits = editsBetween(units, at, within);
      if (edits <= most) found.push({ word: textAt(shelf, n), edits, count: shelf.counts[n]! });
    }
    return found;
  };
  return {
    count: (word) => {
      const shelf = shelves.find(({ length }) => length === word.length);
      const place = shelf ? placeOf(shelf, unitsOf(word)) : -1;
      return place < 0 ? 0 : shelf!.counts[place]!;
    },
    begins: (start) => shelves.some((shelf) => shelf.length >= start.length && placeOf(shelf, unitsOf(start)) >= 0),
    near: (word, most, { prefix, limit }) => {
      const units = unitsOf(word);
      const found: Near[] = [];
      for (const shelf of shelves)
        if (shelf.length >= word.length - most && (prefix || shelf.length <= word.length + most))
          found.push(...search(shelf, units, { most, prefix }));
      return found.sort(better).slice(0, limit);
    },
    size: words.length,
    sizeBytes: shelves.reduce((sum, { units, signs }) => sum + units.byteLength + 2 * signs.byteLength, 0),
  };
};
