import { AlbumCard, ArtistCard } from '../parts/card.tsx';
import type { CardAlbum, CardArtist } from '../parts/card.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { Marked } from '../parts/marked.tsx';
import type { Marks } from '../parts/marked.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { Section, Shelf } from '../parts/section.tsx';
import { GenreTile } from './genres.tsx';
import type { GenreView } from './genres.tsx';
import { t } from '../strings.ts';

export type SearchPageProps = {
  query: string;
  artists: readonly CardArtist[];
  albums: readonly CardAlbum[];
  tracks: readonly RowTrack[];
  playlists: readonly { id: string; name: string; trackCount: number; marks?: Marks | undefined }[];
  /** The question as the best answer spells it. */
  meant?: string | undefined;
  /** Filters that make no sense, each with what would. */
  wrong?: readonly string[] | undefined;
  /** To look through while nothing is asked yet. */
  genres: readonly GenreView[];
};

const BROWSED = 24;

/** One box over every name. It answers as you type; without scripts, on Enter. */
export const SearchPage = (props: SearchPageProps) => (
  <>
    <div class="stack">
      <h1 class="page">{props.query ? t.search.resultsFor(props.query) : t.search.title}</h1>
      <SearchBox query={props.query} />
    </div>
    <div class="wrap" id="results" aria-live="polite">
      <Results {...props} />
    </div>
  </>
);

const SearchBox = ({ query }: { query: string }) => (
  <form class="box" role="search" action="/search" method="get">
    <Icon name="search" />
    <input
      type="search"
      name="q"
      value={query}
      aria-label={t.search.label}
      placeholder={t.search.placeholder}
      autocomplete="off"
      spellcheck={false}
      enterkeyhint="search"
      maxlength={200}
      data-search=""
      hx-get="/search"
      hx-trigger="input changed delay:180ms"
      hx-target="#results"
      hx-select="#results"
      hx-select-oob=""
      hx-swap="outerHTML"
      hx-replace-url="true"
      autofocus
    />
  </form>
);

const Results = (props: SearchPageProps) => {
  const { query, artists, albums, tracks, playlists } = props;
  if (!query)
    return props.genres.length ? (
      <Section title={t.search.browse} all="/genres">
        <ol class="tiles">
          {props.genres.slice(0, BROWSED).map((genre) => (
            <GenreTile genre={genre} />
          ))}
        </ol>
      </Section>
    ) : (
      <Empty icon="search" title={t.search.startTitle} text={t.search.startText} />
    );
  if (props.wrong?.length) return <Empty icon="search" title={t.search.wrongTitle} text={props.wrong.join(' ')} />;
  if (!artists.length && !albums.length && !tracks.length && !playlists.length)
    return <Empty icon="search" title={t.search.nothingTitle(query)} text={t.search.nothingText} />;
  return (
    <>
      {props.meant ? <Meant meant={props.meant} /> : undefined}
      {artists.length ? (
        <Shelf title={t.library.artists}>
          {artists.map((artist) => (
            <ArtistCard artist={artist} />
          ))}
        </Shelf>
      ) : undefined}
      {albums.length ? (
        <Shelf title={t.library.albums}>
          {albums.map((album) => (
            <AlbumCard album={album} />
          ))}
        </Shelf>
      ) : undefined}
      {tracks.length ? (
        <Section title={t.library.songs}>
          <ol class="tracks">
            {tracks.map((track) => (
              <TrackRow track={track} from={`track:${track.id}`} index={0} lead="cover" album />
            ))}
          </ol>
        </Section>
      ) : undefined}
      {playlists.length ? <FoundPlaylists playlists={playlists} /> : undefined}
    </>
  );
};

const Meant = ({ meant }: { meant: string }) => (
  <p class="row">
    {t.search.didYouMean}
    <a class="chip" href={`/search?q=${encodeURIComponent(meant)}`} dir="auto">
      {meant}
    </a>
  </p>
);

const FoundPlaylists = ({ playlists }: Pick<SearchPageProps, 'playlists'>) => (
  <Section title={t.playlists.title}>
    <ol class="tracks">
      {playlists.map((list) => (
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
      ))}
    </ol>
  </Section>
);
