import type { ICommonTagsResult } from 'music-metadata';
import { mbids } from './credits.ts';
import { moreExact, parseDate } from './dates.ts';
import type { NativeTags } from './native-tags.ts';
import type { AudioReading, MusicBrainzIds } from './reading.ts';
import { cleanName, cleanNames } from './text.ts';

/** Titles, numbers, dates and ids: what says which track of which release this is. */

type ReleaseTags = Pick<
  AudioReading,
  | 'title'
  | 'titleSort'
  | 'album'
  | 'albumSort'
  | 'artistSort'
  | 'albumArtistSort'
  | 'trackNo'
  | 'trackTotal'
  | 'discNo'
  | 'discTotal'
  | 'discTitle'
  | 'date'
  | 'originalDate'
  | 'releaseTypes'
  | 'compilation'
  | 'genres'
  | 'label'
  | 'catalog'
  | 'isrc'
  | 'bpm'
  | 'explicit'
  | 'musicBrainz'
>;

/** Of two ID3v2 tags in a row the first counts, as in other players; music-metadata lets the last win. */
const firstTag = (tags: NativeTags, frame: string): string | undefined =>
  tags.all(frame).length > 1 ? cleanName(tags.text(frame)) : undefined;

const count = (n: number | null | undefined): number | undefined =>
  n && n > 0 && n < 10_000 ? Math.trunc(n) : undefined;

export function readReleaseTags(tags: NativeTags, common: ICommonTagsResult): ReleaseTags {
  const optional = {
    title: firstTag(tags, 'TIT2') ?? cleanName(common.title),
    titleSort: cleanName(common.titlesort),
    album: firstTag(tags, 'TALB') ?? cleanName(common.album),
    albumSort: cleanName(common.albumsort),
    artistSort: cleanName(common.artistsort),
    albumArtistSort: cleanName(common.albumartistsort),
    trackNo: count(common.track.no),
    trackTotal: count(common.track.of),
    discNo: count(common.disk.no),
    discTotal: count(common.disk.of),
    discTitle: cleanName([common.discsubtitle ?? tags.text('SETSUBTITLE')].flat()[0]),
    date: releaseDate(tags, common),
    originalDate: parseDate(common.originaldate ?? tags.text('TDOR') ?? tags.text('TORY') ?? common.originalyear),
    label: cleanName(common.label?.[0] ?? common.publisher?.[0]),
    catalog: cleanName(common.catalognumber?.[0]),
    isrc: isrc(common.isrc?.[0]),
    bpm: common.bpm && common.bpm > 0 && common.bpm < 1_000 ? common.bpm : undefined,
    explicit: explicit(tags),
  };
  return {
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<ReleaseTags>),
    releaseTypes: releaseTypes(common.releasetype),
    compilation: common.compilation === true || isYes(tags.text('WM/ISCOMPILATION') ?? tags.text('ISCOMPILATION')),
    genres: genres(tags, common.genre),
    musicBrainz: musicBrainz(common),
  };
}

const isYes = (value: string | undefined): boolean => /^(1|true|yes)$/i.test(value ?? '');

/** ID3v2.3 keeps the year and the day (DDMM) in frames of their own; music-metadata takes the latter for a date. */
function releaseDate(tags: NativeTags, common: ICommonTagsResult): string | undefined {
  const year = parseDate(tags.text('TYER'));
  const day = /^(\d{2})(\d{2})$/.exec(tags.text('TDAT') ?? '');
  if (year) return (day && parseDate(`${year.slice(0, 4)}-${day[2]}-${day[1]}`)) || year;
  const date = day ? undefined : parseDate(common.date);
  return moreExact(date ?? parseDate(common.year), parseDate(common.releasedate));
}

/** "Album; Live" and "album/compilation" are two each; "soundtrack" stays. */
function releaseTypes(values: readonly string[] | undefined): string[] {
  const parts = (values ?? []).flatMap((value) => String(value).split(/[;,/+]/));
  return cleanNames(parts.map((part) => part.trim().toLowerCase().slice(0, 40))).slice(0, 8);
}

/** Genres with a slash in their name, from ID3v1's list and the shops'. */
const SLASHED_GENRES =
  /^(folk\/rock|pop\/funk|pop\/rock|jungle\/drum.n.bass|r&b\/soul|hip-?hop\/rap|singer\/songwriter|christian\/gospel)$/i;

/**
 * One genre per value, and `;` between those that share one. A bare slash parts them in ID3v2.3 only, which has no
 * other way.
 */
function genres(tags: NativeTags, values: readonly string[] | undefined): string[] {
  const slashed = tags.slashed('TCON');
  const parts = (values ?? []).flatMap((value) => {
    const pieces = String(value).split(/;|\s\/\s|\0/);
    return slashed ? pieces.flatMap((piece) => (SLASHED_GENRES.test(piece) ? piece : piece.split('/'))) : pieces;
  });
  return [...new Map(cleanNames(parts).map((name) => [name.toLowerCase(), name.slice(0, 100)])).values()].slice(0, 20);
}

/** ISO 3901: country, registrant, year and designation, twelve characters with or without dashes. */
function isrc(value: string | undefined): string | undefined {
  const code = String(value ?? '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(code) ? code : undefined;
}

/** iTunes: 1 and 4 explicit, 2 clean, 0 neither. */
function explicit(tags: NativeTags): boolean | undefined {
  const value = Number(tags.text('RTNG') ?? tags.text('ITUNESADVISORY') ?? Number.NaN);
  if (value === 1 || value === 4) return true;
  return value === 2 ? false : undefined;
}

function musicBrainz(common: ICommonTagsResult): MusicBrainzIds {
  const id = (value: string | undefined): string | undefined => mbids(value === undefined ? [] : [value])[0];
  const ids = {
    recording: id(common.musicbrainz_recordingid),
    track: id(common.musicbrainz_trackid),
    release: id(common.musicbrainz_albumid),
    releaseGroup: id(common.musicbrainz_releasegroupid),
  };
  return Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined));
}
