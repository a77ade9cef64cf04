import { notFound } from '../http/index.ts';
import type { Viewer } from '../http/index.ts';
import { encodeId } from '../kit/index.ts';
import { emptyAlbum } from './problems.ts';
import { sourceFrom } from './sources.ts';
import type { Source, Sources } from './sources.ts';

/** What is listened to: a track, or the tracks [from, to] of an album laid end to end. Ids as the API shows them. */
export type Subject =
  { kind: 'track'; trackId: string } | { kind: 'album'; albumId: string; from: number; to?: number | undefined };

export type Resolved = {
  /** As it stands in addresses: merged ids made the living one's, the end of an album's run named. */
  subject: Subject;
  /** At least one; what is missing in an album is left out. */
  sources: [Source, ...Source[]];
};

/** Longer runs of an album are asked for in parts. */
const MAX_ALBUM_TRACKS = 200;

/** Throws 404 for what is not there or not for this viewer. */
export const resolveSubject = (sources: Sources, subject: Subject, viewer: Viewer): Resolved => {
  if (subject.kind === 'track') {
    const row = sources.trackSource(subject.trackId, viewer);
    if (!row) throw notFound();
    return { subject: { kind: 'track', trackId: encodeId('trk', row.trackId) }, sources: [sourceFrom(row)] };
  }
  const { albumId, from } = subject;
  const to = Math.min(subject.to ?? Infinity, from + MAX_ALBUM_TRACKS - 1);
  const run = sources.albumRun(albumId, { from, to }, viewer);
  if (!run) throw notFound();
  const [first, ...rest] = run.filter((row) => !row.missing).map(sourceFrom);
  if (!first) throw emptyAlbum();
  return { subject: { kind: 'album', albumId, from, to: from + run.length - 1 }, sources: [first, ...rest] };
};

export const isThere = (sources: Sources, subject: Subject, viewer: Viewer): boolean => {
  if (subject.kind === 'track') return sources.trackSource(subject.trackId, viewer) !== undefined;
  const { albumId, from, to = from } = subject;
  return sources.albumRun(albumId, { from, to }, viewer) !== undefined;
};

/** Names a subject within this process. */
export const nameOfSubject = (subject: Subject): string =>
  subject.kind === 'track' ? subject.trackId : `${subject.albumId}/${subject.from}-${subject.to ?? ''}`;
