/**
 * Search over whatever page is open: a dialog with one box, and what it finds as one types. It shows what the page of results shows,
 * read from that page, so there is one search and one order. Enter plays, Shift+Enter queues, Ctrl+Enter and a click open.
 */
import { button, icon, make, set } from '../bar/dom.ts';
import { find } from '../bar/dom.ts';
import { words } from '../bar/strings.ts';
import { matchIn, readHits, type Hit } from './hits.ts';
import type { PageNeeds } from './page-scripts.ts';

export type Palette = { open(): void };

const SOON_MS = 120;

export function createPalette(needs: PageNeeds): Palette {
  const box = make('input', {
    type: 'text',
    role: 'combobox',
    'aria-label': words.search,
    'aria-controls': 'palette-hits',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: words.searchHint,
    maxlength: 200,
    enterkeyhint: 'search',
  });
  const close = button({ class: 'ico', 'aria-label': words.closeSearch }, icon('x'));
  const list = make('div', { class: 'hits', id: 'palette-hits', role: 'listbox', 'aria-label': words.results });
  const said = make('span', { class: 'push', role: 'status' });
  const keys = words.searchKeys.flatMap(([key, what]) => [make('span', {}, make('kbd', {}, key), ` ${what}`)]);
  const dialog = make(
    'dialog',
    { class: 'palette', 'aria-label': words.search },
    make('div', { class: 'q' }, icon('search'), box, close),
    list,
    make('div', { class: 'foot' }, ...keys, said),
  );
  find('player').after(dialog);
  const inside = { needs, dialog, box, list, said, hits: [] as Hit[], at: -1, asked: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(inside), SOON_MS);
  });
  box.addEventListener('keydown', (event) => void onKey(inside, event));
  list.addEventListener('click', (event) => onClick(inside, event));
  close.addEventListener('click', () => dialog.close());
  // A click beside the dialog lands on the dialog element itself: its children cover it.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  return {
    open() {
      if (!dialog.open) dialog.showModal();
      box.focus();
      box.select();
    },
  };
}

type Inside = {
  needs: PageNeeds;
  dialog: HTMLDialogElement;
  box: HTMLInputElement;
  list: HTMLElement;
  said: HTMLElement;
  hits: Hit[];
  at: number;
  /** Answers may overtake each other: the newest question counts. */
  asked: number;
};

async function ask(inside: Inside): Promise<void> {
  const query = inside.box.value.trim();
  const mine = ++inside.asked;
  const hits = query ? await readHits(query) : [];
  if (mine !== inside.asked) return;
  if (!hits) {
    inside.said.textContent = words.offline;
    return;
  }
  inside.hits = hits;
  inside.said.textContent = query ? words.found(hits.length) : '';
  draw(inside, query);
  choose(inside, hits.length ? 0 : -1);
}

function draw({ list, hits, box }: Inside, query: string): void {
  const groups = [...new Set(hits.map(({ group }) => group))];
  const top = hits[0];
  const rows = (group: string): HTMLElement[] =>
    hits.flatMap((hit, at) => (hit.group === group && at ? [row(hit, at, query)] : []));
  list.replaceChildren(
    ...(top ? [section(words.topResult, [row(top, 0, query)])] : []),
    ...groups.map((group) => section(group, rows(group))).filter((each) => each.childElementCount > 1),
  );
  if (query && !top) list.append(make('p', { class: 'dim nothing', role: 'presentation' }, words.nothingFor(query)));
  set(box, { 'aria-expanded': String(hits.length > 0) });
}

const section = (name: string, rows: readonly HTMLElement[]): HTMLElement =>
  make('div', { role: 'group', 'aria-label': name }, make('h3', { 'aria-hidden': 'true' }, name), ...rows);

function row(hit: Hit, at: number, query: string): HTMLElement {
  const art = hit.image
    ? make('img', { src: hit.image, alt: '', width: 40, height: 40, class: hit.round ? 'round' : undefined })
    : make(
        'span',
        { class: hit.round ? 'sq round' : 'sq', 'data-tint': hit.tint },
        icon(hit.round ? 'user' : 'disc-3'),
      );
  const names = make(
    'div',
    { class: 'names' },
    make('div', { class: 't' }, make('span', { dir: 'auto' }, ...marked(hit.title, query))),
    make('div', { class: 's cut', dir: 'auto' }, hit.line),
  );
  const attributes = { class: 'hit', role: 'option', id: `hit-${at}`, 'data-at': at, 'data-tint': hit.tint };
  return make(
    'div',
    { ...attributes, 'aria-selected': 'false' },
    art,
    names,
    make('span', { class: 'small dim' }, hit.kind),
  );
}

/** The title, with what was asked for underlined. */
function marked(title: string, query: string): (string | Node)[] {
  const [from, to] = matchIn(title, query) ?? [0, 0];
  return to ? [title.slice(0, from), make('mark', {}, title.slice(from, to)), title.slice(to)] : [title];
}

function choose(inside: Inside, at: number): void {
  const { list, box } = inside;
  inside.at = at;
  for (const option of list.querySelectorAll<HTMLElement>('[role=option]')) {
    const chosen = option.dataset['at'] === String(at);
    set(option, { 'aria-selected': String(chosen) });
    if (chosen) option.scrollIntoView({ block: 'nearest' });
  }
  set(box, { 'aria-activedescendant': at < 0 ? undefined : `hit-${at}` });
}

async function onKey(inside: Inside, event: KeyboardEvent): Promise<void> {
  event.stopPropagation();
  const last = inside.hits.length - 1;
  const to = { ArrowDown: inside.at >= last ? 0 : inside.at + 1, ArrowUp: inside.at <= 0 ? last : inside.at - 1 }[
    event.key
  ];
  if (to !== undefined) {
    event.preventDefault();
    if (last >= 0) choose(inside, to);
  } else if (event.key === 'Enter') {
    event.preventDefault();
    const { ctrlKey, metaKey, shiftKey } = event;
    // Somebody types faster than the server answers: what was typed counts, not what was found before.
    await ask(inside);
    const hit = inside.hits[Math.max(0, inside.at)];
    if (hit) act(inside, hit, shiftKey ? 'queue' : ctrlKey || metaKey ? 'open' : 'play');
  }
}

function onClick(inside: Inside, event: MouseEvent): void {
  const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
  const hit = inside.hits[Number(option?.dataset['at'] ?? -1)];
  if (hit) act(inside, hit, hit.isSong ? 'play' : 'open');
}

function act({ needs, dialog }: Inside, hit: Hit, what: 'play' | 'queue' | 'open'): void {
  dialog.close();
  if (what === 'open') needs.navigation.go(hit.href);
  else if (what === 'queue') needs.addToQueue(hit.plays, 'end');
  else void needs.player.playSource(hit.plays);
}
