import { fold } from '../../library/threads.ts';

/**
 * Which tracks make one album. The release id where there is one; else what the album is called, by whom and in which
 * group of folders, so that two different "Greatest Hits" stay apart and `CD 1` and `CD 2` come together.
 */

/** `CD 1`, `Disc 2 - Live`, `LP03`, `Disk IV` is not one: a folder that is one disc of its parent. */
const DISC_FOLDER =
  /^(?:cd|dis[ck]|dvd|lp|vol(?:ume)?|platte|disque)\s*[-_.#]?\s*0*(\d{1,2})(?:\s*[-–:_.]\s*(.+)|\s*[([](.+)[)\]])?$/i;
/** `Album (Disc 1)`, `Album [CD 2: Title]`, `Album - CD2`. */
const DISC_SUFFIX =
  /^(.*\S)\s*(?:[-–,:]\s*|[([]\s*)(?:cd|dis[ck])\s*[-_.#]?\s*0*(\d{1,2})(?:\s*[-–:]\s*([^)\]]+))?\s*[)\]]?$/i;

export type DiscName = { discNo: number; discTitle?: string };

export function discOfFolder(name: string): DiscName | undefined {
  const match = DISC_FOLDER.exec(name.trim());
  if (!match || Number(match[1]) === 0) return undefined;
  const title = (match[2] ?? match[3])?.trim();
  return { discNo: Number(match[1]), ...(title ? { discTitle: title } : {}) };
}

/** "Wish You Were Here (Disc 2)" is disc 2 of "Wish You Were Here". */
export function discOfTitle(title: string): { title: string } & Partial<DiscName> {
  const match = DISC_SUFFIX.exec(title);
  if (!match || Number(match[2]) === 0) return { title };
  const discTitle = match[3]?.trim();
  return { title: match[1]!, discNo: Number(match[2]), ...(discTitle ? { discTitle } : {}) };
}

/** The folder an album lives in, as one text: disc folders and disc suffixes count as their parent or base. */
export function folderGroup(segments: readonly string[]): string {
  const own = segments.at(-1);
  if (own === undefined) return '';
  if (segments.length > 1 && discOfFolder(own)) return folderGroup(segments.slice(0, -1));
  return [...segments.slice(0, -1), discOfTitle(own).title].map((name) => name.normalize('NFC')).join('/');
}

/** As many different artists in one folder as make a sampler of it when most do not say whose album it is. */
export const VARIOUS_FROM = 3;
export const VARIOUS_ARTISTS = 'Various Artists';
const VARIOUS_NAMES = new Set([
  'various artists',
  'various',
  'va',
  'v a',
  'verschiedene interpreten',
  'artistes divers',
]);

export type AlbumFacts = {
  album: string | undefined;
  albumArtistText: string | undefined;
  artistText: string | undefined;
  compilation: boolean;
  releaseId: string | undefined;
  folderGroup: string;
  /** Whose album the folder's other tracks of it make it where this one does not say; undefined: its own artist's. */
  lent: string | undefined;
};

export const isVariousName = (name: string): boolean => VARIOUS_NAMES.has(fold(name));

export function isCompilation(facts: Pick<AlbumFacts, 'albumArtistText' | 'compilation' | 'lent'>): boolean {
  if (facts.albumArtistText) return isVariousName(facts.albumArtistText);
  return facts.compilation || (facts.lent !== undefined && isVariousName(facts.lent));
}

/** Whose album it is. A flag alone does not take an album from the artist it names. */
export function albumArtistOf(facts: AlbumFacts): string | undefined {
  if (isCompilation(facts)) return VARIOUS_ARTISTS;
  return facts.albumArtistText ?? facts.lent ?? facts.artistText;
}

/**
 * The key of `album.akey`. The year is no part of it: soundtracks and collections date each piece by its recording, and
 * two issues of one album, which a year would part, lie in folders of their own or name their releases.
 */
export function albumKey(facts: AlbumFacts): string {
  if (facts.releaseId) return `mb:${facts.releaseId}`;
  if (!facts.album) return `folder:${facts.folderGroup}`;
  const parts = [fold(albumArtistOf(facts) ?? ''), fold(discOfTitle(facts.album).title), facts.folderGroup];
  return `tags:${parts.join('\u001f')}`;
}
