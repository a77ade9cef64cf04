/*
 * How far two words are apart: insertions, deletions, replacements and swaps of neighbours count one each (optimal
 * string alignment), looked at only as far as `most` allows. Two rows of the matrix and the one before, reused.
 */
const WIDEST = 64;
let older = new Uint8Array(WIDEST + 1);
let last = new Uint8Array(WIDEST + 1);
let row = new Uint8Array(WIDEST + 1);

export type Units = ArrayLike<number>;

export const unitsOf = (word: string): Uint16Array => {
  const units = new Uint16Array(Math.min(word.length, WIDEST));
  for (let i = 0; i < units.length; i++) units[i] = word.charCodeAt(i);
  return units;
};

export type Within = {
  most: number;
  /** Compares with the beginning of the other word that is nearest. */
  prefix: boolean;
};
type Stored = { units: Units; at: number; length: number };

/** One row of the matrix, from the band's left edge to its right; answers its least value. */
const fillRow = (a: Units, b: Stored, i: number): number => {
  const unit = a[i - 1]!;
  const most = band.most;
  const to = Math.min(band.length, i + most);
  let least = row[0]!;
  for (let j = Math.max(1, i - most); j <= to; j++) {
    const other = b.units[b.at + j - 1]!;
    let cost = unit === other ? last[j - 1]! : Math.min(last[j - 1]!, last[j]!, row[j - 1]!) + 1;
    const swapped = i > 1 && j > 1 && unit === b.units[b.at + j - 2] && a[i - 2] === other;
    if (swapped) cost = Math.min(cost, older[j - 2]! + 1);
    row[j] = Math.min(most + 1, cost);
    if (row[j]! < least) least = row[j]!;
  }
  return least;
};
const band = { most: 0, length: 0 };

/**
 * Edits from `a` to the `length` units of `b` at `at`, or, with `prefix`, to that beginning of it which is nearest.
 * `most + 1` stands for "further than that".
 */
export const editsBetween = (a: Units, b: Stored, { most, prefix }: Within): number => {
  const length = Math.min(b.length, WIDEST, prefix ? a.length + most : WIDEST);
  if (a.length > WIDEST || a.length - length > most || (!prefix && length - a.length > most)) return most + 1;
  band.most = most;
  band.length = length;
  for (let j = 0; j <= length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row.fill(most + 1, 0, length + 1);
    if (i <= most) row[0] = i;
    if (fillRow(a, b, i) > most) return most + 1;
    [older, last, row] = [last, row, older];
  }
  if (!prefix) return Math.min(most + 1, last[length]!);
  let best = most + 1;
  for (let j = Math.max(0, a.length - most); j <= length; j++) best = Math.min(best, last[j]!);
  return best;
};

/** A long word may be two edits off, one of four letters or more a single one. */
const LONG = 9;

/** How many edits a word of this length may be off: none below 4 letters, one from 4, two from 9. */
export const editsAllowed = (length: number): number => (length >= LONG ? 2 : length >= 4 ? 1 : 0);

/** Whether a long word may be meant by one that is short of it only because letters were left out. */
export const mayLackTwo = (asked: string, word: { length: number }): boolean =>
  asked.length < LONG && asked.length >= LONG - 2 && word.length >= LONG;
