/**
 * What pages ask for by data attributes, heard once for the whole document, and the marks that show on every page what plays.
 * The attributes are described in main.ts.
 */
import type { Api } from '../api.ts';
import type { Player } from '../player.ts';
import { closest, everywhere, set, setIcon } from './dom.ts';
import { words } from './strings.ts';
import { undo, type Toasts } from './toast.ts';

export type HookNeeds = {
  player: Player;
  api: Api;
  toasts: Toasts;
  openMenu(source: string, opener: HTMLElement): void;
};

export function openHooks(needs: HookNeeds): void {
  document.addEventListener('click', (event) => onClick(event, needs));
  document.addEventListener('dblclick', (event) => onDoubleClick(event));
  document.addEventListener('keydown', (event) => onKey(event, needs));
  document.addEventListener('contextmenu', (event) => onContextMenu(event, needs));
  document.addEventListener('pointerover', (event) => onHover(event, needs));
  const mark = (): void => markPlaying(needs.player);
  needs.player.on('track', mark);
  needs.player.on('state', mark);
  document.addEventListener('htmx:after:swap', mark);
}

function onClick(event: MouseEvent, needs: HookNeeds): void {
  const element = closest(event, '[data-play],[data-queue],[data-like],[data-menu]');
  if (!element || (element as HTMLButtonElement).disabled) return;
  const { play, queue, like, menu, of } = element.dataset;
  event.preventDefault();
  if (play !== undefined) pressPlay(element, play, needs.player);
  else if (queue !== undefined && of) void addToQueue(needs, of, queue === 'next' ? 'next' : 'end');
  else if (like) void toggleLike(needs, like);
  else if (menu) needs.openMenu(menu, element);
}

const rowOf = (element: Element): HTMLElement | undefined => element.closest<HTMLElement>('[data-track]') ?? undefined;

const isOfCurrent = (element: HTMLElement, player: Player): boolean => {
  const current = player.current();
  const row = rowOf(element);
  if (!current || element.dataset['shuffle'] !== undefined) return false;
  const { play, resume } = element.dataset;
  if (row) return row.dataset['track'] === current.track.id;
  return play === (resume === undefined ? current.source : `track:${current.track.id}`);
};

function pressPlay(element: HTMLElement, source: string, player: Player): void {
  if (isOfCurrent(element, player)) return player.toggle();
  const { index, shuffle, resume } = element.dataset;
  void player.playSource(source, {
    positionMs: Number(resume) || 0,
    trackId: rowOf(element)?.dataset['track'],
    index: index === undefined ? undefined : Number(index),
    ...(shuffle === undefined ? {} : { shuffle: true }),
  });
}

export async function addToQueue(needs: HookNeeds, source: string, where: 'next' | 'end'): Promise<void> {
  const { count, undo: back } = await needs.player.add(source, where);
  if (count === 0) return needs.toasts.show(words.nothingToPlay);
  needs.toasts.show(where === 'next' ? words.willPlayNext(count) : words.addedToQueue(count), undo(back));
}

/** Flips every heart of the thing at once, and back when the server refuses. */
export async function toggleLike(needs: HookNeeds, thing: string, wanted?: boolean): Promise<void> {
  const hearts = `[data-like="${CSS.escape(thing)}"]`;
  const liked = wanted ?? document.querySelector(hearts)?.getAttribute('aria-pressed') !== 'true';
  const [kind = '', id = ''] = thing.split(':');
  const show = (on: boolean): void => {
    everywhere(hearts, (heart) => set(heart, { 'aria-pressed': String(on) }));
    if (kind === 'tracks') needs.player.noteLiked(id, on);
  };
  show(liked);
  const answer = await needs.api.send(liked ? 'PUT' : 'DELETE', `/likes/${kind}/${encodeURIComponent(id)}`);
  if (answer.ok) return;
  show(!liked);
  needs.toasts.show(answer.title || words.failed);
}

function onDoubleClick(event: MouseEvent): void {
  const row = closest(event, '[data-track]');
  if (!row || closest(event, 'a,button,input')) return;
  getSelection()?.removeAllRanges();
  const lead = row.querySelector<HTMLButtonElement>('.lead');
  if (lead && row.getAttribute('aria-current') !== 'true') lead.click();
}

function onKey(event: KeyboardEvent, needs: HookNeeds): void {
  const row = closest(event, '[data-track]');
  if (!row || event.key !== 'Enter' || !event.shiftKey) return;
  event.preventDefault();
  void addToQueue(needs, `track:${row.dataset['track']}`, 'end');
}

function onContextMenu(event: MouseEvent, needs: HookNeeds): void {
  const row = closest(event, '[data-track], .card');
  const more = row?.querySelector<HTMLElement>('[data-menu]');
  // With Shift, and on text that is selected, the browser's own menu is meant.
  if (!more?.dataset['menu'] || event.shiftKey || getSelection()?.type === 'Range') return;
  event.preventDefault();
  needs.openMenu(more.dataset['menu'], more);
}

/** The pointer over Play: what a click would need is fetched meanwhile. */
function onHover(event: PointerEvent, { player }: HookNeeds): void {
  const play = event.pointerType === 'mouse' ? closest(event, '[data-play]') : undefined;
  const id = play && rowOf(play)?.dataset['track'];
  if (id) void player.warm(id, play.dataset['play'] ?? '');
}

/** Shows on the page what plays: its row, and the Play buttons of its source. */
export function markPlaying(player: Player): void {
  const { playing } = player.state();
  for (const row of document.querySelectorAll<HTMLElement>('[data-track]')) {
    const current = player.current()?.track.id === row.dataset['track'];
    const lead = row.querySelector('.lead');
    const title = row.dataset['title'] ?? '';
    if (!current && !row.hasAttribute('aria-current')) continue;
    set(row, { 'aria-current': current ? 'true' : undefined });
    if (!lead) continue;
    set(lead, { 'aria-label': current && playing ? words.pauseTitle(title) : words.playTitle(title) });
    setIcon(lead, current && playing ? 'audio-lines' : 'play');
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-play]:not([data-track] *)')) {
    markButton(element, playing && isOfCurrent(element, player));
  }
}

/** Its picture and its words: what says Play says Pause, and so does "Continue at 1:42" while it goes on. */
function markButton(element: HTMLElement, sounds: boolean): void {
  if (sounds === (element.dataset['sounds'] !== undefined)) return;
  set(element, { 'data-sounds': sounds });
  setIcon(element, sounds ? 'pause' : 'play');
  const name = element.getAttribute('aria-label');
  const text = [...element.childNodes].find((node) => node instanceof Text && node.data.trim() !== '') as
    Text | undefined;
  const before = name ?? text?.data ?? '';
  const now = sounds
    ? before.includes(words.play)
      ? before.replace(words.play, words.pause)
      : words.pause
    : (element.dataset['said'] ?? before);
  if (sounds) element.dataset['said'] = before;
  if (name) element.setAttribute('aria-label', now);
  else if (text) text.data = now;
}
