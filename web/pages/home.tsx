import type { Child } from 'hono/jsx';
import { Icon } from '../parts/icon.tsx';
import { AlbumCard } from '../parts/card.tsx';
import type { CardAlbum } from '../parts/card.tsx';
import { Cover, tintOf } from '../parts/cover.tsx';
import { DemoOffer } from '../parts/demo-offer.tsx';
import { Empty } from '../parts/empty.tsx';
import { Meter } from '../parts/meter.tsx';
import { GoButton } from '../parts/buttons.tsx';
import { ArtistLinks, mainArtists } from '../parts/names.tsx';
import { TrackRow } from '../parts/row.tsx';
import type { RowTrack } from '../parts/row.tsx';
import { Section, Shelf } from '../parts/section.tsx';
import { clockTime, partOfDay } from '../parts/time.ts';
import { t } from '../strings.ts';

export type ResumeView = {
  track: RowTrack;
  positionMs: number;
  /** Where it stopped, in words: "Stopped 20 min ago". */
  where: string;
};

export type HomePageProps = {
  name: string;
  hour: number;
  resume?: ResumeView | undefined;
  /** Albums played lately: the small cards beside Continue. */
  recentlyPlayed: readonly CardAlbum[];
  recentlyAdded: readonly CardAlbum[];
  mostPlayed: readonly RowTrack[];
  liked: readonly CardAlbum[];
  rediscover: readonly { album: CardAlbum; note: string }[];
  /** An empty library: who may add a folder is offered that. */
  empty: boolean;
  mayAddFolders: boolean;
  mayMakeDemo: boolean;
  /** The running scan, while music comes in. */
  scan?: Child;
};

export const HomePage = (props: HomePageProps) => (
  <>
    <div class="stack">
      <h1 class="page">
        <span dir="auto">{t.home.hello(t.home.greeting[partOfDay(props.hour)], props.name)}</span>
      </h1>
      {props.scan}
      {props.resume || props.recentlyPlayed.length ? <Resume {...props} /> : undefined}
    </div>
    {props.empty ? <NoMusic {...props} /> : <Shelves {...props} />}
  </>
);

const Resume = ({ resume, recentlyPlayed }: HomePageProps) => (
  <section class={resume ? 'resume' : 'resume many'} aria-label={t.home.resume}>
    {resume ? <ContinueCard resume={resume} /> : undefined}
    <div class="stack">
      {recentlyPlayed.slice(0, resume ? 2 : 4).map((album) => (
        <article class="res sm" data-tint={tintOf(album.cover, album.title)}>
          <Cover cover={album.cover} as="small" of={album.title} />
          <div class="names">
            <div class="t">
              <a href={`/albums/${album.id}`} dir="auto">
                {album.title}
              </a>
            </div>
            <div class="s cut">
              <ArtistLinks artists={mainArtists(album.artists)} />
            </div>
          </div>
          <GoButton of={`album:${album.id}`} title={album.title} />
        </article>
      ))}
    </div>
  </section>
);

const ContinueCard = ({ resume }: { resume: ResumeView }) => {
  const { track, positionMs } = resume;
  return (
    <article class="res" data-tint={tintOf(track.cover, track.album?.title ?? track.title)}>
      <Cover cover={track.cover} as="card" of={track.album?.title ?? track.title} eager />
      <div>
        <p class="small dim cut2 where">{resume.where}</p>
        <h2 class="flare cut2" dir="auto">
          {track.album ? <a href={`/albums/${track.album.id}`}>{track.title}</a> : track.title}
        </h2>
        <p class="dim cut">
          <ArtistLinks artists={mainArtists(track.artists)} />
        </p>
        {track.durationMs ? <Meter done={positionMs / track.durationMs} /> : undefined}
        <div class="row">
          <button type="button" class="btn main" data-play={`track:${track.id}`} data-resume={String(positionMs)}>
            <Icon name="play" kind="solid" />
            {t.home.continueAt(clockTime(positionMs))}
          </button>
        </div>
      </div>
    </article>
  );
};

const Shelves = (props: HomePageProps) => (
  <>
    <AlbumShelf title={t.home.recentlyAdded} albums={props.recentlyAdded} all="/albums?sort=-addedAt" />
    {props.mostPlayed.length ? (
      <Section title={t.home.mostPlayed} all="/tracks?sort=-playCount">
        <ol class="tracks two">
          {props.mostPlayed.map((track) => (
            <TrackRow track={track} from={`track:${track.id}`} index={0} lead="cover" plays />
          ))}
        </ol>
      </Section>
    ) : undefined}
    <AlbumShelf title={t.home.liked} albums={props.liked} all="/albums?liked=true" />
    {props.rediscover.length ? (
      <Shelf title={t.home.rediscover}>
        {props.rediscover.map(({ album, note }) => (
          <AlbumCard album={album} note={note} />
        ))}
      </Shelf>
    ) : undefined}
  </>
);

const AlbumShelf = ({ title, albums, all }: { title: string; albums: readonly CardAlbum[]; all: string }) =>
  albums.length ? (
    <Shelf title={title} all={all}>
      {albums.map((album, at) => (
        <AlbumCard album={album} eager={at < 6} />
      ))}
    </Shelf>
  ) : undefined;

const NoMusic = ({ mayAddFolders: mayAdd, mayMakeDemo }: HomePageProps) => (
  <>
    <Empty
      icon="library"
      title={t.home.emptyTitle}
      text={mayAdd ? t.home.emptyText : t.home.emptyTextListener}
      button={mayAdd ? { href: '/welcome', text: t.home.emptyButton, whole: true } : undefined}
    />
    {mayAdd && mayMakeDemo ? <DemoOffer /> : undefined}
  </>
);
