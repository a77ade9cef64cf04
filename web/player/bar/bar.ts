/** The bar at the foot of every page: shows what plays and takes the listener's hands. Its markup is the server's. */
import type { Player } from '../player.ts';
import { coverUrl, mainArtists, tintOf, type Track } from '../track.ts';
import { clockTime, lengthTime, spokenPosition } from './clock.ts';
import { drawing, find, make, set, setIcon, setText } from './dom.ts';
import { words } from './strings.ts';
import type { Toasts } from './toast.ts';

export function openBar(player: Player, toasts: Toasts): void {
  openTransport(player, toasts);
  openSeek(player);
  openVolume(player);
  player.on('track', () => showTrack(player));
  player.on('queue', () => showQueueState(player));
  player.on('state', () => showState(player));
  showTrack(player);
  showState(player);
  showQueueState(player);
}

function openTransport(player: Player, toasts: Toasts): void {
  const press = (id: string, act: () => void): void => find(id).addEventListener('click', act);
  press('player-play', () => player.toggle());
  press('player-next', () => player.next());
  press('player-previous', () => player.previous());
  press('player-shuffle', () => toggleShuffle(player, toasts));
  press('player-repeat', () => toggleRepeat(player, toasts));
}

export function toggleShuffle(player: Player, toasts: Toasts): void {
  player.shuffle();
  toasts.say(player.state().queue.shuffle ? words.shuffled : words.unshuffled);
}

export function toggleRepeat(player: Player, toasts: Toasts): void {
  player.repeat();
  toasts.say(words.repeats[player.state().queue.repeat]);
}

export const artistLinks = (track: Track): Node[] =>
  mainArtists(track).flatMap(({ id, name }, i) => {
    const link = make('a', { href: `/artists/${id}` }, name);
    return i ? [new Text(', '), link] : [link];
  });

function showTrack(player: Player): void {
  const track = player.current()?.track;
  const bar = find('player');
  set(bar, { 'data-tint': tintOf(track) });
  const album = track?.album;
  const title = find('player-title');
  if (!track) title.replaceChildren(words.idle);
  else title.replaceChildren(album ? make('a', { href: `/albums/${album.id}` }, track.title) : track.title);
  if (track) find('player-artists').replaceChildren(...artistLinks(track));
  showCover(track);
  set(find('player-like'), {
    hidden: !track,
    'aria-pressed': String(track?.liked ?? false),
    'data-like': track && `tracks:${track.id}`,
  });
  set(find('player-more'), { hidden: !track, 'data-menu': track && `track:${track.id}` });
  showState(player);
}

function showCover(track: Track | undefined): void {
  const cover = find<HTMLAnchorElement>('player-cover');
  const url = track && coverUrl(track, 128);
  const large = track && coverUrl(track, 512);
  set(cover, {
    hidden: !track,
    href: track?.album ? `/albums/${track.album.id}` : undefined,
    'aria-label': track && words.openCover(track.album?.title ?? track.title),
  });
  const image = cover.querySelector('img');
  if (!image) return;
  showSleeve(cover, track && !url ? (track.album?.title ?? track.title) : undefined);
  set(image, { hidden: !url });
  // A phone's full view shows it as wide as the window.
  set(image, {
    sizes: '(max-width: 767px) 90vw, 56px',
    srcset: url && large ? `${url} 128w, ${large} 512w` : undefined,
    src: url,
  });
}

/** What has no picture has a sleeve lettered with its name, as on the pages. */
function showSleeve(cover: HTMLElement, name: string | undefined): void {
  cover.querySelector('.blank')?.remove();
  if (name === undefined) return;
  const horizon = drawing('horizon', '0 0 28 14', 'M4 14a10 10 0 0 1 20 0M9 14a5 5 0 0 1 10 0M1 13.7h26');
  cover.append(make('span', { class: 'blank', 'data-n': name, 'aria-hidden': 'true' }, horizon));
}

function showState(player: Player): void {
  const { playing, waiting } = player.state();
  const current = player.current();
  const state = !current ? 'idle' : !playing ? 'paused' : waiting ? 'waiting' : 'playing';
  set(find('player'), { 'data-state': state });
  const play = find('player-play');
  set(play, { 'aria-label': playing ? words.pause : words.play, disabled: !current });
  setIcon(play, playing ? 'pause' : 'play');
}

function showQueueState(player: Player): void {
  const { queue } = player.state();
  const none = queue.entries.length === 0;
  const atEnd = queue.index >= queue.entries.length - 1 && queue.repeat === 'off';
  set(find('player-previous'), { disabled: none });
  set(find('player-next'), { disabled: none || atEnd });
  set(find('player-shuffle'), { 'aria-pressed': String(queue.shuffle) });
  const repeat = find('player-repeat');
  set(repeat, {
    'aria-pressed': String(queue.repeat !== 'off'),
    'aria-label': queue.repeat === 'one' ? words.repeatOne : words.repeat,
  });
  setIcon(repeat, queue.repeat === 'one' ? 'repeat-1' : 'repeat');
}

function openSeek(player: Player): void {
  const slider = find<HTMLInputElement>('player-seek');
  const elapsed = find('player-elapsed');
  const line = slider.parentElement?.querySelector('.done');
  let dragging = false;
  const draw = (atMs: number, lengthMs: number): void => {
    const share = lengthMs > 0 ? Math.min(1, atMs / lengthMs) : 0;
    line?.setAttribute('width', String(Math.round(share * 10_000) / 10));
    find('player').style.setProperty('--at', `${(share * 100).toFixed(2)}%`);
    setText(elapsed, clockTime(atMs));
    slider.setAttribute('aria-valuetext', spokenPosition(atMs, lengthMs));
  };
  const show = (): void => {
    const lengthMs = player.durationMs();
    slider.max = String(Math.floor(lengthMs / 1000));
    slider.disabled = lengthMs === 0;
    setText(find('player-duration'), lengthMs ? lengthTime(lengthMs) : '');
    if (dragging) return;
    slider.value = String(Math.floor(player.positionMs() / 1000));
    draw(player.positionMs(), lengthMs);
  };
  slider.addEventListener('input', () => {
    dragging = true;
    draw(Number(slider.value) * 1000, player.durationMs());
  });
  slider.addEventListener('change', () => {
    dragging = false;
    player.seek(Number(slider.value) * 1000);
  });
  // A drag that ends outside the window sends no change.
  slider.addEventListener('blur', () => (dragging = false));
  player.on('time', show);
  player.on('track', show);
  show();
}

function openVolume(player: Player): void {
  const slider = find<HTMLInputElement>('player-volume');
  const mute = find('player-mute');
  const show = (): void => {
    const { volume, muted } = player.state();
    const percent = muted ? 0 : Math.round(volume * 100);
    slider.value = String(percent);
    slider.setAttribute('aria-valuetext', words.percent(percent));
    slider.parentElement?.querySelector('.done')?.setAttribute('width', String(percent * 10));
    set(mute, { 'aria-pressed': String(muted) });
    setIcon(mute, percent === 0 ? 'volume-x' : 'volume-2');
  };
  slider.addEventListener('input', () => player.setVolume(Number(slider.value) / 100));
  mute.addEventListener('click', () => player.mute());
  player.on('volume', show);
  show();
}
