/**
 * Where in a tap was a stretch of a recording heard? Normalised cross-correlation, the peak refined by a parabola, so that a
 * resampled recording is placed between samples.
 */
export type Match = { at: number; likeness: number };

function likenessAt(tap: Float32Array, part: Float32Array, at: number): number {
  let dot = 0;
  let heard = 0;
  let sent = 0;
  for (let i = 0; i < part.length; i++) {
    const a = tap[at + i] ?? 0;
    const b = part[i] ?? 0;
    dot += a * b;
    heard += a * a;
    sent += b * b;
  }
  return heard && sent ? dot / Math.sqrt(heard * sent) : 0;
}

/** The best place of `part` within [from, to) of the tap. */
export function findPart(tap: Float32Array, part: Float32Array, range: { from: number; to: number }): Match {
  const from = Math.max(0, Math.floor(range.from));
  const to = Math.min(tap.length - part.length, Math.ceil(range.to));
  const rough = part.subarray(0, 256);
  const candidates: Match[] = [];
  for (let at = from; at < to; at++) candidates.push({ at, likeness: likenessAt(tap, rough, at) });
  candidates.sort((a, b) => b.likeness - a.likeness);
  const best = candidates
    .slice(0, 40)
    .map(({ at }) => ({ at, likeness: likenessAt(tap, part, at) }))
    .reduce((a, b) => (b.likeness > a.likeness ? b : a), { at: -1, likeness: 0 });
  const left = likenessAt(tap, part, best.at - 1);
  const right = likenessAt(tap, part, best.at + 1);
  const bend = left - 2 * best.likeness + right;
  return { at: best.at + (bend ? (0.5 * (left - right)) / bend : 0), likeness: best.likeness };
}

/**
 * Samples of silence (or, negative, of overlap) between two recordings: 4,096 samples ending 2,000 before the join are found
 * first, then 4,096 starting 2,000 after it.
 */
export function gapAtJoin(
  tap: Float32Array,
  before: Float32Array,
  after: Float32Array,
): { gap: number; likeness: number } {
  const tailFrom = before.length - 6096;
  const tail = findPart(tap, before.subarray(tailFrom, tailFrom + 4096), { from: 0, to: tap.length });
  const expected = tail.at + 6096 + 2000;
  const head = findPart(tap, after.subarray(2000, 6096), { from: expected - 4000, to: expected + 4000 });
  return { gap: head.at - expected, likeness: Math.min(tail.likeness, head.likeness) };
}
