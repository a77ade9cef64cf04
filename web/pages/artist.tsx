import { LikeButton, MoreButton, PlayButton, ShuffleButton } from '../parts/buttons.tsx';
import { AlbumCard, ArtistCard } from '../parts/card.tsx';
import type { CardAlbum, CardArtist } from '../parts/card.tsx';
import { Cover, tintOf } from '../parts/cover.tsx';
import { Hero } from '../parts/hero.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { Section, Shelf } from '../parts/section.tsx';
import { yearOf } from '../parts/time.ts';
import { t } from '../strings.ts';

export type ArtistAlbum = CardAlbum & { type?: string | null | undefined; trackCount?: number | undefined };

export type ArtistPageProps = {
  artist: CardArtist & { liked?: boolean | undefined };
  /** The most played first; where nothing was played yet, some to begin with. */
  topTracks: readonly RowTrack[];
  topIsPlayed: boolean;
  albums: readonly ArtistAlbum[];
  appearsOn: readonly ArtistAlbum[];
  /** Those credited beside them, the most often first. */
  similar: readonly CardArtist[];
};

const TOP = 5;

export const ArtistPage = (props: ArtistPageProps) => {
  const { artist, albums, appearsOn, similar } = props;
  const latest = albums[0];
  return (
    <>
      <Head artist={artist} />
      <div class={latest && props.topTracks.length ? 'cols' : 'stack'}>
        {props.topTracks.length ? <TopTracks {...props} /> : undefined}
        {latest ? <Latest album={latest} /> : undefined}
      </div>
      {albums.length ? (
        <Shelf title={t.artist.albums}>
          {albums.map((album) => (
            <AlbumCard album={album} note={noteOf(album)} />
          ))}
        </Shelf>
      ) : undefined}
      {appearsOn.length ? (
        <Shelf title={t.artist.appearsOn}>
          {appearsOn.map((album) => (
            <AlbumCard album={album} />
          ))}
        </Shelf>
      ) : undefined}
      {similar.length ? (
        <Shelf title={t.artist.together}>
          {similar.map((each) => (
            <ArtistCard artist={each} />
          ))}
        </Shelf>
      ) : undefined}
    </>
  );
};

const Head = ({ artist }: Pick<ArtistPageProps, 'artist'>) => (
  <Hero title={artist.name} cover={artist.cover} alt={t.artist.pictureOf(artist.name)} kind={t.artist.kind} round>
    <p class="dim small">
      {artist.albumCount
        ? t.artist.counts(t.track.albums(artist.albumCount), t.track.songs(artist.trackCount))
        : t.track.songs(artist.trackCount)}
    </p>
    <div class="row">
      <PlayButton of={`artist:${artist.id}`} />
      <ShuffleButton of={`artist:${artist.id}`} />
      <LikeButton of={`artists:${artist.id}`} title={t.act.artist(artist.name)} liked={artist.liked} />
      <MoreButton of={`artist:${artist.id}`} title={t.act.artist(artist.name)} />
    </div>
  </Hero>
);

const TopTracks = ({ artist, topTracks, topIsPlayed }: ArtistPageProps) => (
  <Section
    title={topIsPlayed ? t.artist.yourMostPlayed : t.artist.topTracks}
    all={artist.trackCount > TOP ? `/tracks?artist=${artist.id}` : undefined}
    allText={t.artist.allSongs(artist.trackCount)}
  >
    <ol class="tracks">
      {topTracks.slice(0, TOP).map((track) => (
        <TrackRow track={track} from={`track:${track.id}`} index={0} lead="cover" plays={topIsPlayed} />
      ))}
    </ol>
  </Section>
);

const Latest = ({ album }: { album: ArtistAlbum }) => (
  <Section title={t.artist.latest}>
    <article class="res" data-tint={tintOf(album.cover, album.title)}>
      <Cover cover={album.cover} as="card" of={album.title} />
      <div>
        <p class="small dim">{noteOf(album)}</p>
        <h3 class="flare">
          <a class="cut2" href={`/albums/${album.id}`} dir="auto">
            {album.title}
          </a>
        </h3>
        {album.trackCount ? <p class="small dim">{t.track.songs(album.trackCount)}</p> : undefined}
        <div class="row">
          <PlayButton of={`album:${album.id}`} />
        </div>
      </div>
    </article>
  </Section>
);

/** "2016 · EP"; an album need not say that it is one. */
const noteOf = (album: ArtistAlbum): string =>
  [yearOf(album.releaseDate), album.type && album.type !== 'album' ? t.types[album.type] : undefined]
    .filter(Boolean)
    .join(' · ') ||
  (t.types['album'] ?? '');
