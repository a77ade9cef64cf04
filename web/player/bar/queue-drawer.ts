/** The queue, in its true order: what plays, what was queued by hand, what it continues from. Moved by pointer or by keys. */
import type { Player } from '../player.ts';
import { upNext, type QueueEntry } from '../queue/queue.ts';
import type { Sources } from '../queue/sources.ts';
import { artistNames, coverUrl, tintOf } from '../track.ts';
import { lengthTime } from './clock.ts';
import { button, closest, icon, make, set, setIcon } from './dom.ts';
import type { Drawer } from './drawers.ts';
import { words } from './strings.ts';
import { undo, type Toasts } from './toast.ts';

type Needs = { player: Player; sources: Sources; toasts: Toasts };

/** Rows beyond this are counted, not drawn. */
const SHOWN = 200;

export function openQueue(drawer: Drawer, needs: Needs): () => void {
  const { player } = needs;
  const redraw = (): void => {
    if (drawer.isOpen()) void draw(drawer, needs);
  };
  player.on('queue', redraw);
  player.on('state', () => markSounding(drawer, player));
  drawer.body.addEventListener('click', (event) => onClick(event, needs));
  drawer.body.addEventListener('keydown', (event) => onKey(event, needs, drawer));
  drawer.body.addEventListener('pointerdown', (event) => onGrab(event, needs, drawer));
  return redraw;
}

async function draw(drawer: Drawer, { player, sources }: Needs): Promise<void> {
  const { queue } = player.state();
  const current = player.current();
  const focused = document.activeElement?.closest<HTMLElement>('[data-entry]')?.dataset['entry'];
  const onGrip = document.activeElement?.classList.contains('grip') ?? false;
  if (!current) {
    drawer.body.replaceChildren(make('p', { class: 'dim small' }, words.queueEmpty));
    return;
  }
  const { byYou, rest } = upNext(queue);
  const name = rest[0] ? await nameOf(rest[0], sources) : '';
  if (player.state().queue !== queue) return;
  const clear = button({ class: 'small', 'data-act': 'clear' }, words.clear);
  drawer.body.replaceChildren(
    section([words.nowPlaying], [current], false),
    ...(byYou.length ? [section([words.nextByYou, clear], byYou, true)] : []),
    ...(rest.length ? [section([words.continuing(name), ...(byYou.length ? [] : [clear])], rest, true)] : []),
  );
  markSounding(drawer, player);
  if (focused) focusRow(drawer, focused, onGrip);
}

async function nameOf(entry: QueueEntry, sources: Sources): Promise<string> {
  if (entry.source === 'tracks:liked') return words.likedSongs;
  if (entry.source === `album:${entry.track.album?.id}`) return entry.track.album?.title ?? '';
  return sources.nameOf(entry.source);
}

function section(heading: readonly (string | Node)[], entries: readonly QueueEntry[], movable: boolean): HTMLElement {
  const more = entries.length - SHOWN;
  return make(
    'section',
    {},
    make('h3', {}, ...heading),
    make('ol', { class: 'tracks' }, ...entries.slice(0, SHOWN).map((entry) => row(entry, movable))),
    more > 0 ? make('p', { class: 'small faint' }, words.more(more)) : undefined,
  );
}

function row({ id, track, unplayable }: QueueEntry, movable: boolean): HTMLLIElement {
  const why = unplayable ?? (track.missing ? 'missing' : undefined);
  const url = coverUrl(track, 64);
  const image = url
    ? make('img', { src: url, alt: '', width: 44, height: 44, loading: 'lazy', decoding: 'async' })
    : undefined;
  const lead = button(
    { class: 'lead', 'data-tint': tintOf(track), 'data-act': 'play', 'aria-label': words.playTitle(track.title) },
    image,
    icon('play'),
  );
  const title = track.album
    ? make('a', { href: `/albums/${track.album.id}`, dir: 'auto' }, track.title)
    : make('span', { dir: 'auto' }, track.title);
  const names = make(
    'div',
    { class: 'names' },
    make('div', { class: 't' }, title),
    make('div', { class: 's cut', dir: 'auto' }, why ? words.unplayable[why] : artistNames(track)),
  );
  const grip = movable
    ? button({ class: 'ico grip', 'aria-label': words.move(track.title) }, icon('grip-vertical'))
    : undefined;
  const end = make('div', { class: 'end' }, make('span', { class: 'num' }, lengthTime(track.durationMs)), grip);
  return make(
    'li',
    {
      class: why ? 'tr thumb gone' : 'tr thumb',
      'data-entry': id,
      'data-title': track.title,
      'aria-current': movable ? undefined : 'true',
    },
    lead,
    names,
    end,
  );
}

