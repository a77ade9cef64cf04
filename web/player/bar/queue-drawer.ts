/** The queue, in its true order: what plays, what was queued by hand, what it continues from. Moved by pointer or by keys. */
import type { Player } from '../player.ts';
import { upNext, type QueueEntry } from '../queue/queue.ts';
import type { Sources } from '../queue/sources.ts';
import { button, closest, icon, make, set, setIcon } from './dom.ts';
import type { Place } from './drawers.ts';
import { songRow } from './song-row.ts';
import { laterWords as words } from './later-words.ts';
import { undo, type Toasts } from './toast.ts';

type Needs = { player: Player; sources: Sources; toasts: Toasts };

/** Rows beyond this are counted, not drawn. */
const SHOWN = 200;

export function openQueue(place: Place, needs: Needs): () => void {
  const { player } = needs;
  const redraw = (): void => {
    if (place.isOpen()) void draw(place, needs);
  };
  player.on('queue', redraw);
  player.on('state', () => markSounding(place, player));
  place.body.addEventListener('click', (event) => onClick(event, needs));
  place.body.addEventListener('keydown', (event) => onKey(event, needs, place));
  place.body.addEventListener('pointerdown', (event) => onGrab(event, needs, place));
  return redraw;
}

async function draw(place: Place, { player, sources }: Needs): Promise<void> {
  const { queue } = player.state();
  const current = player.current();
  const focused = document.activeElement?.closest<HTMLElement>('[data-entry]')?.dataset['entry'];
  const onGrip = document.activeElement?.classList.contains('grip') ?? false;
  if (!current) {
    place.body.replaceChildren(make('p', { class: 'dim small' }, words.queueEmpty));
    return;
  }
  const { byYou, rest } = upNext(queue);
  const name = rest[0] ? await nameOf(rest[0], sources) : '';
  if (player.state().queue !== queue) return;
  const clear = button({ class: 'small', 'data-act': 'clear' }, words.clear);
  place.body.replaceChildren(
    section([words.nowPlaying], [current], false),
    ...(byYou.length ? [section([words.nextByYou, clear], byYou, true)] : []),
    ...(rest.length ? [section([words.continuing(name), ...(byYou.length ? [] : [clear])], rest, true)] : []),
  );
  markSounding(place, player);
  if (focused) focusRow(place, focused, onGrip);
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
  const grip = movable
    ? button({ class: 'ico grip', 'aria-label': words.move(track.title) }, icon('grip-vertical'))
    : undefined;
  const element = songRow(track, { play: { 'data-act': 'play' }, why, end: grip });
  set(element, { 'data-entry': id, 'aria-current': movable ? undefined : 'true' });
  return element;
}

function markSounding(place: Place, player: Player): void {
  const lead = place.body.querySelector('[aria-current] .lead');
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

function focusRow(place: Place, id: string, onGrip: boolean): void {
  const selector = `[data-entry="${CSS.escape(id)}"] ${onGrip ? '.grip' : '.lead'}`;
  place.body.querySelector<HTMLElement>(selector)?.focus();
}

/** On a grip the arrows move the song; anywhere in a row Delete takes it out. */
function onKey(event: KeyboardEvent, { player, toasts }: Needs, place: Place): void {
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
    if (next) focusRow(place, next, false);
    toasts.show(words.removedFromQueue(title), undo(player.remove(id)));
  }
}

/** The row follows the pointer from place to place; where it is let go it stays. */
function onGrab(event: PointerEvent, { player }: Needs, place: Place): void {
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
    if (!under || under === held || under.hasAttribute('aria-current') || !place.body.contains(under)) return;
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
