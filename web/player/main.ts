/**
 * The player: everything that runs in the browser. It finds its markup in the page, listens by delegation and plays.
 * Pages are made by the server; this file is the contract between the two.
 *
 * THE BAR stands once in the layout, outside `<main id="main" hx-history-elt>`, and is never swapped. Idle markup:
 *
 *   <section class="player" id="player" aria-label="Player" data-tint="n" data-state="idle" data-icons="/assets/icons-….svg">
 *     <div class="seek"><svg …><rect width="1000" height="6"/><rect class="done" width="0" height="6"/></svg>
 *       <input id="player-seek" type="range" min="0" max="0" value="0" disabled aria-label="Seek" aria-valuetext="…"></div>
 *     <div class="now">
 *       <a id="player-cover" hidden><img alt="" width="56" height="56"></a>
 *       <div><strong class="cut" id="player-title" dir="auto">Nothing playing yet</strong>
 *            <div class="small dim cut" id="player-artists" dir="auto"></div></div>
 *       <button class="ico" id="player-like" hidden aria-label="Like" aria-pressed="false">heart (i i-heart)</button>
 *       <button class="ico more" id="player-more" hidden aria-label="More" aria-haspopup="menu" aria-expanded="false">ellipsis</button></div>
 *     <div class="deck">
 *       <time id="player-elapsed"></time>
 *       <button class="ico" id="player-shuffle" aria-label="Shuffle" aria-pressed="false">shuffle</button>
 *       <button class="ico" id="player-previous" aria-label="Previous" disabled>skip-back (i solid)</button>
 *       <button class="go" id="player-play" aria-label="Play" disabled>play</button>
 *       <button class="ico next" id="player-next" aria-label="Next" disabled>skip-forward (i solid)</button>
 *       <button class="ico" id="player-repeat" aria-label="Repeat" aria-pressed="false">repeat</button>
 *       <time id="player-duration"></time></div>
 *     <div class="tools">
 *       <button class="badge" id="player-signal" hidden aria-haspopup="dialog" aria-expanded="false"></button>
 *       <button class="ico" id="player-lyrics" aria-label="Lyrics" aria-pressed="false">mic-vocal</button>
 *       <button class="ico" id="player-queue" aria-label="Queue" aria-pressed="false">list-video</button>
 *       <button class="ico" id="player-mute" aria-label="Mute" aria-pressed="false">volume-2</button>
 *       <div class="vol"><svg …two rects as in .seek…></svg>
 *         <input id="player-volume" type="range" min="0" max="100" value="100" aria-label="Volume" aria-valuetext="100 percent"></div></div>
 *   </section>
 *
 * Every icon is `<svg class="i" aria-hidden="true"><use href="{data-icons}#name"/></svg>`. Names the player needs in the sprite: play pause heart
 * ellipsis list-start list-end plus disc-3 user x grip-vertical audio-lines volume-2 volume-x repeat repeat-1 chevron-down circle-alert keyboard search.
 * The player writes: `data-tint`, `data-state` (idle, paused, playing, waiting), `--at` on the bar, the `.done` rects' width, `aria-*`, `hidden`.
 * It makes by itself, from the parts of the style sheet: `<aside class="drawer">` Queue and Lyrics (appended to the body after main), the menu
 * (`.menu`, popover, role=menu), the toast (`.toast` inside a role=status), the signal popover, the help dialog and the full view of a phone.
 *
 * HOOKS on any element of any page (delegated; no script is ever inline):
 *   data-play="album:alb_x"       plays; kinds: track:trk_x album:alb_x artist:art_x playlist:pls_x genre:gen_x folder:fld_x tracks:liked,
 *                                 or tracks:<query of /api/v1/tracks> (`tracks:genre=gen_x&sort=title`)
 *     data-index="3"              starts there (from 0, disc after disc); inside a row the row's data-track decides
 *     data-shuffle                (attribute, no value) shuffles the whole set first
 *     data-resume="102000"        (home's Continue card, with data-play="track:…") goes on with the queue where it stopped; anew from
 *                                 these milliseconds on where something else plays by now
 *   data-queue="next|end" with data-of="album:alb_x" (same values as data-play)      play next, add to queue
 *   data-rate="tracks:trk_x" (albums:) on a slider of 0 to 5       stars: kept at once, and as they were if refused
 *   data-like="tracks:trk_x" (albums:, artists:, playlists:) with aria-pressed       the heart: flips at once, back if refused
 *   data-menu="track:trk_x" (album: artist: playlist:)                               opens "More for {title}"; aria-haspopup, aria-expanded
 *   <li class="tr" data-track="trk_x" data-title="…">                                double click and Enter play, Shift+Enter queues; right click is More
 * The row of what plays gets aria-current="true" and its lead button the name `Pause {title}`; buttons with data-play of what plays likewise.
 * A row's Play button: <button class="lead" data-play="album:alb_x" data-index="2" aria-label="Play {title}">.
 *
 *   <form data-playback>          fields quality (auto, original, kbit/s), levelling, crossfadeSec: followed at once, as they change
 *   <input data-device-quality value="128">  a radio button of what this browser keeps for itself; its hidden section is shown
 *
 * OF THE API it uses, beside what lists and things say:
 *   PUT /api/v1/queue { entries: [{ id, trackId, source, byYou, order }], index, positionMs, shuffle, repeat, deviceId } with If-Match; GET adds
 *     `revision` (also the ETag) and each entry's `track`. `source` is a data-play value, `repeat` off, all or one, `order` a number.
 *   PATCH /api/v1/queue { index?, positionMs?, shuffle?, repeat?, deviceId } with If-Match: moving within it without sending 5,000 entries again.
 *   GET /api/v1/tracks/{id}/waveform { state: ready, waiting or none, peaks, rms }: the outline over the seek line (bar/waveform.ts).
 *
 * THE HEAD carries `<meta name="evensong" content='{"ffmpeg":true,"signedIn":true}'>`: without sign-in the player stays away. Boosting: the body (or the
 * frame around nav and main) has hx-boost:inherited="true" hx-target:inherited="#main" hx-select:inherited="#main" hx-swap:inherited="outerHTML".
 * Links that must load a whole page (sign out, files, /api/docs) say hx-boost="false".
 */
