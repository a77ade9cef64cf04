/** A song as one row, for lists that the player draws by itself: its picture plays it, its name leads to its album. */
import type { Unplayable } from '../queue/queue.ts';
import { artistNames, coverUrl, tintOf, type Track } from '../track.ts';
import { lengthTime } from './clock.ts';
import { button, icon, make, type Attributes } from './dom.ts';
import { laterWords as words } from './later-words.ts';

/** `play`: what the button over the picture asks for. `why`: the reason it cannot be played, in place of the artists. */
type Row = { play: Attributes; why?: Unplayable | undefined; end?: Node | undefined };

export function songRow(track: Track, { play, why, end }: Row): HTMLLIElement {
  const url = coverUrl(track, 64);
  const image = url
    ? make('img', { src: url, alt: '', width: 44, height: 44, loading: 'lazy', decoding: 'async' })
    : undefined;
  const name = words.playTitle(track.title);
  const lead = button({ class: 'lead', 'data-tint': tintOf(track), 'aria-label': name, ...play }, image, icon('play'));
  const title = track.album
    ? make('a', { href: `/albums/${track.album.id}`, dir: 'auto' }, track.title)
    : make('span', { dir: 'auto' }, track.title);
  const names = make(
    'div',
    { class: 'names' },
    make('div', { class: 't' }, title),
    make('div', { class: 's cut', dir: 'auto' }, why ? words.unplayable[why] : artistNames(track)),
  );
  const length = make('span', { class: 'num' }, lengthTime(track.durationMs));
  const attributes = { class: why ? 'tr thumb gone' : 'tr thumb', 'data-title': track.title };
  return make('li', attributes, lead, names, make('div', { class: 'end' }, length, end));
}
