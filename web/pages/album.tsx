import { Fragment } from 'hono/jsx';
import { LikeButton, MoreButton, PlayButton, QueueButton, ShuffleButton } from '../parts/buttons.tsx';
import { AlbumCard } from '../parts/card.tsx';
import type { CardAlbum } from '../parts/card.tsx';
import { Hero } from '../parts/hero.tsx';
import { Icon } from '../parts/icon.tsx';
import { ArtistLinks, mainArtists } from '../parts/names.tsx';
import type { NamedArtist } from '../parts/names.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { Shelf } from '../parts/section.tsx';
import { Stars } from '../parts/stars.tsx';
import { dateText, longTime, yearOf } from '../parts/time.ts';
import type { Instant } from '../parts/time.ts';
import { t } from '../strings.ts';

export type AlbumDisc = { number: number; title?: string | null | undefined; tracks: readonly RowTrack[] };

export type AlbumPageProps = {
  album: CardAlbum & {
    originalDate?: string | null | undefined;
    type?: string | null | undefined;
    trackCount: number;
    durationMs: number;
    genres: readonly (string | { id: string; name: string })[];
    label?: string | null | undefined;
    addedAt: Instant;
    liked?: boolean | undefined;
    rating?: number | null | undefined;
    discs: readonly AlbumDisc[];
  };
  /** "FLAC 24/96" where the whole album is of one kind. */
  quality?: string | undefined;
  /** Where its files lie, for those who look after them. */
  path?: string | undefined;
  moreByArtist: readonly CardAlbum[];
  nowMs: number;
};

export const AlbumPage = (props: AlbumPageProps) => {
  const { album, moreByArtist } = props;
  const missing = album.discs.flatMap((disc) => disc.tracks).filter((track) => track.missing).length;
  const artist = mainArtists(album.artists)[0];
  return (
    <>
      <Head {...props} />
      {missing ? (
        <p class="notice warn">
          <Icon name="circle-alert" />
          <span>{t.album.missing(missing)}</span>
        </p>
      ) : undefined}
      <div>
        <Discs {...props} />
        <Credits {...props} />
      </div>
      {artist && moreByArtist.length ? (
        <Shelf title={t.album.moreBy(artist.name)} all={`/artists/${artist.id}`}>
          {moreByArtist.map((each) => (
            <AlbumCard album={each} note={yearOf(each.releaseDate) ?? ''} />
          ))}
        </Shelf>
      ) : undefined}
    </>
  );
};

const Head = ({ album, quality }: AlbumPageProps) => (
  <Hero title={album.title} cover={album.cover} alt={t.album.coverOf(album.title)} kind={<Kind album={album} />}>
    <p class="row facts">
      <span class="dim">
        <ArtistLinks artists={mainArtists(album.artists)} />
      </span>
      {quality ? <span class="badge plain">{quality}</span> : undefined}
      <span class="small dim num">
        {t.playlists.songsAndTime(t.track.songs(album.trackCount), album.durationMs ? longTime(album.durationMs) : '')}
      </span>
    </p>
    <div class="row">
      <PlayButton of={`album:${album.id}`} />
      <ShuffleButton of={`album:${album.id}`} />
      <LikeButton of={`albums:${album.id}`} title={t.act.album(album.title)} liked={album.liked} />
      <QueueButton of={`album:${album.id}`} />
      <MoreButton of={`album:${album.id}`} title={t.act.album(album.title)} />
      <Stars of={`albums:${album.id}`} title={t.act.album(album.title)} rating={album.rating} />
    </div>
  </Hero>
);

const Kind = ({ album }: { album: AlbumPageProps['album'] }) => {
  const year = yearOf(album.releaseDate);
  const first = yearOf(album.originalDate);
  const facts = [
    t.types[album.type ?? 'album'] ?? t.types['album'] ?? '',
    year ?? first,
    year && first && first < year ? t.album.original(first) : undefined,
  ].filter(Boolean);
  return (
    <>
      {facts.join(' · ')}
      {album.genres.map((genre, at) => (
        <Fragment>
          {at ? ', ' : ' · '}
          {typeof genre === 'string' ? genre : <a href={`/genres/${genre.id}`}>{genre.name}</a>}
        </Fragment>
      ))}
    </>
  );
};

const artistIds = (artists: readonly NamedArtist[]): string =>
  mainArtists(artists)
    .map((artist) => artist.id)
    .join();

const Discs = ({ album }: AlbumPageProps) => {
  const many = album.discs.length > 1 || Boolean(album.discs[0]?.title);
  const starts = album.discs.map((_, at) =>
    album.discs.slice(0, at).reduce((sum, disc) => sum + disc.tracks.length, 0),
  );
  return album.discs.map((disc, at) => (
    <ol class="tracks" aria-label={t.album.disc(disc.number)}>
      {many ? (
        <li class="disc">
          <Icon name="disc-3" />
          <span dir="auto">{disc.title ? t.album.discTitled(disc.number, disc.title) : t.album.disc(disc.number)}</span>
        </li>
      ) : undefined}
      {disc.tracks.map((track, place) => (
        <TrackRow
          track={track}
          from={`album:${album.id}`}
          index={(starts[at] ?? 0) + place}
          lead="number"
          artists={artistIds(track.artists) !== artistIds(album.artists)}
          plays
        />
      ))}
    </ol>
  ));
};

const Credits = ({ album, path, nowMs }: AlbumPageProps) => {
  const people = creditsOf(album.discs.flatMap((disc) => disc.tracks));
  const facts = [
    t.album.added(dateText(album.addedAt, nowMs)),
    album.label ? t.album.label(album.label) : '',
    path ?? '',
  ].filter(Boolean);
  return (
    <div class="small faint credits">
      {people.map(([role, artists]) => (
        <p>
          {t.roles[role] ?? role}: <ArtistLinks artists={artists} />
        </p>
      ))}
      <p>{facts.join(' · ')}</p>
    </div>
  );
};

/** Who did what beside singing and playing, each person once per role, in the order of the tracks. */
export const creditsOf = (tracks: readonly RowTrack[]): [string, NamedArtist[]][] => {
  const byRole = new Map<string, Map<string, NamedArtist>>();
  for (const artist of tracks.flatMap((track) => track.artists)) {
    if (!artist.role || artist.role === 'artist' || artist.role === 'albumartist') continue;
    const people = byRole.get(artist.role) ?? new Map<string, NamedArtist>();
    byRole.set(artist.role, people.set(artist.id, artist));
  }
  return [...byRole].map(([role, people]) => [role, [...people.values()]]);
};