import { createApi, type Api } from './api.ts';
import { openBar } from './bar/bar.ts';
import { find, useSprite } from './bar/dom.ts';
import { createLazyDrawer, type Drawer } from './bar/drawers.ts';
import { addToQueue, markPlaying, openHooks, toggleLike, type HookNeeds } from './bar/hooks.ts';
import { openKeyboard } from './bar/keyboard.ts';
import type { MenuNeeds } from './bar/menu.ts';
import { words } from './bar/strings.ts';
import { createToasts, type Toasts } from './bar/toast.ts';
import type { Notice } from './core.ts';
import { createShelf, newUuid, readDeviceId, type Shelf } from './device.ts';
import { createEngine } from './engine/engine.ts';
import { fillFromFragment } from './fragment.ts';
import { followTheme } from './theme.ts';
import { openNavigation } from './navigation.ts';
import { openPageScripts } from './page/page-scripts.ts';
import { createPlayer, type Player } from './player.ts';
import { createPlayLog } from './queue/plays.ts';
import { createSources, type Sources } from './queue/sources.ts';
import { createQueueSync } from './queue/sync.ts';

type Told = { ffmpeg: boolean; signedIn: boolean };

const told = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name=evensong]')?.content ?? '{}',
) as Partial<Told>;

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};
const later = () => import('./bar/later.ts');
const help = once(async () => (await later()).createHelp());
const whenIdle = globalThis.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 1000));

function readStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined; // refused by the browser's settings
  }
}

function tell(toasts: Toasts, notice: Notice): void {
  switch (notice.kind) {
    case 'skipped':
      return toasts.show(words.skipped[notice.why](notice.track.title));
    case 'signed-out':
      return toasts.show(words.signedOut, { name: words.signIn, act: () => location.assign('/sign-in') });
    case 'not-allowed':
      return toasts.show(words.notAllowed);
    case 'empty':
      return toasts.show(words.nothingToPlay);
  }
}

