import type { IconName } from '../assets/icons.ts';
import type { Frame } from '../layout.tsx';
import { t } from '../strings.ts';
import { initialsOf } from './cover.tsx';
import { hueOf } from './hue.ts';
import { Icon, Mark } from './icon.tsx';

type Place = { icon: IconName; text: string; href: string; holds: RegExp };

const HOME: Place = { icon: 'house', text: t.nav.home, href: '/', holds: /^\/$/ };
const SEARCH: Place = { icon: 'search', text: t.nav.search, href: '/search', holds: /^\/search/ };
const LIBRARY: Place = {
  icon: 'library',
  text: t.nav.library,
  href: '/albums',
  holds: /^\/(albums|artists|tracks|genres|folders)/,
};
const PLAYLISTS: Place = {
  icon: 'list-music',
  text: t.nav.playlists,
  href: '/playlists',
  holds: /^\/(playlists|liked)/,
};
const SETTINGS: Place = { icon: 'settings', text: t.nav.settings, href: '/settings', holds: /^\/settings/ };
const HISTORY = { holds: /^\/history/ };
const YOU: Place = { icon: 'user', text: t.nav.you, href: '/settings', holds: /^\/(settings|history|server|scans)/ };
const SERVER: Place = { icon: 'server', text: t.nav.server, href: '/server', holds: /^\/(server|scans)/ };

const current = (place: Pick<Place, 'holds'>, path: string) => (place.holds.test(path) ? 'page' : undefined);

const NavLink = ({ place, path }: { place: Place; path: string }) => (
  <a href={place.href} aria-label={place.text} aria-current={current(place, path)}>
    <Icon name={place.icon} />
    <span>{place.text}</span>
  </a>
);

export const Sidebar = ({ frame }: { frame: Frame }) => (
  <header class="side">
    <a class="logo flare" href="/" aria-label={t.brand}>
      <Mark />
      <b>{t.brand}</b>
    </a>
    <div id="side-nav" class="side-nav">
      <a
        class="find"
        href="/search"
        aria-label={t.nav.search}
        aria-current={current(SEARCH, frame.path)}
        data-palette=""
      >
        <Icon name="search" />
        <span>{t.nav.search}</span>
        <kbd aria-hidden="true">/</kbd>
      </a>
      <nav class="nav" aria-label={t.nav.main}>
        {[HOME, LIBRARY, PLAYLISTS].map((place) => (
          <NavLink place={place} path={frame.path} />
        ))}
      </nav>
    </div>
    <Lists frame={frame} />
    <Me frame={frame} />
  </header>
);

const Lists = ({ frame }: { frame: Frame }) => (
  <nav class="nav lists" id="side-lists" aria-label={t.nav.yourPlaylists}>
    <h2>
      {t.nav.playlists}
      <a class="ico" href="/playlists#new" aria-label={t.nav.newPlaylist}>
        <Icon name="plus" />
      </a>
    </h2>
    <a href="/liked" aria-label={t.nav.likedSongs} aria-current={frame.path === '/liked' ? 'page' : undefined}>
      <Icon name="heart" />
      <span>{t.nav.likedSongs}</span>
    </a>
    {(frame.playlists ?? []).map((list) => (
      <a
        href={`/playlists/${list.id}`}
        aria-label={list.name}
        aria-current={frame.path === `/playlists/${list.id}` ? 'page' : undefined}
      >
        <Icon name="list-music" />
        <span class="cut" dir="auto">
          {list.name}
        </span>
      </a>
    ))}
  </nav>
);

const Me = ({ frame }: { frame: Frame }) => (
  <nav class="nav me" id="side-me" aria-label={t.nav.account}>
    <a href="/history" aria-label={frame.viewer?.name} aria-current={current(HISTORY, frame.path)}>
      <Face name={frame.viewer?.name ?? ''} />
      <span class="cut" dir="auto">
        {frame.viewer?.name}
      </span>
    </a>
    <NavLink place={SETTINGS} path={frame.path} />
    {frame.viewer?.administers ? <NavLink place={SERVER} path={frame.path} /> : undefined}
  </nav>
);

/** A person's first letter in a ring whose hue comes from the name. */
export const Face = ({ name }: { name: string }) => (
  <span class="face" data-tint={String(hueOf(name))} data-n={Array.from(initialsOf(name))[0]} />
);

export const Tabs = ({ frame }: { frame: Frame }) => (
  <nav class="tabs" id="tabs" aria-label={t.nav.main}>
    {[HOME, SEARCH, LIBRARY, PLAYLISTS, YOU].map((place) => (
      <a href={place.href} aria-current={current(place, frame.path)} data-palette={place === SEARCH ? '' : undefined}>
        <Icon name={place.icon} />
        {place.text}
      </a>
    ))}
  </nav>
);
