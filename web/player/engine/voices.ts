/**
 * A voice is a media element with what fills it and what its sound goes through. One plays; a second one is made for the
 * first crossing of two songs, and the two take turns from then on.
 */
import type { Deck } from './deck.ts';
import type { Channel } from './sound.ts';

export type Voice = { audio: HTMLAudioElement; channel: Channel; deck: Deck; isElement: boolean };

export type Voices = {
  playing: () => Voice;
  /** The voice that does not play. Made when first asked for. */
  other: () => Voice;
  cross(): void;
  /** The playing voice is filled in another way from now on. */
  turn(isElement: boolean): void;
  /** Heard from whichever voice plays. */
  on(type: string, heard: () => void): void;
};

type VoicesNeeds = {
  first: HTMLAudioElement;
  host: Element;
  isElement: () => boolean;
  channel(audio: HTMLAudioElement): Channel;
  build(audio: HTMLAudioElement, isElement: boolean, plays: () => boolean): Deck;
};

export function createAudio(host: Element): HTMLAudioElement {
  const audio = new Audio();
  audio.preload = 'auto';
  host.append(audio);
  return audio;
}

export function createVoices(needs: VoicesNeeds): Voices {
  const all: Voice[] = [];
  const heard: [type: string, act: () => void][] = [];
  let playing: Voice | undefined;
  const listen = (voice: Voice, type: string, act: () => void): void =>
    voice.audio.addEventListener(type, () => voice === playing && act());
  const build = (voice: Omit<Voice, 'deck'>): Deck =>
    needs.build(voice.audio, voice.isElement, () => playing === voice);
  const create = (audio: HTMLAudioElement): Voice => {
    const voice = { audio, channel: needs.channel(audio), isElement: needs.isElement() } as Voice;
    voice.deck = build(voice);
    all.push(voice);
    for (const [type, act] of heard) listen(voice, type, act);
    return voice;
  };
  const first = create(needs.first);
  playing = first;
  const now = (): Voice => playing ?? first;
  const other = (): Voice => all.find((voice) => voice !== playing) ?? create(createAudio(needs.host));
  return {
    playing: now,
    other,
    cross: () => (playing = other()),
    turn(isElement) {
      const voice = now();
      voice.deck.close();
      voice.isElement = isElement;
      voice.deck = build(voice);
    },
    on(type, act) {
      heard.push([type, act]);
      for (const voice of all) listen(voice, type, act);
    },
  };
}
