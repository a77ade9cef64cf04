/**
 * What pages do in the browser beside playing: the search palette, the order of a playlist, the Continue card. Each finds its markup
 * by an attribute and is fetched when it is first needed; without scripts the same things are forms and links.
 */
import type { Api } from '../api.ts';
import { closest } from '../bar/dom.ts';
import { markPlaying } from '../bar/hooks.ts';
import { words } from '../bar/strings.ts';
import type { Toasts } from '../bar/toast.ts';
import type { Shelf } from '../device.ts';
import type { Navigation } from '../navigation.ts';
import type { Player } from '../player.ts';
import { openContinueCard } from './continue-card.ts';
import { openFolding } from './fold-list.ts';
import { openStars } from './stars.ts';
import type { Palette } from './palette.ts';

export type PageNeeds = {
  player: Player;
  api: Api;
  toasts: Toasts;
  navigation: Navigation;
  shelf: Shelf;
  addToQueue(source: string, where: 'next' | 'end'): void;
};

export type PageScripts = { search: () => void };

export function openPageScripts(needs: PageNeeds): PageScripts {
  openContinueCard(needs);
  openStars(needs);
  openFolding({ onBack: () => markPlaying(needs.player) });
  const failed = (): void => needs.toasts.show(words.pageFailed);
  let palette: Promise<Palette> | undefined;
  const search = (): void => {
    palette ??= import('./palette.ts').then(({ createPalette }) => createPalette(needs));
    palette.then((opened) => opened.open(), failed);
  };
  document.addEventListener(
    'click',
    (event) => {
      const link = closest(event, '[data-palette]');
      if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      // Before htmx hears of it: the link leads to a page for those who have no scripts.
      event.preventDefault();
      event.stopPropagation();
      search();
    },
    { capture: true },
  );
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    search();
  });
  const reorder = (): void => {
    if (document.querySelector('[data-reorder]')) {
      import('./reorder.ts').then(({ openReorder }) => openReorder(needs), failed);
    }
  };
  document.addEventListener('htmx:after:swap', reorder);
  reorder();
  return { search };
}
