import type { Picture } from './reading.ts';

/**
 * Pictures beside the music. `cover`, `folder`, `front` and `album` show the album, in this order; in a disc's own
 * folder, that disc; `artist` shows the artist, wherever the artist's folder is.
 */

const ALBUM_STEMS = ['cover', 'folder', 'front', 'album'];
const ARTIST_STEMS = ['artist'];
const EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'avif'];

/** `rank` orders what a folder offers: lower is better. */
export type ArtFile = { shows: 'album' | 'artist'; rank: number };

export function artFile(name: string): ArtFile | undefined {
  const match = /^(.+)\.([a-z]+)$/i.exec(name);
  const extension = EXTENSIONS.indexOf(match?.[2]?.toLowerCase() ?? '');
  if (!match || extension < 0) return undefined;
  const stem = match[1]!.toLowerCase();
  const rank = (stems: readonly string[]): number => stems.indexOf(stem) * EXTENSIONS.length + extension;
  if (ALBUM_STEMS.includes(stem)) return { shows: 'album', rank: rank(ALBUM_STEMS) };
  if (ARTIST_STEMS.includes(stem)) return { shows: 'artist', rank: rank(ARTIST_STEMS) };
  return undefined;
}

/** The embedded picture to show for an album: its front, else anything but a portrait, else anything. */
export function bestEmbedded<P extends Pick<Picture, 'kind'>>(pictures: readonly P[]): P | undefined {
  return pictures.find(({ kind }) => kind === 'front') ?? pictures.find(({ kind }) => kind !== 'artist') ?? pictures[0];
}
