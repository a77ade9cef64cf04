import { hueOf } from '../parts/hue.ts';

/** A track as the API tells it, as far as the player shows or hears it. */
export type Track = {
  id: string;
  title: string;
  artists: readonly { id: string; name: string; role?: string }[];
  album?: { id: string; title: string } | null;
  durationMs: number;
  codec?: string | null;
  bitDepth?: number | null;
  sampleRateHz?: number | null;
  bitrateKbps?: number | null;
  channels?: number | null;
  cover?: { id: string; tint?: number | string | null } | null;
  missing?: boolean;
  liked?: boolean;
  /** null: it has none. */
  lyrics?: 'synced' | 'plain' | null;
  replayGain?: ReplayGain | null;
};

export type ReplayGain = {
  trackDb?: number | null;
  albumDb?: number | null;
  trackPeak?: number | null;
  albumPeak?: number | null;
  trackFrom?: 'tags' | 'measured' | null;
  albumFrom?: 'tags' | 'measured' | null;
};

/** Whom a listener would name: those with a composer's or conductor's part stand on the album's page. */
export const mainArtists = (track: Track): Track['artists'] => {
  const named = track.artists.filter(({ role }) => !role || ['main', 'artist', 'featured'].includes(role));
  return named.length > 0 ? named : track.artists;
};

export const artistNames = (track: Track): string =>
  mainArtists(track)
    .map(({ name }) => name)
    .join(', ');

export const coverUrl = (track: Track, sizePx: 64 | 128 | 256 | 512): string | undefined =>
  track.cover ? `/api/v1/covers/${track.cover.id}?size=${sizePx}` : undefined;

/** Without a cover the hue comes from the album's name, as on the pages. */
export const tintOf = (track: Track | undefined): string =>
  track ? String(track.cover?.tint ?? hueOf(track.album?.title ?? track.title)) : 'n';
