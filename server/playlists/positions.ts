/*
 * Positions are integers with room between them. What is put between two entries takes evenly spread places in the gap;
 * where the gap is too small, the whole list is numbered anew (10,000 rows: some 20 ms, and then room for ages).
 */
export const GAP = 1 << 16;

/** `count` places between `before` and `behind` (undefined: the start, the end), or undefined when there is no room. */
export const placesBetween = (
  count: number,
  { before, behind }: { before: number | undefined; behind: number | undefined },
): number[] | undefined => {
  const low = before ?? (behind === undefined ? 0 : behind - GAP * (count + 1));
  const high = behind ?? low + GAP * (count + 1);
  const step = Math.floor((high - low) / (count + 1));
  if (step < 1) return undefined;
  return Array.from({ length: count }, (_, i) => low + step * (i + 1));
};