function markSounding(drawer: Drawer, player: Player): void {
  const lead = drawer.body.querySelector('[aria-current] .lead');
  const track = player.current()?.track;
  if (!lead || !track) return;
  const { playing } = player.state();
  set(lead, { 'aria-label': playing ? words.pauseTitle(track.title) : words.playTitle(track.title) });
  setIcon(lead, playing ? 'audio-lines' : 'play');
}

function onClick(event: MouseEvent, { player, toasts }: Needs): void {
  const act = closest(event, '[data-act]')?.dataset['act'];
  const id = closest(event, '[data-entry]')?.dataset['entry'];
  if (act === 'clear') toasts.show(words.cleared, undo(player.clear()));
  if (act !== 'play' || !id) return;
  if (id === player.current()?.id) player.toggle();
  else player.playEntry(id);
}

const placeOf = (player: Player, id: string): number =>
  player.state().queue.entries.findIndex((entry) => entry.id === id);

function focusRow(drawer: Drawer, id: string, onGrip: boolean): void {
  const selector = `[data-entry="${CSS.escape(id)}"] ${onGrip ? '.grip' : '.lead'}`;
  drawer.body.querySelector<HTMLElement>(selector)?.focus();
}

/** On a grip the arrows move the song; anywhere in a row Delete takes it out. */
function onKey(event: KeyboardEvent, { player, toasts }: Needs, drawer: Drawer): void {
  const element = closest(event, '[data-entry]');
  const id = element?.dataset['entry'];
  const title = element?.dataset['title'] ?? '';
  if (!id || id === player.current()?.id) return;
  const step = closest(event, '.grip') ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
  if (step) {
    event.preventDefault();
    event.stopPropagation();
    player.move(id, placeOf(player, id) + step);
    toasts.say(words.moved(title, placeOf(player, id) - player.state().queue.index));
  } else if (event.key === 'Delete') {
    event.preventDefault();
    const after = element.nextElementSibling ?? element.previousElementSibling;
    const next = after instanceof HTMLElement ? after.dataset['entry'] : undefined;
    if (next) focusRow(drawer, next, false);
    toasts.show(words.removedFromQueue(title), undo(player.remove(id)));
  }
}

/** The row follows the pointer from place to place; where it is let go it stays. */
function onGrab(event: PointerEvent, { player }: Needs, drawer: Drawer): void {
  const grip = closest(event, '.grip');
  const held = grip?.closest<HTMLElement>('[data-entry]');
  const id = held?.dataset['entry'];
  if (!grip || !held || !id) return;
  event.preventDefault();
  grip.focus();
  held.classList.add('held');
  const letGo = new AbortController();
  // Heard on the document: an element that is put elsewhere loses the pointer it had captured.
  const heard = { signal: letGo.signal };
  let before: string | undefined;
  const follow = (moved: PointerEvent): void => {
    const under = document.elementFromPoint(moved.clientX, moved.clientY)?.closest<HTMLElement>('[data-entry]');
    if (!under || under === held || under.hasAttribute('aria-current') || !drawer.body.contains(under)) return;
    const { top, height } = under.getBoundingClientRect();
    if (moved.clientY < top + height / 2) under.before(held);
    else under.after(held);
    before = under.dataset['entry'];
  };
  const done = (): void => {
    letGo.abort();
    held.classList.remove('held');
    if (before) player.move(id, dropPlace(player, held, id));
  };
  document.addEventListener('pointermove', follow, heard);
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, done, heard);
}

/** Where the row now stands, as an index of the queue without it. */
function dropPlace(player: Player, held: HTMLElement, id: string): number {
  const others = player.state().queue.entries.filter((entry) => entry.id !== id);
  const at = (element: Element | null): number =>
    others.findIndex((entry) => entry.id === (element instanceof HTMLElement ? element.dataset['entry'] : undefined));
  const above = at(held.previousElementSibling);
  const below = at(held.nextElementSibling);
  return below >= 0 ? below : above + 1;
}
