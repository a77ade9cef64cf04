/*
 * The pieces of one album may carry dates of their own: it has what most of those that are there say, the later at a tie,
 * whatever the order in which files come. What is missing has a say only where nothing else has.
 */
export type AlbumDates = { date?: string | undefined; originalDate?: string | undefined };
export type DatedTrack = AlbumDates & { isMissing?: boolean };

const mostSaid = (tracks: readonly DatedTrack[], which: keyof AlbumDates): string | undefined => {
  const voices = new Map<string, number>();
  for (const track of tracks) {
    const date = track[which];
    if (date !== undefined) voices.set(date, (voices.get(date) ?? 0) + (track.isMissing ? 0 : 1));
  }
  const [first] = [...voices].sort(([a, n], [b, m]) => m - n || (a < b ? 1 : -1));
  return first?.[0];
};

export const albumDatesOf = (tracks: readonly DatedTrack[]): AlbumDates => ({
  date: mostSaid(tracks, 'date'),
  originalDate: mostSaid(tracks, 'originalDate'),
});

/** As the columns of an album. */
export const dateColumns = ({ date, originalDate }: AlbumDates) => {
  const first = originalDate ?? date;
  return { date: date ?? null, originalDate: originalDate ?? null, year: first ? Number(first.slice(0, 4)) : null };
};
