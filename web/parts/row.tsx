import type { Child } from 'hono/jsx';
import { t } from '../strings.ts';
import { play } from './act.ts';
import type { Playable } from './act.ts';
import { LikeButton, MoreButton } from './buttons.tsx';
import { Cover, tintOf } from './cover.tsx';
import type { MaybeCover } from './cover.tsx';
import { Icon } from './icon.tsx';
import { Stars } from './stars.tsx';
import { Marked } from './marked.tsx';
import type { Marks } from './marked.tsx';
import { ArtistLinks, mainArtists } from './names.tsx';
import type { NamedArtist } from './names.tsx';
import { clockTime, isoDuration } from './time.ts';

export type RowTrack = {
  id: string;
  title: string;
  artists: readonly NamedArtist[];
  album?: { id: string; title: string } | null | undefined;
  trackNumber?: number | null | undefined;
  durationMs?: number | null | undefined;
  cover?: MaybeCover;
  missing?: boolean | undefined;
  liked?: boolean | undefined;
  rating?: number | null | undefined;
  explicit?: boolean | null | undefined;
  playCount?: number | null | undefined;
  marks?: Marks | undefined;
};

export type TrackRowProps = {
  track: RowTrack;
  /** What pressing Play plays, and where in it this row stands. */
  from: Playable;
  index: number;
  /** A number in front (albums) or the cover (lists that mix albums). */
  lead: 'number' | 'cover';
  artists?: boolean;
  plays?: boolean | undefined;
  /** Stands behind the names: when it was played, why it is here, which line of it answers. */
  note?: Child;
  /** Names the album behind the names, where the list is not of one. */
  album?: boolean;
  /** Which entry of a playlist this is, where its order may be changed. */
  entry?: string | undefined;
  children?: Child;
};

export const TrackRow = ({ track, from, index, lead, artists, plays, note, album, entry, children }: TrackRowProps) => (
  <li
    class={`tr${lead === 'cover' ? ' thumb' : ''}${note || album ? ' why3' : ''}${track.missing ? ' gone' : ''}`}
    data-track={track.id}
    data-title={track.title}
    data-entry={entry}
    data-kind={t.track.kind}
    id={lead === 'number' ? track.id : undefined}
  >
    <Lead track={track} from={from} index={index} lead={lead} />
    <Names track={track} artists={artists ?? true} />
    {note ? (
      <div class="why">
        <span class="cut" dir="auto">
          {note}
        </span>
      </div>
    ) : undefined}
    {album ? <AlbumOf track={track} /> : undefined}
    <div class="end">
      {track.missing ? <span class="badge plain">{t.track.missing}</span> : undefined}
      {plays && track.playCount ? <span class="faint plays">{t.track.plays(track.playCount)}</span> : undefined}
      <Stars of={`tracks:${track.id}`} title={track.title} rating={track.rating} />
      <LikeButton of={`tracks:${track.id}`} title={track.title} liked={track.liked} />
      <Length durationMs={track.durationMs} />
      {children ?? <MoreButton of={`track:${track.id}`} title={track.title} />}
    </div>
  </li>
);

const AlbumOf = ({ track }: { track: RowTrack }) => (
  <div class="why of-album">
    {track.album ? (
      <a class="cut" href={`/albums/${track.album.id}`} dir="auto">
        {track.album.title}
      </a>
    ) : undefined}
  </div>
);

const sleeveOf = (track: RowTrack): string => track.album?.title ?? track.title;

const Lead = ({ track, from, index, lead }: Pick<TrackRowProps, 'track' | 'from' | 'index' | 'lead'>) => {
  const shown =
    lead === 'cover'
      ? { 'data-tint': tintOf(track.cover, sleeveOf(track)) }
      : { 'data-n': String(track.trackNumber ?? '·') };
  return (
    <button
      type="button"
      class="lead"
      {...play(from, { index })}
      {...shown}
      disabled={track.missing ?? false}
      aria-label={t.act.playTitle(track.title)}
    >
      {lead === 'cover' ? <Cover cover={track.cover} as="thumb" of={sleeveOf(track)} /> : undefined}
      <Icon name="play" />
    </button>
  );
};

const Names = ({ track, artists }: { track: RowTrack; artists: boolean }) => (
  <div class="names">
    <div class="t">
      {track.album ? (
        <a href={`/albums/${track.album.id}#${track.id}`} dir="auto">
          <Marked text={track.title} marks={track.marks} />
        </a>
      ) : (
        <span dir="auto">
          <Marked text={track.title} marks={track.marks} />
        </span>
      )}
      {track.explicit ? (
        <span class="e" role="img" aria-label={t.track.explicit}>
          E
        </span>
      ) : undefined}
    </div>
    {artists ? (
      <div class="s cut">
        <ArtistLinks artists={mainArtists(track.artists)} />
      </div>
    ) : undefined}
  </div>
);

const Length = ({ durationMs }: { durationMs: number | null | undefined }) =>
  durationMs ? (
    <time class="num" datetime={isoDuration(durationMs)}>
      {clockTime(durationMs)}
    </time>
  ) : (
    <span class="num" />
  );
