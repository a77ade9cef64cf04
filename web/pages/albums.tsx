import { AlbumCard } from '../parts/card.tsx';
import type { CardAlbum } from '../parts/card.tsx';
import { ShuffleButton } from '../parts/buttons.tsx';
import { ClearFilters, FilterForm, LibraryViews, Pick, ToggleChip } from '../parts/chips.tsx';
import type { Option } from '../parts/chips.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { nextHref, Pager } from '../parts/pager.tsx';
import { PageTitle } from '../parts/section.tsx';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';

export type AlbumsQuery = {
  sort: string;
  genre?: string | undefined;
  /** The first year of a decade. */
  decade?: string | undefined;
  type?: string | undefined;
  liked?: boolean | undefined;
};

export type AlbumsPageProps = {
  albums: readonly CardAlbum[];
  next: string | null;
  total?: number | null | undefined;
  query: AlbumsQuery;
  /** The sorts that go with these filters. */
  sorts: readonly string[];
  genres: readonly { id: string; name: string }[];
  decades: readonly number[];
  types: readonly string[];
};

const filtered = ({ genre, decade, type, liked }: AlbumsQuery): boolean => Boolean(genre || decade || type || liked);

export const AlbumsPage = (props: AlbumsPageProps) => (
  <>
    <div class="stack">
      <PageTitle title={t.library.albums} total={props.total ? number(props.total) : undefined} />
      <LibraryViews at="albums" />
      {props.albums.length || filtered(props.query) ? <Filters {...props} /> : undefined}
    </div>
    <h2 class="sr">{t.library.all(t.library.albums)}</h2>
    {props.albums.length ? <Grid {...props} /> : <Nothing filtered={filtered(props.query)} />}
  </>
);

const Filters = ({ query, sorts, genres, decades, types }: AlbumsPageProps) => (
  <FilterForm action="/albums" end={filtered(query) ? undefined : <ShuffleButton of="tracks:sort=title" all />}>
    <Pick
      name="genre"
      label={t.library.genre}
      value={query.genre}
      options={[any(t.library.anyGenre), ...genres.map(({ id, name }) => ({ value: id, text: name }))]}
    />
    <Pick
      name="decade"
      label={t.library.year}
      value={query.decade}
      options={[
        any(t.library.anyYear),
        ...decades.map((from) => ({ value: String(from), text: t.library.decade(from) })),
      ]}
    />
    <Pick
      name="type"
      label={t.library.type}
      value={query.type}
      options={[any(t.library.anyType), ...types.map((type) => ({ value: type, text: t.types[type] ?? type }))]}
    />
    <ToggleChip name="liked" text={t.library.liked} on={query.liked ?? false}>
      <Icon name="heart" />
    </ToggleChip>
    {filtered(query) ? <ClearFilters href="/albums" /> : undefined}
    <span class="push" />
    <Pick name="sort" label={t.library.sort} value={query.sort} options={sorts.map(sortOption)} />
  </FilterForm>
);

const any = (text: string): Option => ({ value: '', text });

export const sortOption = (sort: string): Option => ({
  value: sort,
  text: t.sorts[sort.split(':')[0] ?? sort] ?? sort,
});

const Grid = ({ albums, next, query }: AlbumsPageProps) => (
  <ol class="grid" id="items">
    {albums.map((album, at) => (
      <li>
        <AlbumCard album={album} eager={at < 6} />
      </li>
    ))}
    {next ? <Pager href={nextHref('/albums', queryOf(query), next)} what={t.library.albums} /> : undefined}
  </ol>
);

const queryOf = ({ liked, ...rest }: AlbumsQuery) => ({ ...rest, liked: liked ? 'true' : undefined });

const Nothing = ({ filtered: narrowed }: { filtered: boolean }) =>
  narrowed ? (
    <Empty
      icon="list-filter"
      title={t.library.nothing}
      text={t.library.nothingText}
      button={{ href: '/albums', text: t.library.clear }}
    />
  ) : (
    <Empty icon="library" title={t.home.emptyTitle} text={t.home.emptyText} />
  );
