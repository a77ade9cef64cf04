import type { Playable } from '../parts/act.ts';
import { ClearFilters, FilterForm, LibraryViews, Pick, ToggleChip } from '../parts/chips.tsx';
import { PlayButton, ShuffleButton } from '../parts/buttons.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { nextHref, Pager } from '../parts/pager.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { PageTitle } from '../parts/section.tsx';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';
import { sortOption } from './albums.tsx';

export type TracksQuery = {
  sort: string;
  genre?: string | undefined;
  artist?: string | undefined;
  liked?: boolean | undefined;
  missing?: boolean | undefined;
};

export type TracksPageProps = {
  tracks: readonly RowTrack[];
  next: string | null;
  total?: number | null | undefined;
  query: TracksQuery;
  sorts: readonly string[];
  genres: readonly { id: string; name: string }[];
  /** Whose songs these are, where the list is of one artist. */
  artist?: { id: string; name: string } | undefined;
  /** How many rows came before: the place of the first row in the whole list. */
  offset: number;
  anyMissing?: boolean | undefined;
};

export const TracksPage = (props: TracksPageProps) => {
  const { tracks, total, query, artist } = props;
  const narrowed = Boolean(query.genre || query.liked || query.missing || query.artist);
  const from: Playable = `tracks:${searchOf(query)}`;
  return (
    <>
      <div class="stack">
        <PageTitle title={artist?.name ?? t.library.songs} total={total ? number(total) : undefined} />
        {artist ? <ArtistCrumb artist={artist} /> : <LibraryViews at="songs" />}
        {tracks.length || narrowed ? <Filters {...props} from={from} /> : undefined}
      </div>
      {tracks.length ? <Rows {...props} from={from} /> : <Nothing narrowed={narrowed} />}
    </>
  );
};

const searchOf = ({ liked, missing, ...rest }: TracksQuery): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value) search.set(name, value);
  if (liked) search.set('liked', 'true');
  if (missing) search.set('missing', 'true');
  return search.toString();
};

const ArtistCrumb = ({ artist }: { artist: { id: string; name: string } }) => (
  <p class="row">
    <a class="chip" href={`/artists/${artist.id}`} dir="auto">
      <Icon name="chevron-left" />
      {artist.name}
    </a>
  </p>
);

const Filters = ({ query, sorts, genres, artist, anyMissing, from }: TracksPageProps & { from: Playable }) => (
  <FilterForm action="/tracks" end={query.missing ? undefined : <ShuffleButton of={from} all />}>
    {artist ? (
      <input type="hidden" name="artist" value={artist.id} />
    ) : (
      <Pick
        name="genre"
        label={t.library.genre}
        value={query.genre}
        options={[
          { value: '', text: t.library.anyGenre },
          ...genres.map(({ id, name }) => ({ value: id, text: name })),
        ]}
      />
    )}
    {artist ? undefined : (
      <ToggleChip name="liked" text={t.library.liked} on={query.liked ?? false}>
        <Icon name="heart" />
      </ToggleChip>
    )}
    {anyMissing && !artist ? (
      <ToggleChip name="missing" text={t.library.missing} on={query.missing ?? false}>
        <Icon name="circle-alert" />
      </ToggleChip>
    ) : undefined}
    {!artist && (query.genre || query.liked || query.missing) ? <ClearFilters href="/tracks" /> : undefined}
    <span class="push" />
    <Pick name="sort" label={t.library.sort} value={query.sort} options={sorts.map(sortOption)} />
  </FilterForm>
);

type RowsProps = Pick<TracksPageProps, 'tracks' | 'next' | 'query' | 'offset'> & { from: Playable };

const Rows = ({ tracks, next, query, offset, from }: RowsProps) => (
  <ol class="tracks" id="items" aria-label={t.library.songs}>
    {tracks.map((track, at) => (
      <TrackRow track={track} from={from} index={offset + at} lead="cover" album plays={query.sort === '-playCount'} />
    ))}
    {next ? (
      <Pager
        href={`${nextHref('/tracks', Object.fromEntries(new URLSearchParams(searchOf(query))), next)}&offset=${offset + tracks.length}`}
        what={t.library.songs}
      />
    ) : undefined}
  </ol>
);

const Nothing = ({ narrowed }: { narrowed: boolean }) =>
  narrowed ? (
    <Empty
      icon="list-filter"
      title={t.library.nothing}
      text={t.library.nothingText}
      button={{ href: '/tracks', text: t.library.clear }}
    />
  ) : (
    <Empty icon="library" title={t.home.emptyTitle} text={t.home.emptyText} />
  );

export type LikedPageProps = {
  tracks: readonly RowTrack[];
  next: string | null;
  total?: number | null;
  offset: number;
};

/** Liked songs: the newest heart first. */
export const LikedPage = ({ tracks, next, total, offset }: LikedPageProps) => (
  <>
    <div class="stack">
      <PageTitle title={t.liked.title} total={total ? number(total) : undefined} />
      {tracks.length ? (
        <div class="row">
          <PlayButton of="tracks:liked" />
          <ShuffleButton of="tracks:liked" />
        </div>
      ) : undefined}
    </div>
    {tracks.length ? (
      <ol class="tracks" id="items" aria-label={t.liked.title}>
        {tracks.map((track, at) => (
          <TrackRow track={track} from="tracks:liked" index={offset + at} lead="cover" album />
        ))}
        {next ? (
          <Pager href={`${nextHref('/liked', {}, next)}&offset=${offset + tracks.length}`} what={t.liked.title} />
        ) : undefined}
      </ol>
    ) : (
      <Empty
        icon="heart"
        title={t.liked.emptyTitle}
        text={t.liked.emptyText}
        button={{ href: '/tracks', text: t.liked.emptyButton }}
      />
    )}
  </>
);
