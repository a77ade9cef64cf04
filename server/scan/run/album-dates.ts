import type { TrackFacts } from '../../library/index.ts';

const mostSaid = (dates: readonly (string | undefined)[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const date of dates) if (date !== undefined) counts.set(date, (counts.get(date) ?? 0) + 1);
  const [first] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? 1 : -1));
  return first?.[0];
};

/**
 * The dates that most tracks of a new album say, the later at a tie: what its counts will find, so that a dozen indexes are
 * written once.
 */
export const albumDatesOf = (tracks: readonly TrackFacts[]): Pick<TrackFacts, 'date' | 'originalDate'> => ({
  date: mostSaid(tracks.map(({ date }) => date)),
  originalDate: mostSaid(tracks.map(({ originalDate }) => originalDate)),
});
