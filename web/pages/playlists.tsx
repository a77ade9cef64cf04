import { PlaylistCard } from '../parts/card.tsx';
import type { CardPlaylist } from '../parts/card.tsx';
import { Empty } from '../parts/empty.tsx';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Pager } from '../parts/pager.tsx';
import { PageTitle } from '../parts/section.tsx';
import { t } from '../strings.ts';
import { number } from '../strings/count.ts';

export type PlaylistsPageProps = {
  playlists: readonly CardPlaylist[];
  total: number;
  /** Behind which playlist the list goes on. */
  next: string | null;
  likedCount: number;
  /** A list that was just deleted, and may be brought back. */
  deleted?: { id: string; name: string } | undefined;
  error?: string | undefined;
};

export const PlaylistsPage = ({ playlists, total, next, likedCount, deleted, error }: PlaylistsPageProps) => (
  <>
    <div class="stack">
      <PageTitle title={t.playlists.title} total={total ? number(total) : undefined} />
      {deleted ? <Deleted list={deleted} /> : undefined}
      <NewPlaylist error={error} />
    </div>
    <h2 class="sr">{t.library.all(t.playlists.title)}</h2>
    {playlists.length || likedCount ? (
      <ol class="grid" id="items">
        {likedCount ? (
          <li>
            <LikedCard count={likedCount} />
          </li>
        ) : undefined}
        {playlists.map((playlist) => (
          <li>
            <PlaylistCard playlist={playlist} />
          </li>
        ))}
        {next ? <Pager href={`/playlists?after=${next}`} what={t.playlists.title} /> : undefined}
      </ol>
    ) : (
      <Empty icon="list-music" title={t.playlists.noneTitle} text={t.playlists.noneText} />
    )}
  </>
);

const Deleted = ({ list }: { list: { id: string; name: string } }) => (
  <form class="notice ok" method="post" action={`/playlists/${list.id}/restore`}>
    <span role="status" dir="auto">
      {t.playlist.deleted(list.name)}
    </span>
    <button class="btn push" type="submit">
      <Icon name="undo-2" />
      {t.playlist.undo}
    </button>
  </form>
);

const NewPlaylist = ({ error }: { error?: string | undefined }) => (
  <form class="inline" method="post" action="/playlists" id="new">
    <Field
      id="playlist-name"
      label={t.playlists.new}
      error={error}
      input={{
        name: 'name',
        required: true,
        maxlength: 200,
        placeholder: t.playlists.namePlaceholder,
        autocomplete: 'off',
      }}
    />
    <button class="btn main" type="submit">
      <Icon name="plus" />
      {t.playlists.create}
    </button>
  </form>
);

const LikedCard = ({ count }: { count: number }) => (
  <article class="card" data-tint="23">
    <div class="art">
      <span class="blank heart">
        <Icon name="heart" kind="solid" />
      </span>
      <button type="button" class="go" data-play="tracks:liked" aria-label={t.act.playTitle(t.liked.title)}>
        <Icon name="play" />
      </button>
    </div>
    <h3>
      <a class="cut2" href="/liked">
        {t.liked.title}
      </a>
    </h3>
    <p class="cut">{t.track.songs(count)}</p>
  </article>
);
