/**
 * The lower rungs of the ladder, in the deck's shape: where there is no MediaSource the browser's own HLS, and where the server
 * has no ffmpeg the file as it is (Range). One track at a time: a pause of some milliseconds between two is the price.
 */
import type { Deck, DeckEvents } from './deck.ts';
import { lengthOf, type Item } from './timeline.ts';

type Player = { items: Item[]; audio: HTMLAudioElement; events: DeckEvents };

export const hasNativeHls = (audio: HTMLAudioElement): boolean =>
  audio.canPlayType('application/vnd.apple.mpegurl') !== '';

function open(player: Player, positionSec: number): void {
  const { audio, items } = player;
  const url = items[0]?.recording.url;
  if (!url) return;
  if (audio.src !== new URL(url, location.href).href) audio.src = url;
  audio.currentTime = positionSec;
}

function advance(player: Player): void {
  const { audio, items, events } = player;
  items.shift();
  const [item] = items;
  if (!item) return events.onEnd();
  open(player, 0);
  events.onTrack(item);
  audio.play().catch(() => undefined);
}

export function createElementDeck(audio: HTMLAudioElement, events: DeckEvents): Deck {
  const player: Player = { items: [], audio, events };
  const closing = new AbortController();
  const on = (type: string, heard: () => void): void => audio.addEventListener(type, heard, { signal: closing.signal });
  on('ended', () => advance(player));
  on('error', () => {
    const [item] = player.items;
    if (!item || !audio.getAttribute('src')) return;
    events.onGone(item, audio.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'missing' : 'undecodable');
    advance(player);
  });
  return {
    load(item, positionSec, next) {
      player.items = [item, ...next];
      open(player, positionSec);
      events.onTrack(item);
      return Promise.resolve();
    },
    seek: (positionSec) => (audio.currentTime = positionSec),
    swap: () => undefined,
    follow: (next) => (player.items = [...player.items.slice(0, 1), ...next]),
    primed: () => Promise.resolve(),
    current: () => player.items[0],
    positionSec: () => audio.currentTime,
    remainingSec: () => (player.items[0] ? lengthOf(player.items[0]) - audio.currentTime : 0),
    bufferedSec: () => 0,
    rendition: () => undefined,
    warm: () => Promise.resolve(),
    close() {
      closing.abort();
      audio.removeAttribute('src');
      audio.load();
    },
  };
}
