/**
 * The words of what plays. Timed ones follow the song: the current line is big and in the middle, a click on a line seeks, and
 * scrolling by hand stops the following until "Back to the song".
 */
import type { Api } from '../api.ts';
import type { Player } from '../player.ts';
import { button, closest, make, set } from './dom.ts';
import type { Place } from './drawers.ts';
import { laterWords as words } from './later-words.ts';

export type Line = { text: string; atMs?: number | null };
export type Lyrics = { lines: readonly Line[] };

/** The line that is sung at an instant; -1 before the first. */
export function lineAt(lines: readonly Line[], positionMs: number): number {
  return lines.findLastIndex(({ atMs }) => typeof atMs === 'number' && atMs <= positionMs + 150);
}

type Needs = { player: Player; api: Api };
type View = { trackId: string; lines: readonly Line[]; shown: number; following: boolean; chip: HTMLButtonElement };

export function openLyrics(place: Place, { player, api }: Needs): () => void {
  const chip = button({ class: 'chip', hidden: true }, words.backToSong);
  const view: View = { trackId: '', lines: [], shown: -1, following: true, chip };
  place.element.classList.add('words-drawer');
  place.element.append(chip);
  const follow = (on: boolean): void => {
    view.following = on;
    set(chip, { hidden: on || view.lines.length === 0 });
    if (!on) return;
    view.shown = -2;
    show(view, place, player);
  };
  for (const type of ['wheel', 'touchmove']) {
    place.body.addEventListener(type, () => view.following && follow(false), { passive: true });
  }
  chip.addEventListener('click', () => follow(true));
  place.body.addEventListener('click', (event) => {
    const atMs = closest(event, '[data-at]')?.dataset['at'];
    if (atMs === undefined) return;
    player.seek(Number(atMs));
    follow(true);
  });
  player.on('track', () => place.isOpen() && void load(view, place, { player, api }));
  player.on('time', () => place.isOpen() && show(view, place, player));
  return () => void load(view, place, { player, api });
}

async function load(view: View, place: Place, { player, api }: Needs): Promise<void> {
  const track = player.current()?.track;
  if (!track) {
    place.body.replaceChildren(make('p', { class: 'dim small' }, words.noLyricsIdle));
    return;
  }
  if (view.trackId === track.id) return show(view, place, player);
  view.trackId = track.id;
  // A song that says it has none is not asked: the refusal would stand in the browser's console.
  const answer =
    track.lyrics === null ? undefined : await api.get<Lyrics>(`/tracks/${encodeURIComponent(track.id)}/lyrics`);
  if (view.trackId !== track.id) return;
  view.lines = answer?.ok ? answer.data.lines : [];
  view.shown = -2;
  view.following = true;
  set(view.chip, { hidden: true });
  const list = make('div', { class: 'lyr', dir: 'auto' }, ...view.lines.map(lineElement));
  place.body.replaceChildren(view.lines.length ? list : make('p', { class: 'dim small' }, words.noLyrics));
  show(view, place, player);
}

const lineElement = ({ text, atMs }: Line): HTMLElement =>
  typeof atMs === 'number' ? button({ 'data-at': atMs }, text || '♪') : make('p', {}, text || '\u00a0');

function show(view: View, place: Place, player: Player): void {
  const at = lineAt(view.lines, player.positionMs());
  if (at === view.shown) return;
  view.shown = at;
  const list = place.body.firstElementChild;
  for (const old of list?.querySelectorAll('[aria-current]') ?? []) old.removeAttribute('aria-current');
  const line = at < 0 ? undefined : list?.children[at];
  line?.setAttribute('aria-current', 'true');
  if (!view.following || !(line instanceof HTMLElement)) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const top = line.offsetTop - place.body.clientHeight / 2 + line.offsetHeight / 2;
  place.body.scrollTo({ top, behavior: calm ? 'instant' : 'smooth' });
}
