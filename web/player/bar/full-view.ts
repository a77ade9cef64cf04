/**
 * Now playing: the same bar, grown over the whole window, with a large sleeve, the signal path and four tabs. There is no second
 * set of controls to keep in step. What lies behind it is out of reach until it closes: by its button, Escape or N, by Back
 * on Android, or by a link, which leads to its page.
 */
import { onCloseRequest } from './close-request.ts';
import { button, closest, find, icon, make, set, setText } from './dom.ts';
import type { Drawer } from './drawers.ts';
import { laterWords as words } from './later-words.ts';
import { createTabs, type TabNeeds, type Tabs } from './now-tabs.ts';
import { createPathList } from './signal.ts';

type FullNeeds = TabNeeds & { drawers: readonly Drawer[] };
type View = FullNeeds & {
  bar: HTMLElement;
  cover: HTMLElement;
  close: HTMLButtonElement;
  tabs: Tabs;
  /** While it is open. */
  stopListening?: () => void;
};

/** Whose one column has no room for sleeve and tab at once: the tab is chosen, or the sleeve is large. */
const phone = matchMedia('(max-width: 767px)');

const isFull = (): boolean => find('player').hasAttribute('data-full');

/** Answers how to close it. */
export function openFullView(needs: FullNeeds): () => void {
  const { player } = needs;
  const bar = find('player');
  const close = button(
    { class: 'ico', id: 'player-close', 'aria-label': words.closeNow, hidden: true },
    icon('chevron-down'),
  );
  // The one heading while it is open; the page keeps the only h1 element.
  const heading = make('p', { class: 'from small cut', role: 'heading', 'aria-level': 1, dir: 'auto' });
  const opener = button({ class: 'ico', id: 'player-full', 'aria-label': words.nowPlaying }, icon('maximize-2'));
  const path = createPathList(player);
  const tabs = createTabs(needs, isFull);
  const view: View = { ...needs, bar, close, tabs, cover: find('player-cover') };
  bar.prepend(close, heading);
  find('player-queue').after(opener);
  bar.append(path.list, tabs.element);
  const tell = (): void => {
    const track = player.current()?.track;
    setText(heading, track?.album ? words.playingFrom(track.album.title) : words.nowPlaying);
    set(opener, { hidden: !track });
    nameCover(view);
    if (isFull()) path.tell();
  };
  player.on('track', tell);
  player.on('time', () => isFull() && path.tell());
  tell();
  close.addEventListener('click', () => show(view, false));
  phone.addEventListener('change', () => show(view, false));
  opener.addEventListener('click', () => {
    show(view, true);
    path.tell();
  });
  bar.addEventListener('click', (event) => onClick(event, view, opener));
  document.addEventListener('keydown', (event) => onKey(event, view), { capture: true });
  return () => show(view, false);
}

function show(view: View, full: boolean): void {
  const { bar, close, drawers, tabs } = view;
  if (full === isFull()) return;
  for (const drawer of drawers) drawer.close();
  set(bar, { 'data-full': full });
  view.stopListening?.();
  if (full) view.stopListening = onCloseRequest(() => show(view, false));
  set(close, { hidden: !full });
  // Not the toasts: they are heard and pressed over it too.
  for (const behind of document.querySelectorAll('body > :is(main, nav, header, a, .drawer)'))
    set(behind, { inert: full });
  nameCover(view);
  tabs.select(full && !phone.matches ? tabs.favourite() : undefined);
  if (full) close.focus();
  else find(phone.matches ? 'player-cover' : 'player-full').focus({ preventScroll: true });
}

/** The picture opens this view, and in it the page of its album. */
function nameCover({ player, cover }: View): void {
  const track = player.current()?.track;
  if (track)
    set(cover, { 'aria-label': isFull() ? words.openCover(track.album?.title ?? track.title) : words.nowPlaying });
}

function onClick(event: MouseEvent, view: View, opener: HTMLElement): void {
  if (view.bar.dataset['state'] === 'idle' || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (isFull()) {
    if (closest(event, 'a')) show(view, false);
  } else if (closest(event, phone.matches ? '.now' : '#player-cover') && !closest(event, 'button')) {
    event.preventDefault();
    event.stopPropagation();
    opener.click();
  }
}

/** What the keys open beside the page is a tab here. */
function onKey(event: KeyboardEvent, view: View): void {
  const target = event.target instanceof Element ? event.target : document.body;
  if (!isFull() || event.altKey || event.ctrlKey || event.metaKey) return;
  if (target.closest('[role=menu], [role=dialog], dialog[open]')) return;
  const tab = ({ q: 'next', y: 'lyrics' } as const)[event.key.toLowerCase()];
  if (event.key === 'Escape' || event.key.toLowerCase() === 'n') show(view, false);
  else if (tab) view.tabs.select(tab);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
