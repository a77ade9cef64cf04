/**
 * A phone's now playing: the same bar, grown over the whole screen. It has everything the mini player hides, and no second set
 * of controls to keep in step.
 */
import type { Player } from '../player.ts';
import { button, closest, find, icon, make, set, setText } from './dom.ts';
import type { Drawer } from './drawers.ts';
import { words } from './strings.ts';

export function openFullView(player: Player, drawers: readonly Drawer[]): void {
  const bar = find('player');
  const phone = matchMedia('(max-width: 767px)');
  const close = button(
    { class: 'ico', id: 'player-close', 'aria-label': words.closeNow, hidden: true },
    icon('chevron-down'),
  );
  const from = make('p', { class: 'from small cut', dir: 'auto' });
  bar.prepend(close, from);
  const tell = (): void => {
    const album = player.current()?.track.album;
    setText(from, album ? words.playingFrom(album.title) : '');
  };
  player.on('track', tell);
  tell();
  const show = (full: boolean): void => {
    set(bar, { 'data-full': full });
    set(close, { hidden: !full });
    if (full) close.focus();
  };
  const isFull = (): boolean => bar.hasAttribute('data-full');
  close.addEventListener('click', () => show(false));
  phone.addEventListener('change', () => show(false));
  bar.addEventListener('keydown', (event) => event.key === 'Escape' && isFull() && show(false));
  bar.addEventListener('click', (event) => {
    if (!phone.matches || bar.dataset['state'] === 'idle') return;
    if (isFull()) {
      // A link leads to its page, a drawer lies over the page: both want this out of the way.
      if (closest(event, 'a') || drawers.some((drawer) => drawer.isOpen())) show(false);
    } else if (closest(event, '.now') && !closest(event, 'button')) {
      event.preventDefault();
      event.stopPropagation();
      show(true);
    }
  });
}
