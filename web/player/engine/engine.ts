/**
 * The ladder: the deck, else the browser's own HLS, else the file. Starts on the highest rung this browser and this server
 * can hold and steps down when one breaks, at the same place.
 */
import type { Shelf } from '../device.ts';
import type { Quality } from '../quality.ts';
import { createBandwidth } from './bandwidth.ts';
import { createDeck, type Deck, type DeckEvents, type DeckNeeds } from './deck.ts';
import { createElementDeck, hasNativeHls } from './element.ts';
import { createLoader, type Loader, type LoadState } from './loader.ts';
import { MIME } from './pump.ts';
import { createRecordings, readTraits, type Recordings, type Rung } from './recordings.ts';
import { canDecode, canUseSink } from './sink.ts';
import { createPlainSound, createSound, type Channel, type Sound } from './sound.ts';
import type { Item } from './timeline.ts';
import { createAudio, createVoices, type Voice } from './voices.ts';

export type Engine = {
  voice: () => Voice;
  audio: () => HTMLAudioElement;
  deck: () => Deck;
  channel: () => Channel;
  sound: Sound;
  recordings: Recordings;
  loader: Loader;
  rung: () => Rung;
  linkBps: () => number;
  /** The deck that can play this: segments, or an address for the bare element. */
  deckFor(item: Item): Deck;
  /** Whether the deck that plays can take this up without a break. */
  takes(item: Item): boolean;
  /** Heard from whichever voice plays. */
  on(type: string, heard: () => void): void;
  /** The voice that does not play. Made when first asked for. */
  other: () => Voice;
  cross(): void;
  /** Down one rung. False: this was the lowest. */
  stepDown(): boolean;
};

type EngineNeeds = {
  shelf: Shelf;
  hasFfmpeg: boolean;
  /** Where the elements stand in the page, so that the browser's own tools see them. */
  host: Element;
  events: DeckEvents;
  renew: DeckNeeds['renew'];
  quality: () => Quality;
  onLink: (state: LoadState) => void;
};

export function chooseRung(can: { ffmpeg: boolean; sink: boolean; nativeHls: boolean }): Rung {
  if (!can.ffmpeg) return 'file';
  if (can.sink) return 'deck';
  return can.nativeHls ? 'native' : 'file';
}

/** As the API names them; the browser is asked by the type each has on the wire. */
const FORMATS: readonly (readonly [container: string, codec: string, type: string])[] = [
  ['mp3', 'mp3', 'audio/mpeg'],
  ['flac', 'flac', 'audio/flac'],
  ['mp4', 'aac', 'audio/mp4; codecs="mp4a.40.2"'],
  ['ogg', 'vorbis', 'audio/ogg; codecs="vorbis"'],
  ['ogg', 'opus', 'audio/ogg; codecs="opus"'],
  ['wav', 'pcm', 'audio/wav'],
];

function playsOf(audio: HTMLAudioElement): { containers: string[]; codecs: string[] } {
  const able = FORMATS.filter(([, , type]) => audio.canPlayType(type) !== '');
  const names = (of: 0 | 1): string[] => [...new Set(able.map((format) => format[of]))];
  return { containers: names(0), codecs: names(1) };
}

function firstRung(needs: EngineNeeds, audio: HTMLAudioElement): Rung {
  const sink = canUseSink() && canDecode(MIME.aac);
  const best = chooseRung({ ffmpeg: needs.hasFfmpeg, sink, nativeHls: hasNativeHls(audio) });
  // For tests, and for a browser in which the best rung turns out to be broken.
  return needs.shelf.read<Rung>('rung') ?? best;
}

/** What a voice that does not play reports is nobody's business: its song was ended, or has not begun. */
function whilePlaying(events: DeckEvents, plays: () => boolean): DeckEvents {
  return {
    onTrack: (item) => plays() && events.onTrack(item),
    onGone: (item, why) => plays() && events.onGone(item, why),
    onEnd: () => plays() && events.onEnd(),
    onFail: () => plays() && events.onFail(),
    onFlacFailed: () => events.onFlacFailed(),
  };
}

export function createEngine(needs: EngineNeeds): Engine {
  const bandwidth = createBandwidth(needs.shelf.read<number>('link') ?? 0);
  const loader = createLoader({
    fetch: (url, init) => fetch(url, { ...init, credentials: 'same-origin' }),
    onState: needs.onLink,
    onTransfer: (sizeBytes, tookMs) => bandwidth.sample(sizeBytes, tookMs),
    sign: (url) => recordings.sign(url),
  });
  const audio = createAudio(needs.host);
  let rung = firstRung(needs, audio);
  // Once Web Audio holds the element it cannot be given back: a deck that fails later keeps its gain graph.
  const sound = rung === 'deck' ? createSound() : createPlainSound();
  const recordings = createRecordings({
    loader,
    rung: () => rung,
    traits: readTraits(navigator.userAgent),
    linkBps: bandwidth.bps,
    quality: needs.quality,
    plays: playsOf(audio),
  });
  const voices = createVoices({
    first: audio,
    host: needs.host,
    isElement: () => rung !== 'deck',
    channel: (element) => sound.channel(element),
    build(element, isElement, plays) {
      const events = whilePlaying(needs.events, plays);
      if (isElement) return createElementDeck(element, events, (url) => recordings.sign(url));
      return createDeck({ audio: element, loader, bandwidth, events, renew: needs.renew });
    },
  });
  const { playing } = voices;
  const takes = (item: Item): boolean => (item.recording.url !== undefined) === playing().isElement;
  return {
    voice: playing,
    audio: () => playing().audio,
    deck: () => playing().deck,
    channel: () => playing().channel,
    sound,
    recordings,
    loader,
    rung: () => rung,
    linkBps: bandwidth.bps,
    takes,
    deckFor(item) {
      if (!takes(item)) voices.turn(!playing().isElement);
      return playing().deck;
    },
    on: (type, heard) => voices.on(type, heard),
    other: voices.other,
    cross: () => voices.cross(),
    stepDown() {
      if (rung === 'file') return false;
      rung = rung === 'deck' && hasNativeHls(playing().audio) ? 'native' : 'file';
      recordings.forgetAll();
      voices.turn(true);
      return true;
    },
  };
}
