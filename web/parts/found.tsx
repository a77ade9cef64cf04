import type { Child } from 'hono/jsx';
import { t } from '../strings.ts';
import { AlbumCard, ArtistCard } from './card.tsx';
import type { CardAlbum, CardArtist } from './card.tsx';
import { GenreTile } from './genre-tile.tsx';
import type { GenreView } from './genre-tile.tsx';
import { Icon } from './icon.tsx';
import { Marked } from './marked.tsx';
import type { Marks } from './marked.tsx';
import { TrackRow } from './row.tsx';
import type { RowTrack } from './row.tsx';
import { Section, Shelf } from './section.tsx';

/** What a search found, kind by kind. */
export type FoundPlaylist = { id: string; name: string; trackCount: number; marks?: Marks | undefined };
/** A song and the line of it that answers. */
export type FoundLine = { track: RowTrack; line: string; marks?: Marks | undefined };

type Items = {
  artists: CardArtist;
  albums: CardAlbum;
  tracks: RowTrack;
  playlists: FoundPlaylist;
  genres: GenreView;
  lyrics: FoundLine;
};
export type FoundKind = keyof Items;
/** `total`: as far as it was counted. */
export type FoundGroups = { [Kind in FoundKind]: { items: readonly Items[Kind][]; total: number } };

export const FOUND_KINDS = ['artists', 'albums', 'tracks', 'playlists', 'genres', 'lyrics'] as const;

const Rows = ({ children }: { children: Child }) => <ol class="tracks">{children}</ol>;

const PlaylistRow = ({ list }: { list: FoundPlaylist }) => (
  <li class="tr dir" data-kind={t.playlists.kind}>
    <Icon name="list-music" />
    <div class="names">
      <div class="t">
        <a href={`/playlists/${list.id}`} dir="auto">
          <Marked text={list.name} marks={list.marks} />
        </a>
      </div>
    </div>
    <div class="end">
      <span class="faint">{t.track.songs(list.trackCount)}</span>
    </div>
  </li>
);

const Songs = ({ tracks }: { tracks: readonly RowTrack[] }) => (
  <Rows>
    {tracks.map((track) => (
      <TrackRow track={track} from={`track:${track.id}`} index={0} lead="cover" album />
    ))}
  </Rows>
);

/** The song, and behind it the line that answers. */
const Lines = ({ lines }: { lines: readonly FoundLine[] }) => (
  <Rows>
    {lines.map(({ track, line, marks }) => {
      const note = <Marked text={line} marks={marks} />;
      return <TrackRow track={track} from={`track:${track.id}`} index={0} lead="cover" note={note} />;
    })}
  </Rows>
);

const Tiles = ({ genres }: { genres: readonly GenreView[] }) => (
  <ol class="tiles">
    {genres.map((genre) => (
      <GenreTile genre={genre} />
    ))}
  </ol>
);

const Cards = ({ cards }: { cards: readonly Child[] }) => (
  <ol class="grid">
    {cards.map((card) => (
      <li>{card}</li>
    ))}
  </ol>
);

const cardsOf = ({ artists, albums }: FoundGroups) => ({
  artists: artists.items.map((artist) => <ArtistCard artist={artist} />),
  albums: albums.items.map((album) => <AlbumCard album={album} />),
});

/** All there is of one kind. */
export const FoundAll = ({ kind, groups }: { kind: FoundKind; groups: FoundGroups }) => (
  <Section title={t.search.kinds[kind]}>
    {kind === 'artists' || kind === 'albums' ? (
      <Cards cards={cardsOf(groups)[kind]} />
    ) : (
      <List kind={kind} groups={groups} />
    )}
  </Section>
);

type Listed = Exclude<FoundKind, 'artists' | 'albums'>;

const List = ({ kind, groups }: { kind: Listed; groups: FoundGroups }) => {
  const lists: Record<Listed, () => Child> = {
    tracks: () => <Songs tracks={groups.tracks.items} />,
    playlists: () => (
      <Rows>
        {groups.playlists.items.map((list) => (
          <PlaylistRow list={list} />
        ))}
      </Rows>
    ),
    genres: () => <Tiles genres={groups.genres.items} />,
    lyrics: () => <Lines lines={groups.lyrics.items} />,
  };
  return <>{lists[kind]()}</>;
};

/** The best of one kind; `all` leads to the rest. */
export const FoundSome = ({ kind, groups, all }: { kind: FoundKind; groups: FoundGroups; all: string }) => {
  const { items, total } = groups[kind];
  if (items.length === 0) return undefined;
  const rest = total > items.length ? all : undefined;
  const title = t.search.kinds[kind];
  return kind === 'artists' || kind === 'albums' ? (
    <Shelf title={title} all={rest}>
      {cardsOf(groups)[kind]}
    </Shelf>
  ) : (
    <Section title={title} all={rest}>
      <List kind={kind} groups={groups} />
    </Section>
  );
};
