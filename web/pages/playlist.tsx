import { LinkButton, MoreButton, PlayButton, ShuffleButton } from '../parts/buttons.tsx';
import { Collage } from '../parts/cover.tsx';
import type { CoverRef } from '../parts/cover.tsx';
import { Empty } from '../parts/empty.tsx';
import { Field } from '../parts/field.tsx';
import { Hero } from '../parts/hero.tsx';
import { Icon } from '../parts/icon.tsx';
import type { IconName } from '../assets/icons.ts';
import { nextHref, Pager } from '../parts/pager.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { longTime } from '../parts/time.ts';
import { t } from '../strings.ts';

export type EntryView = { id: string; track: RowTrack };

export type PlaylistPageProps = {
  playlist: {
    id: string;
    name: string;
    trackCount: number;
    durationMs?: number | null | undefined;
    covers: readonly CoverRef[];
    mayEdit: boolean;
  };
  entries: readonly EntryView[];
  next: string | null;
  offset: number;
  /** True while its owner changes name and order. */
  editing: boolean;
  error?: string | undefined;
};

export const PlaylistPage = (props: PlaylistPageProps) => (
  <>
    <Head {...props} />
    {props.editing ? <Rename {...props} /> : undefined}
    {props.entries.length ? (
      <Entries {...props} />
    ) : (
      <Empty
        icon="list-music"
        title={t.playlist.emptyTitle}
        text={t.playlist.emptyText}
        button={{ href: '/albums', text: t.playlist.emptyButton }}
      />
    )}
  </>
);

const Head = ({ playlist, editing }: PlaylistPageProps) => (
  <Hero
    title={playlist.name}
    art={<Collage covers={playlist.covers} as="hero" of={playlist.name} blank="list-music" />}
    alt=""
    kind={t.playlists.kind}
  >
    <p class="small dim num">
      {t.playlists.songsAndTime(
        t.track.songs(playlist.trackCount),
        playlist.durationMs ? longTime(playlist.durationMs) : '',
      )}
    </p>
    <div class="row">
      {playlist.trackCount ? (
        <>
          <PlayButton of={`playlist:${playlist.id}`} />
          <ShuffleButton of={`playlist:${playlist.id}`} />
        </>
      ) : undefined}
      {playlist.mayEdit ? (
        <LinkButton
          href={editing ? `/playlists/${playlist.id}` : `/playlists/${playlist.id}?edit=true`}
          icon={editing ? 'check' : 'pencil'}
          text={editing ? t.playlist.done : t.playlist.edit}
          slim
        />
      ) : undefined}
      <MoreButton of={`playlist:${playlist.id}`} title={t.act.playlist(playlist.name)} />
    </div>
  </Hero>
);

const Rename = ({ playlist, error }: PlaylistPageProps) => (
  <section class="panel" aria-label={t.playlist.editTitle}>
    <form class="inline" method="post" action={`/playlists/${playlist.id}/rename`}>
      <Field
        id="playlist-name"
        label={t.playlists.nameLabel}
        error={error}
        input={{ name: 'name', value: playlist.name, required: true, maxlength: 200, dir: 'auto', autocomplete: 'off' }}
      />
      <button class="btn main" type="submit">
        {t.act.save}
      </button>
    </form>
    <form class="row" method="post" action={`/playlists/${playlist.id}/delete`}>
      <LinkButton href={`/api/v1/playlists/${playlist.id}.m3u8`} icon="download" text={t.playlist.export} whole />
      <button class="btn line" type="submit">
        <Icon name="trash-2" />
        {t.playlist.delete}
      </button>
    </form>
  </section>
);

const Entries = ({ playlist, entries, next, offset, editing }: PlaylistPageProps) => (
  <ol
    class="tracks"
    id="items"
    aria-label={t.playlist.songs}
    data-reorder={editing ? `/playlists/${playlist.id}` : undefined}
  >
    {entries.map((entry, at) => (
      <TrackRow
        track={entry.track}
        from={`playlist:${playlist.id}`}
        index={offset + at}
        lead="cover"
        album={!editing}
        entry={editing ? entry.id : undefined}
      >
        {editing ? (
          <EntryTools playlistId={playlist.id} entry={entry} place={offset + at} total={playlist.trackCount} />
        ) : undefined}
      </TrackRow>
    ))}
    {next ? (
      <Pager
        href={`${nextHref(`/playlists/${playlist.id}`, { edit: editing ? 'true' : undefined }, next)}&offset=${offset + entries.length}`}
        what={t.library.songs}
      />
    ) : undefined}
  </ol>
);

type EntryToolsProps = { playlistId: string; entry: EntryView; place: number; total: number };

const EntryTools = ({ playlistId, entry, place, total }: EntryToolsProps) => {
  const base = `/playlists/${playlistId}/entries/${entry.id}`;
  const { title } = entry.track;
  return (
    <form class="tools-row" method="post" action={`${base}/remove`}>
      <span class="ico grip" data-grip="" title={t.playlist.drag} aria-hidden="true">
        <Icon name="grip-vertical" />
      </span>
      <input type="hidden" name="place" value={place} />
      <Tool action={`${base}/up`} icon="chevron-up" name={t.playlist.moveUp(title)} off={place === 0} />
      <Tool action={`${base}/down`} icon="chevron-down" name={t.playlist.moveDown(title)} off={place === total - 1} />
      <Tool action={`${base}/remove`} icon="x" name={t.playlist.remove(title)} />
    </form>
  );
};

const Tool = ({ action, icon, name, off }: { action: string; icon: IconName; name: string; off?: boolean }) => (
  <button class="ico grip" type="submit" formaction={action} aria-label={name} disabled={off ?? false}>
    <Icon name={icon} />
  </button>
);
