/**
 * web: what people see, from props to markup; it imports nothing of server/. `pages/` has one view per address, `parts/` what
 * they share, `strings.ts` every word (so a translation has one place), `assets/` styles in layers, icons and the script that
 * builds them, and `player/` everything that runs in the browser (its contract with the pages stands in player/main.ts).
 *
 * This file is the document around every page: head, skip link, sidebar, `<main>`, the player's bar and, on a phone, the tabs.
 * Navigation swaps `<main>` alone (and redraws the parts of the frame that say where one is), so sound never stops.
 */
import type { Child } from 'hono/jsx';
import { Assets, Icon, Mark } from './parts/icon.tsx';
import type { AssetUrl } from './parts/icon.tsx';
import { Player } from './parts/player.tsx';
import { Sidebar, Tabs } from './parts/sidebar.tsx';
import { t } from './strings.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What the frame has to know, whatever the page. Without a viewer it shows no navigation and no player. */
export type Frame = {
  asset: AssetUrl;
  theme: Theme;
  /** The path asked for: decides which entry of the navigation is current. */
  path: string;
  viewer?: { name: string; administers: boolean } | undefined;
  playlists?: readonly { id: string; name: string }[] | undefined;
  /** False where the server found no ffmpeg: the player then asks for files as they are. */
  ffmpeg: boolean;
};

export type DocumentProps = {
  frame: Frame;
  title: string;
  /** The hue of what the page is about: 0..23 or 'n'. */
  tint?: string | number | null | undefined;
  /** Without navigation: setting up, sign in. */
  solo?: boolean | undefined;
  children?: Child;
};

// Navigation asks for the whole page and keeps these of it.
const SWAP = {
  'hx-boost:inherited': 'true',
  'hx-target:inherited': '#main',
  'hx-select:inherited': '#main',
  'hx-select-oob:inherited': '#side-nav,#side-lists,#side-me,#tabs',
  'hx-swap:inherited': 'outerHTML',
};

const OFFERS_PLAYING = /^\/$|^\/(albums|artists|playlists|genres)\/|^\/(tracks|liked)$/;

/** Without ffmpeg songs are sent as they are. Who can mend it is told how; everybody else is told what to expect. */
const AsTheyAre = ({ administers }: { administers: boolean }) => (
  <p class="small dim links quiet">
    <Icon name="circle-alert" />
    <span>
      {administers ? t.noFfmpeg.owner : t.noFfmpeg.listener}{' '}
      {administers ? <a href="/server">{t.noFfmpeg.more}</a> : undefined}
    </span>
  </p>
);

export const Document = ({ frame, title, tint, solo, children }: DocumentProps) => {
  const alone = solo || !frame.viewer;
  return (
    <Assets.Provider value={frame.asset}>
      <html lang="en" data-theme={frame.theme === 'system' ? undefined : frame.theme}>
        <Head frame={frame} title={title} />
        <body class={alone ? 'app solo' : 'app'} {...(alone ? {} : SWAP)}>
          <a class="skip btn main" href="#main">
            {t.skip}
          </a>
          {alone ? undefined : <Sidebar frame={frame} />}
          <Main tint={tint}>
            {alone || frame.ffmpeg || !OFFERS_PLAYING.test(frame.path) ? undefined : (
              <AsTheyAre administers={frame.viewer?.administers ?? false} />
            )}
            {children}
          </Main>
          {frame.viewer ? <Player icons={frame.asset('icons.svg')} /> : undefined}
          {alone ? undefined : <Tabs frame={frame} />}
        </body>
      </html>
    </Assets.Provider>
  );
};

/** What is swapped. Its own component, so that a page can be answered without its frame. */
export const Main = ({ tint, children }: { tint?: string | number | null | undefined; children?: Child }) => (
  <main
    id="main"
    tabindex={-1}
    hx-history-elt=""
    class={tint === undefined || tint === null ? undefined : 'tinted'}
    data-tint={tint === undefined || tint === null ? undefined : String(tint)}
  >
    <div class="wrap">{children}</div>
  </main>
);

const Head = ({ frame, title }: { frame: Frame; title: string }) => {
  const { asset } = frame;
  const told = JSON.stringify({ ffmpeg: frame.ffmpeg, signedIn: frame.viewer !== undefined });
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <title>{t.titleOf(title)}</title>
      <meta name="color-scheme" content={frame.theme === 'system' ? 'light dark' : frame.theme} />
      <meta name="evensong" content={told} />
      <meta name="htmx-config" content='{"includeIndicatorCSS":false,"allowEval":false}' />
      <link rel="icon" href={asset('mark.svg')} type="image/svg+xml" />
      <link rel="alternate icon" href={asset('mark-32.png')} type="image/png" sizes="32x32" />
      <link rel="apple-touch-icon" href={asset('mark-180.png')} />
      <link rel="preload" href={asset('latin.woff2')} as="font" type="font/woff2" crossorigin="anonymous" />
      <link rel="stylesheet" href={asset('evensong.css')} />
      <script type="module" src={asset('main.js')} />
    </head>
  );
};

/** The wordmark on pages without a sidebar. */
export const Wordmark = () => (
  <a class="logo flare" href="/" aria-label={t.brand} hx-boost="false">
    <Mark />
    <b>{t.brand}</b>
  </a>
);
