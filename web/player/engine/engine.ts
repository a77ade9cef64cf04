/**
 * The ladder: the deck, else the browser's own HLS, else the file. Starts on the highest rung this browser and this server
 * can hold and steps down when one breaks, at the same place.
 */
import type { Api } from '../api.ts';
import type { Shelf } from '../device.ts';
import { createBandwidth } from './bandwidth.ts';
import { createDeck, type Deck, type DeckEvents } from './deck.ts';
import { createElementDeck, hasNativeHls } from './element.ts';
import { createLoader, type Loader, type LoadState } from './loader.ts';
import { createRecordings, readTraits, type Recordings, type Rung } from './recordings.ts';
import { canDecode, canUseSink } from './sink.ts';
import { createPlainSound, createSound, type Sound } from './sound.ts';
import { MIME } from './pump.ts';

export type Engine = {
  audio: HTMLAudioElement;
  deck: () => Deck;
  sound: () => Sound;
  recordings: Recordings;
  loader: Loader;
  rung: () => Rung;
  linkBps: () => number;
  /** Down one rung. False: this was the lowest. */
  stepDown(): boolean;
};

type EngineNeeds = {
  api: Api;
  shelf: Shelf;
  hasFfmpeg: boolean;
  events: DeckEvents;
  onLink: (state: LoadState) => void;
};

export function chooseRung(can: { ffmpeg: boolean; sink: boolean; nativeHls: boolean }): Rung {
  if (!can.ffmpeg) return 'file';
  if (can.sink) return 'deck';
  return can.nativeHls ? 'native' : 'file';
}

export function createEngine(needs: EngineNeeds): Engine {
  const audio = new Audio();
  audio.preload = 'auto';
  const bandwidth = createBandwidth(needs.shelf.read<number>('link') ?? 0);
  const sink = canUseSink() && canDecode(MIME.aac);
  let rung = chooseRung({ ffmpeg: needs.hasFfmpeg, sink, nativeHls: hasNativeHls(audio) });
  const loader = createLoader({
    fetch: (url, init) => fetch(url, { ...init, credentials: 'same-origin' }),
    onState: needs.onLink,
    onTransfer: (sizeBytes, tookMs) => bandwidth.sample(sizeBytes, tookMs),
  });
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  const recordings = createRecordings({
    api: needs.api,
    rung: () => rung,
    traits: readTraits(navigator.userAgent),
    linkBps: bandwidth.bps,
    saveData: connection?.saveData ?? false,
  });
  const renew = async ({
    id,
    totalSamples,
    sampleRateHz,
  }: {
    id: string;
    totalSamples: number;
    sampleRateHz: number;
  }) => {
    recordings.forget(id);
    const resolved = await recordings.resolve({ id, durationMs: Math.round((1000 * totalSamples) / sampleRateHz) });
    return resolved?.recording;
  };
  const build = (): Deck =>
    rung === 'deck'
      ? createDeck({ audio, loader, bandwidth, events: needs.events, renew })
      : createElementDeck(audio, needs.events);
  let deck = build();
  // Once Web Audio holds the element it cannot be given back: a deck that fails later keeps its gain graph.
  const sound = rung === 'deck' ? createSound(audio) : createPlainSound(audio);
  return {
    audio,
    deck: () => deck,
    sound: () => sound,
    recordings,
    loader,
    rung: () => rung,
    linkBps: bandwidth.bps,
    stepDown() {
      if (rung === 'file') return false;
      rung = rung === 'deck' && hasNativeHls(audio) ? 'native' : 'file';
      recordings.forgetAll();
      deck.close();
      deck = build();
      return true;
    },
  };
}
