/**
 * How fast is the link? Two exponential averages over transfer time (half-lives 3 and 9 s, corrected for their empty
 * start); the lower one counts, so a drop is believed at once and a rise only when it lasts.
 */
export type Bandwidth = {
  sample: (sizeBytes: number, tookMs: number) => void;
  /** Bits per second; 0 while nothing is known. */
  bps: () => number;
};

export function createBandwidth(savedBps = 0): Bandwidth {
  const averages = [3, 9].map((halfLifeSec) => ({ halfLifeSec, value: 0 }));
  let seenSec = 0;
  return {
    sample(sizeBytes, tookMs) {
      if (sizeBytes < 8000) return; // init segments and tails say nothing
      const sec = Math.max(tookMs, 20) / 1000;
      for (const average of averages) {
        const keep = 0.5 ** (sec / average.halfLifeSec);
        average.value = ((sizeBytes * 8) / sec) * (1 - keep) + keep * average.value;
      }
      seenSec += sec;
    },
    bps() {
      if (seenSec < 0.05 && savedBps) return savedBps;
      if (seenSec === 0) return 0;
      return Math.min(...averages.map(({ value, halfLifeSec }) => value / (1 - 0.5 ** (seenSec / halfLifeSec))));
    },
  };
}

/**
 * Which rendition next (index, best first). Down when the link is below 1.25 x the rate, up only with 1.6 x and 10 s in hand;
 * 20 s in hand ride out a dip.
 */
export function chooseLevel(
  ratesKbps: readonly number[],
  now: number,
  link: { bps: number; aheadSec: number },
): number {
  const linkKbps = link.bps / 1000;
  if (!linkKbps) return now;
  const fits = ratesKbps.findIndex((rate) => linkKbps >= rate * 1.25);
  const level = fits < 0 ? ratesKbps.length - 1 : fits;
  if (level < now && (link.aheadSec < 10 || linkKbps < (ratesKbps[level] ?? 0) * 1.6)) return now;
  if (level > now && link.aheadSec > 20) return now;
  return level;
}
