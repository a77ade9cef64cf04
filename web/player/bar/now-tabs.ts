/**
 * The tabs of now playing: what comes, the words, what belongs to it, what it is. Each is made when it is first looked at. On a
 * phone the chosen tab, pressed again, gives its room back to the sleeve.
 */
import type { Api } from '../api.ts';
import type { Player } from '../player.ts';
import type { Sources } from '../queue/sources.ts';
import { openAbout } from './about.ts';
import { button, closest, find, make, set } from './dom.ts';
import type { Place } from './drawers.ts';
import { laterWords as words } from './later-words.ts';
import { openLyrics } from './lyrics-drawer.ts';
import { openQueue } from './queue-drawer.ts';
import { openRelated } from './related.ts';
import type { Toasts } from './toast.ts';

export type TabNeeds = { player: Player; api: Api; sources: Sources; toasts: Toasts };
export type TabName = keyof typeof words.tabs;

export type Tabs = {
  element: HTMLElement;
  select(name: TabName | undefined): void;
  /** The one looked at last; at first the words, where there are some. */
  favourite(): TabName;
};

const OPEN: Record<TabName, (place: Place, needs: TabNeeds) => () => void> = {
  next: openQueue,
  lyrics: openLyrics,
  related: openRelated,
  about: openAbout,
};
const NAMES = Object.keys(OPEN) as TabName[];

type Tab = { name: TabName; tab: HTMLButtonElement; place: Place; draw?: () => void };

export function createTabs(needs: TabNeeds, isFull: () => boolean): Tabs {
  let shown: TabName | undefined;
  let last: TabName | undefined;
  const all = NAMES.map((name): Tab => {
    const tab = button(
      { class: 'chip', role: 'tab', id: `tab-${name}`, 'aria-selected': 'false', 'aria-controls': `panel-${name}` },
      words.tabs[name],
    );
    const body = make('div', { class: 'drawer-body', tabindex: 0 });
    const attributes = { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}`, hidden: true };
    const element = make('div', attributes, make('h2', { class: 'sr' }, words.tabs[name]), body);
    return { name, tab, place: { element, body, isOpen: () => isFull() && shown === name } };
  });
  const list = make(
    'div',
    { class: 'bar', role: 'tablist', 'aria-label': words.nowPlaying },
    ...all.map((it) => it.tab),
  );
  const select = (name: TabName | undefined): void => {
    shown = name;
    last = name ?? last;
    set(find('player'), { 'data-tab': name });
    for (const it of all) {
      const chosen = it.name === name;
      set(it.tab, { 'aria-selected': String(chosen), tabindex: chosen || (!name && it === all[0]) ? 0 : -1 });
      set(it.place.element, { hidden: !chosen });
      if (chosen) (it.draw ??= OPEN[it.name](it.place, needs))();
    }
  };
  list.addEventListener('click', (event) => {
    const pressed = all.find(({ tab }) => tab === closest(event, '[role=tab]'));
    const isPhone = matchMedia('(max-width: 767px)').matches;
    if (pressed) select(pressed.name === shown && isPhone ? undefined : pressed.name);
  });
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = all.findIndex(({ tab }) => tab === event.target);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const next = all[(at + step + all.length) % all.length];
    select(next?.name);
    next?.tab.focus();
  });
  return {
    element: make('div', { class: 'now-tabs' }, list, ...all.map((it) => it.place.element)),
    select,
    favourite: () => last ?? (needs.player.current()?.track.lyrics ? 'lyrics' : 'next'),
  };
}