type House = { api: Api; shelf: Shelf; deviceId: string; sources: Sources; toasts: Toasts };

const makePlayer = ({ api, shelf, deviceId, sources, toasts }: House): Player =>
  createPlayer({
    // In the page, so that the browser's own tools and tests see it; it has no controls and no size.
    engine: (how) => createEngine({ ...how, shelf, hasFfmpeg: told.ffmpeg !== false, host: find('player') }),
    savesData: (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false,
    sources,
    plays: createPlayLog({ api, shelf, deviceId, now: () => Date.now() }),
    shelf,
    dice: { random: Math.random, newId: () => `ent_${newUuid().replaceAll('-', '')}` },
    sync: (now, adopt) => createQueueSync({ api, deviceId, now, adopt }),
    onNotice: (notice) => tell(toasts, notice),
  });

function openDrawers({ api, sources, toasts }: House, player: Player): { queue: Drawer; lyrics: Drawer } {
  const queue = createLazyDrawer({
    name: words.queue,
    closeName: words.closeQueue,
    buttonId: 'player-queue',
    load: async (drawer) => (await later()).openQueue(drawer, { player, sources, toasts }),
  });
  const lyrics = createLazyDrawer({
    name: words.lyrics,
    closeName: words.closeLyrics,
    buttonId: 'player-lyrics',
    load: async (drawer) => (await later()).openLyrics(drawer, { player, api }),
  });
  return { queue, lyrics };
}

function openPlayer(toasts: Toasts): void {
  useSprite(find('player').dataset['icons'] ?? '');
  const shelf = createShelf(readStorage());
  const api = createApi({ onSignedOut: () => tell(toasts, { kind: 'signed-out' }) });
  const sources = createSources(api);
  const house = { api, shelf, deviceId: readDeviceId(shelf), sources, toasts };
  const player = makePlayer(house);
  let pageChanged = (): void => undefined;
  const navigation = openNavigation({
    onFailed: () => toasts.show(words.pageFailed),
    onPage() {
      pageChanged();
      markPlaying(player);
      player.engine.loader.wake();
    },
  });
  openBar(player, toasts);
  const hooks: HookNeeds = {
    player,
    api,
    toasts,
    openMenu: (source, opener) => void later().then((parts) => parts.openMenu(menu, source, opener)),
  };
  const add = (source: string, where: 'next' | 'end'): void => void addToQueue(hooks, source, where);
  const like = (thing: string, liked: boolean): void => void toggleLike(hooks, thing, liked);
  const menu: MenuNeeds = { ...hooks, sources, navigation, addToQueue: add, toggleLike: like };
  openHooks(hooks);
  const drawers = openDrawers(house, player);
  const pages = openPageScripts({ player, api, toasts, navigation, shelf, addToQueue: add });
  openKeyboard({
    player,
    toasts,
    ...drawers,
    like: () => find('player-like').click(),
    search: pages.search,
    help: () => void help().then((dialog) => dialog.showModal()),
  });
  followLinks(navigation.go);
  watchPage(player);
  whenIdle(() => {
    void later().then(({ openRest }) => {
      pageChanged = openRest({ ...house, player, drawers: Object.values(drawers) });
    });
  });
  void player.restore();
}

/** Links that the player itself made: in the bar, the drawers and menus. Those of pages are boosted by htmx. */
function followLinks(go: (href: string) => void): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link?.href || !link.closest('#player, .drawer') || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}

function watchPage(player: Player): void {
  addEventListener('pagehide', () => player.leave());
  addEventListener('pageshow', (event) => event.persisted && player.comeBack());
  // Back from signing in elsewhere, or from a closed lid.
  addEventListener('focus', () => player.engine.loader.wake());
}

const toasts = createToasts();
if (told.signedIn && document.getElementById('player')) openPlayer(toasts);
else openNavigation({ onFailed: () => toasts.show(words.pageFailed), onPage: () => undefined });

const fillIn = (): void => fillFromFragment(document, location, history);
fillIn();
// The printed link, opened where the page stands already.
addEventListener('hashchange', fillIn);
followTheme(document);
