export type Kept = { name: string; sizeBytes: number; usedAt: number };
export type Want = { quotaBytes: number; sizeBytes: number; now: number; isBusy: (name: string) => boolean };

const LOW_WATER = 0.9;
/** Somebody who paused for a moment must not lose what he hears. */
const RECENT_MS = 60_000;

/** What has to go, least recently used first, once the quota is passed: down to 90 % of it, so that it is not done at every segment. */
export const chooseVictims = (kept: Iterable<Kept>, want: Want): string[] => {
  if (want.sizeBytes <= want.quotaBytes) return [];
  const victims: string[] = [];
  let size = want.sizeBytes;
  const idle = [...kept].filter((it) => !want.isBusy(it.name) && want.now - it.usedAt >= RECENT_MS);
  for (const it of idle.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (size <= want.quotaBytes * LOW_WATER) break;
    victims.push(it.name);
    size -= it.sizeBytes;
  }
  return victims;
};
