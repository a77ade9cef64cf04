import type { ICommonTagsResult } from 'music-metadata';
import { type SplitOptions, splitArtists } from './artists.ts';
import type { NativeTags } from './native-tags.ts';
import type { Credit, Role } from './reading.ts';
import { cleanName, cleanNames } from './text.ts';

/** Who did what on a track, from the names the formats use for it. */

const ARTIST = ['ARTIST', 'TPE1', 'TP1', '©ART', 'AUTHOR', 'IART'];
const ALBUM_ARTIST = ['ALBUMARTIST', 'ALBUM ARTIST', 'TPE2', 'TP2', 'AART', 'BAND'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type Names = { text?: string; names: string[] };
type IsWhole = NonNullable<SplitOptions['isWhole']>;

/** MusicBrainz ids: some taggers put several into one value. */
export const mbids = (values: readonly unknown[] | undefined): string[] =>
  values === undefined || values.length === 0 ? [] : idsIn(values);

const idsIn = (values: readonly unknown[]): string[] =>
  values
    .flatMap((value) =>
      String(value)
        .toLowerCase()
        .split(/[/;,\s]+/),
    )
    .filter((id) => UUID.test(id))
    .slice(0, 100);

type Source = { singular: readonly string[]; plural: string; ids: string[]; isWhole: IsWhole };

/**
 * The names behind ARTIST and ARTISTS (or their album kin). `plural` wins: it is what a tagger writes who knows the
 * names apart. One MusicBrainz id for one text says that it is one name.
 */
function namesOf(tags: NativeTags, source: Source): Names {
  const { plural } = source;
  const tag = source.singular.find((name) => tags.all(name.toUpperCase()).length > 0)?.toUpperCase();
  const values = tag ? cleanNames(tags.all(tag)) : [];
  const slashed = tag !== undefined && tags.slashed(tag);
  const text = values.join(slashed ? '/' : ', ') || undefined;
  const many = cleanNames(tags.all(plural));
  const apart = rejoin(many, tags.slashed(plural), source);
  if (apart.length > 0) return { ...(text ? { text } : { text: apart.join(', ') }), names: apart };
  if (!text) return { names: [] };
  if (values.length > 1 && !slashed) return { text, names: values };
  if (source.ids.length === 1) return { text, names: [text] };
  return { text, names: splitArtists(text, { isWhole: source.isWhole, bareSlash: slashed }) };
}

/** music-metadata has torn the ID3v2.3 text at its slashes; put it together and split it by our own rules. */
function rejoin(values: string[], slashed: boolean, source: Source): string[] {
  if (values.length === 0 || (values.length > 1 && !slashed)) return values;
  const text = values.join('/');
  return source.ids.length === 1 ? [text] : splitArtists(text, { isWhole: source.isWhole, bareSlash: slashed });
}

export function artistNames(tags: NativeTags, common: ICommonTagsResult, isWhole: IsWhole): Names {
  return namesOf(tags, {
    singular: ARTIST,
    plural: 'ARTISTS',
    ids: mbids(common.musicbrainz_artistid),
    isWhole,
  });
}

export function albumArtistNames(tags: NativeTags, common: ICommonTagsResult, isWhole: IsWhole): Names {
  return namesOf(tags, {
    singular: ALBUM_ARTIST,
    plural: 'ALBUMARTISTS',
    ids: mbids(common.musicbrainz_albumartistid),
    isWhole,
  });
}

/** One id per name, or one name: anything else cannot be told apart. */
const withIds = (role: Role, names: readonly string[], extra: { ids: string[]; sort: string | undefined }): Credit[] =>
  names.map((name, i) => ({
    role,
    name,
    ...(extra.ids.length === names.length ? { mbid: extra.ids[i]! } : {}),
    ...(extra.sort && names.length === 1 ? { sort: extra.sort } : {}),
  }));

const PLAIN_ROLES: [Role, keyof ICommonTagsResult][] = [
  ['composer', 'composer'],
  ['conductor', 'conductor'],
  ['lyricist', 'lyricist'],
  ['writer', 'writer'],
  ['arranger', 'arranger'],
  ['remixer', 'remixer'],
  ['producer', 'producer'],
  ['engineer', 'engineer'],
  ['mixer', 'mixer'],
  ['djMixer', 'djmixer'],
];

export type CreditSource = { tags: NativeTags; common: ICommonTagsResult; isWhole: IsWhole };

export function readCredits({ tags, common, isWhole }: CreditSource, artist: Names, albumArtist: Names): Credit[] {
  const credits = withIds('artist', artist.names, {
    ids: mbids(common.musicbrainz_artistid),
    sort: cleanName(common.artistsort),
  });
  credits.push(
    ...withIds('albumArtist', albumArtist.names, {
      ids: mbids(common.musicbrainz_albumartistid),
      sort: cleanName(common.albumartistsort),
    }),
  );
  for (const [role, field] of PLAIN_ROLES) {
    const values = cleanNames([common[field] ?? []].flat());
    const names = values.length === 1 ? splitArtists(values[0]!, { isWhole }) : values;
    const sort = role === 'composer' ? cleanName(common.composersort) : undefined;
    credits.push(...withIds(role, names, { ids: [], sort }));
  }
  return [...credits, ...performers(tags)].slice(0, 300);
}

/** `PERFORMER=Name (instrument)` in Vorbis comments; ID3's TMCL comes as { instrument: [names] }. */
function performers(tags: NativeTags): Credit[] {
  const written = cleanNames(tags.all('PERFORMER')).map((text): Credit => {
    const match = /^(.*\S)\s*\(([^()]+)\)$/.exec(text);
    return match ? { role: 'performer', name: match[1]!, asText: match[2]! } : { role: 'performer', name: text };
  });
  const listed = ['PERFORMER:INSTRUMENT', 'TMCL'].flatMap((name) => tags.all(name)).flatMap(musicianList);
  return [...written, ...listed];
}

function musicianList(value: unknown): Credit[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([instrument, names]) => {
    const asText = cleanName(instrument);
    return cleanNames([names].flat()).map((name): Credit => ({
      role: 'performer',
      name,
      ...(asText ? { asText } : {}),
    }));
  });
}
