import { ArtistCard } from '../parts/card.tsx';
import type { CardArtist } from '../parts/card.tsx';
import { FilterForm, LibraryViews, Pick, ToggleChip } from '../parts/chips.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { nextHref, Pager } from '../parts/pager.tsx';
import { PageTitle } from '../parts/section.tsx';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';
import { sortOption } from './albums.tsx';

export type ArtistsPageProps = {
  artists: readonly CardArtist[];
  next: string | null;
  total?: number | null | undefined;
  query: { sort: string; liked?: boolean | undefined };
  sorts: readonly string[];
};

export const ArtistsPage = (props: ArtistsPageProps) => {
  const { artists, next, total, query, sorts } = props;
  const liked = query.liked ? 'true' : undefined;
  return (
    <>
      <div class="stack">
        <PageTitle title={t.library.artists} total={total ? number(total) : undefined} />
        <LibraryViews at="artists" />
        {artists.length || query.liked ? (
          <FilterForm action="/artists">
            <ToggleChip name="liked" text={t.library.liked} on={query.liked ?? false}>
              <Icon name="heart" />
            </ToggleChip>
            <span class="push" />
            <Pick name="sort" label={t.library.sort} value={query.sort} options={sorts.map(sortOption)} />
          </FilterForm>
        ) : undefined}
      </div>
      <h2 class="sr">{t.library.all(t.library.artists)}</h2>
      {artists.length ? (
        <ol class="grid" id="items">
          {artists.map((artist) => (
            <li>
              <ArtistCard artist={artist} />
            </li>
          ))}
          {next ? (
            <Pager href={nextHref('/artists', { sort: query.sort, liked }, next)} what={t.library.artists} />
          ) : undefined}
        </ol>
      ) : (
        <NoArtists liked={query.liked ?? false} />
      )}
    </>
  );
};

const NoArtists = ({ liked }: { liked: boolean }) =>
  liked ? (
    <Empty
      icon="heart"
      title={t.library.nothing}
      text={t.library.nothingText}
      button={{ href: '/artists', text: t.library.clear }}
    />
  ) : (
    <Empty icon="users" title={t.home.emptyTitle} text={t.home.emptyText} />
  );
