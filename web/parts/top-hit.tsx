import type { Child } from 'hono/jsx';
import type { IconName } from '../assets/icons.ts';
import { t } from '../strings.ts';
import type { Playable } from './act.ts';
import { GoButton } from './buttons.tsx';
import { Cover, tintOf } from './cover.tsx';
import type { MaybeCover } from './cover.tsx';
import type { FoundGroups, FoundKind } from './found.tsx';
import { Marked } from './marked.tsx';
import type { Marks } from './marked.tsx';
import { ArtistLinks, mainArtists } from './names.tsx';
import { Section } from './section.tsx';

export type FoundTop = { kind: FoundKind; id: string };

type View = {
  kind: string;
  href: string;
  plays: Playable;
  name: string;
  marks?: Marks | undefined;
  says: Child;
  cover?: MaybeCover;
  /** The name that a sleeve without a picture goes by, and what it shows. */
  sleeve?: string;
  blank?: IconName;
};

const withId = <Item extends { id: string }>({ items }: { items: readonly Item[] }, id: string): Item | undefined =>
  items.find((item) => item.id === id);

/** Lines of songs are never on top: somebody who types a name means the name. */
const VIEWS: { [Kind in Exclude<FoundKind, 'lyrics'>]: (groups: FoundGroups, id: string) => View | undefined } = {
  artists: ({ artists }, id) => {
    const it = withId(artists, id);
    const says = it && (it.albumCount ? t.track.albums(it.albumCount) : t.track.songs(it.trackCount));
    return it && { ...it, kind: t.artist.kind, href: `/artists/${id}`, plays: `artist:${id}`, says, blank: 'user' };
  },
  albums: ({ albums }, id) => {
    const it = withId(albums, id);
    const says = it && <ArtistLinks artists={mainArtists(it.artists)} />;
    return (
      it && { ...it, kind: t.types['album'] ?? '', href: `/albums/${id}`, plays: `album:${id}`, name: it.title, says }
    );
  },
  tracks: ({ tracks }, id) => {
    const it = withId(tracks, id);
    const href = it?.album ? `/albums/${it.album.id}#${id}` : '/tracks';
    const says = it && <ArtistLinks artists={mainArtists(it.artists)} />;
    const sleeve = it?.album?.title ?? it?.title ?? '';
    return it && { ...it, kind: t.track.kind, href, plays: `track:${id}`, name: it.title, says, sleeve };
  },
  playlists: ({ playlists }, id) => {
    const it = withId(playlists, id);
    const says = it && t.track.songs(it.trackCount);
    return (
      it && {
        ...it,
        kind: t.playlists.kind,
        href: `/playlists/${id}`,
        plays: `playlist:${id}`,
        says,
        blank: 'list-music',
      }
    );
  },
  genres: ({ genres }, id) => {
    const it = withId(genres, id);
    const says = it && t.track.songs(it.trackCount);
    return it && { ...it, kind: t.genre.kind, href: `/genres/${id}`, plays: `genre:${id}`, says, blank: 'tags' };
  },
};

/** The likeliest answer of all kinds, large. */
export const TopHit = ({ top, groups }: { top: FoundTop; groups: FoundGroups }) => {
  const view = top.kind === 'lyrics' ? undefined : VIEWS[top.kind](groups, top.id);
  if (!view) return undefined;
  const { kind, href, plays, name, marks, says, cover, sleeve = name, blank } = view;
  return (
    <Section title={t.search.top}>
      <article class="res sm top" data-kind={kind} data-tint={tintOf(cover, sleeve)}>
        <Cover cover={cover} as="small" of={sleeve} round={top.kind === 'artists'} blank={blank} />
        <div class="names">
          <div class="t">
            <a class="cut2" href={href} dir="auto">
              <Marked text={name} marks={marks} />
            </a>
          </div>
          <div class="s cut">
            {kind} · {says}
          </div>
        </div>
        <GoButton of={plays} title={name} />
      </article>
    </Section>
  );
};
