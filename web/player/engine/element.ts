/**
 * The lower rungs of the ladder, in the deck's shape: where there is no MediaSource the browser's own HLS, and where the server
 * has no ffmpeg the file as it is (Range). One track at a time: a pause of some milliseconds between two is the price.
 */
import type { Deck, DeckEvents } from './deck.ts';
import { scopeOf } from './signed.ts';
import { lengthOf, type Item } from './timeline.ts';

type Sign = (url: string) => Promise<string | undefined>;
type Player = { items: Item[]; audio: HTMLAudioElement; events: DeckEvents; sign: Sign };

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

/** A signed address ends some hours on, and the element only says that it failed: the same place under a new one. */
async function renew(player: Player, item: Item): Promise<boolean> {
  const { audio } = player;
  const { currentTime, paused } = audio;
  const { url = '' } = item.recording;
  const signed = scopeOf(url) && (await player.sign(url));
  // Another song meanwhile: there is nothing to mend any more.
  if (player.items[0] !== item) return true;
  if (!signed || signed === url) return false;
  player.items[0] = { ...item, recording: { ...item.recording, url: signed } };
  open(player, currentTime);
  if (!paused) audio.play().catch(() => undefined);
  return true;
}

export function createElementDeck(audio: HTMLAudioElement, events: DeckEvents, sign: Sign): Deck {
  const player: Player = { items: [], audio, events, sign };
  const closing = new AbortController();
  const on = (type: string, heard: () => void): void => audio.addEventListener(type, heard, { signal: closing.signal });
  on('ended', () => advance(player));
  const fail = async (): Promise<void> => {
    const [item] = player.items;
    if (!item || !audio.getAttribute('src') || (await renew(player, item))) return;
    events.onGone(item, audio.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'missing' : 'undecodable');
    advance(player);
  };
  on('error', () => void fail());
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
