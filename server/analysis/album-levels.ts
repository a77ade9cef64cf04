import type { Sounds } from '../library/index.ts';
import { addHistogram, emptyHistogram, integrateHistogram } from './loudness.ts';
import type { Histogram } from './loudness.ts';

/** What of a track an album is levelled by. */
type Part = { histogram: Histogram; truePeak: number };

type Needs = {
  sounds: Pick<Sounds, 'members' | 'writeAlbum' | 'again'>;
  /** Undefined where what was measured of it is lost. */
  partOf: (trackId: number) => Part | undefined;
};

/** The loudness of an album is that of all its tracks one after the other: their blocks together, through the gates. */
const joined = (parts: readonly Part[]): { loudness: number | undefined; truePeak: number } => {
  const sum = emptyHistogram();
  for (const { histogram } of parts) addHistogram(sum, histogram);
  return { loudness: integrateHistogram(sum), truePeak: Math.max(0, ...parts.map(({ truePeak }) => truePeak)) };
};

/** Levels an album once its last track is measured. Until then, and where tags level it whole, it has no measured level. */
export const levelAlbum = ({ sounds, partOf }: Needs, albumId: number): void => {
  const members = sounds.members(albumId);
  if (members.some(({ state }) => state === 'new')) return;
  if (members.every(({ tagged }) => tagged)) return sounds.writeAlbum(albumId, undefined);
  const measured = members.filter(({ state }) => state === 'measured');
  const parts = measured.map(({ trackId }) => ({ trackId, part: partOf(trackId) }));
  const lost = parts.filter(({ part }) => part === undefined).map(({ trackId }) => trackId);
  if (lost.length > 0) return sounds.again(lost);
  sounds.writeAlbum(albumId, parts.length > 0 ? joined(parts.flatMap(({ part }) => part ?? [])) : undefined);
};
