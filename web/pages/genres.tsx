import { PlayButton, ShuffleButton } from '../parts/buttons.tsx';
import { AlbumCard } from '../parts/card.tsx';
import type { CardAlbum } from '../parts/card.tsx';
import { LibraryViews } from '../parts/chips.tsx';
import { Empty } from '../parts/empty.tsx';
import { GenreTile } from '../parts/genre-tile.tsx';
import type { GenreView } from '../parts/genre-tile.tsx';
import { Icon } from '../parts/icon.tsx';
import { nextHref, Pager } from '../parts/pager.tsx';
import { PageTitle } from '../parts/section.tsx';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';

export type GenresPageProps = { genres: readonly GenreView[]; next: string | null; total?: number | null | undefined };

export const GenresPage = ({ genres, next, total }: GenresPageProps) => (
  <>
    <div class="stack">
      <PageTitle title={t.library.genres} total={total ? number(total) : undefined} />
      <LibraryViews at="genres" />
    </div>
    {genres.length ? (
      <ol class="tiles" id="items">
        {genres.map((genre) => (
          <GenreTile genre={genre} />
        ))}
        {next ? <Pager href={nextHref('/genres', {}, next)} what={t.library.genres} /> : undefined}
      </ol>
    ) : (
      <Empty icon="tags" title={t.genre.none} text={t.genre.noneText} />
    )}
  </>
);

export type GenrePageProps = { genre: GenreView; albums: readonly CardAlbum[]; next: string | null };

export const GenrePage = ({ genre, albums, next }: GenrePageProps) => (
  <>
    <div class="stack">
      <PageTitle title={genre.name} />
      <p class="small dim">{t.artist.counts(t.track.albums(genre.albumCount), t.track.songs(genre.trackCount))}</p>
      <div class="row">
        <PlayButton of={`genre:${genre.id}`} />
        <ShuffleButton of={`genre:${genre.id}`} />
        <a class="btn" href={`/tracks?genre=${genre.id}`}>
          <Icon name="audio-lines" />
          {t.artist.allSongs(genre.trackCount)}
        </a>
      </div>
    </div>
    <h2 class="sr">{t.library.albums}</h2>
    <ol class="grid" id="items">
      {albums.map((album) => (
        <li>
          <AlbumCard album={album} />
        </li>
      ))}
      {next ? <Pager href={nextHref(`/genres/${genre.id}`, {}, next)} what={t.library.albums} /> : undefined}
    </ol>
  </>
);
