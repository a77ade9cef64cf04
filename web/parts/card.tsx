import type { Child } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';
import { t } from '../strings.ts';
import type { Playable } from './act.ts';
import { GoButton } from './buttons.tsx';
import { Collage, Cover, tintOf } from './cover.tsx';
import type { CoverRef, MaybeCover } from './cover.tsx';
import { Marked } from './marked.tsx';
import type { Marks } from './marked.tsx';
import { ArtistLinks, mainArtists } from './names.tsx';
import type { NamedArtist } from './names.tsx';

type CardProps = {
  /** What it is, in a word: lists of mixed things say it. */
  kind: string;
  href: string;
  title: string;
  marks?: Marks | undefined;
  cover: MaybeCover;
  /** In place of the cover. */
  art?: Child;
  plays: Playable;
  round?: boolean;
  blank?: IconName | undefined;
  eager?: boolean | undefined;
  children?: Child;
};

export const Card = ({ kind, href, title, marks, cover, art, plays, round, blank, eager, children }: CardProps) => (
  <article class="card" data-kind={kind} data-tint={tintOf(cover, title)}>
    <div class={round ? 'art round' : 'art'}>
      {art ?? <Cover cover={cover} as="card" of={title} round={round ?? false} blank={blank} eager={eager ?? false} />}
      <GoButton of={plays} title={title} />
    </div>
    <h3>
      <a class="cut2" href={href} dir="auto">
        <Marked text={title} marks={marks} />
      </a>
    </h3>
    {children ? <p class="cut">{children}</p> : undefined}
  </article>
);

export type CardAlbum = {
  id: string;
  title: string;
  artists: readonly NamedArtist[];
  cover?: MaybeCover;
  releaseDate?: string | null | undefined;
  marks?: Marks | undefined;
};

/** `note` takes the place of the artists where they are already known. */
export const AlbumCard = ({ album, note, eager }: { album: CardAlbum; note?: string | undefined; eager?: boolean }) => (
  <Card
    kind={t.types['album'] ?? ''}
    href={`/albums/${album.id}`}
    title={album.title}
    marks={album.marks}
    cover={album.cover}
    plays={`album:${album.id}`}
    eager={eager ?? false}
  >
    {note ?? <ArtistLinks artists={mainArtists(album.artists)} />}
  </Card>
);

export type CardArtist = {
  id: string;
  name: string;
  cover?: MaybeCover;
  albumCount: number;
  trackCount: number;
  marks?: Marks | undefined;
};

export const ArtistCard = ({ artist }: { artist: CardArtist }) => (
  <Card
    kind={t.artist.kind}
    href={`/artists/${artist.id}`}
    title={artist.name}
    marks={artist.marks}
    cover={artist.cover}
    plays={`artist:${artist.id}`}
    round
  >
    {artist.albumCount ? t.track.albums(artist.albumCount) : t.track.songs(artist.trackCount)}
  </Card>
);

export type CardPlaylist = { id: string; name: string; covers: readonly CoverRef[]; trackCount: number };

export const PlaylistCard = ({ playlist }: { playlist: CardPlaylist }) => (
  <Card
    kind={t.playlists.kind}
    href={`/playlists/${playlist.id}`}
    title={playlist.name}
    cover={playlist.covers[0]}
    art={<Collage covers={playlist.covers} as="card" of={playlist.name} blank="list-music" />}
    plays={`playlist:${playlist.id}`}
  >
    {t.track.songs(playlist.trackCount)}
  </Card>
);
