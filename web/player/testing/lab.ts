/**
 * Test only: the deck on an empty page with a tap behind it. The tests bundle this file, open it in a real Chromium and
 * compare what comes out of the tap, sample by sample, with what went into the encoder.
 */
import { chooseLevel, createBandwidth } from '../engine/bandwidth.ts';
import { createDeck, type Deck } from '../engine/deck.ts';
import { createLoader, type LoadState } from '../engine/loader.ts';
import type { Item } from '../engine/timeline.ts';

type Heard = {
  tracks: string[];
  gone: string[];
  states: LoadState[];
  /** For want of music, or at a join. */
  waits: number;
  /** In the middle of a song with music in hand: the machine was too busy to play it. */
  starved: number;
  ended: number;
  fails: number;
  flacFails: number;
};

type Lab = {
  open(how: { rateHz: number; savedBps?: number }): Promise<void>;
  play(items: Item[], positionSec?: number): Promise<void>;
  start(): Promise<void>;
  /** Milliseconds from now until sound: the click is now. */
  timeToSound(act: () => unknown): Promise<number>;
  heard: Heard;
  /** Base64 of the 32-bit floats since the last call. */
  drain(): string;
  deck: Deck;
  audio: HTMLAudioElement;
  wake(): void;
  /** Levels to take one after another, whatever the link says. */
  levels: number[];
  forced: boolean;
  renew: (key: string) => Promise<Item | undefined>;
  sign: (url: string) => Promise<string | undefined>;
};

const chunks: Float32Array[] = [];
let loudAt = 0;
const heard: Heard = { tracks: [], gone: [], states: [], waits: 0, starved: 0, ended: 0, fails: 0, flacFails: 0 };

function listen(frame: Float32Array): void {
  chunks.push(frame);
  if (!loudAt && frame.some((value) => Math.abs(value) > 0.002)) loudAt = performance.now();
}

async function open(lab: Lab, how: { rateHz: number; savedBps?: number }): Promise<void> {
  const context = new AudioContext({ sampleRate: how.rateHz, latencyHint: 'interactive' });
  await context.audioWorklet.addModule('/tap.js');
  const tap = new AudioWorkletNode(context, 'tap', { outputChannelCount: [2] });
  tap.port.onmessage = (event: MessageEvent<{ pcm: Float32Array }>) => listen(event.data.pcm);
  context.createMediaElementSource(lab.audio).connect(tap).connect(context.destination);
  await context.resume();
  const bandwidth = createBandwidth(how.savedBps ?? 0);
  const loader = createLoader({
    fetch: (url, init) => fetch(url, init),
    onState: (state) => heard.states.at(-1) !== state && heard.states.push(state),
    sign: (url) => lab.sign(url),
    onTransfer: (sizeBytes, tookMs) => bandwidth.sample(sizeBytes, tookMs),
  });
  lab.wake = () => loader.wake();
  lab.audio.addEventListener('waiting', () => {
    const isOurs = [lab.deck.bufferedSec(), lab.deck.positionSec(), lab.deck.remainingSec()].some((sec) => sec < 0.3);
    heard[isOurs ? 'waits' : 'starved']++;
  });
  lab.deck = createDeck({
    audio: lab.audio,
    loader,
    bandwidth,
    chooseLevel: (rates, now, link) => lab.levels.shift() ?? (lab.forced ? now : chooseLevel(rates, now, link)),
    renew: (key) => lab.renew(key),
    events: {
      onTrack: ({ key }) => heard.tracks.push(key),
      onGone: ({ key }) => heard.gone.push(key),
      onEnd: () => heard.ended++,
      onFail: () => heard.fails++,
      onFlacFailed: () => heard.flacFails++,
    },
  });
}

function drain(): string {
  const all = new Float32Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks.splice(0)) {
    all.set(chunk, at);
    at += chunk.length;
  }
  const bytes = new Uint8Array(all.buffer);
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

const lab: Lab = {
  open: (how) => open(lab, how),
  async play(items, positionSec = 0) {
    const [first, ...next] = items;
    if (!first) return;
    await lab.deck.load(first, positionSec, next);
    await lab.start();
  },
  async start() {
    await lab.deck.primed();
    // Opened anew meanwhile: whoever did that plays.
    await lab.audio.play().catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    });
  },
  async timeToSound(act) {
    loudAt = 0;
    const clickedAt = performance.now();
    await act();
    for (let i = 0; i < 2000 && !loudAt; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    return loudAt - clickedAt;
  },
  heard,
  drain,
  deck: undefined as never,
  audio: new Audio(),
  wake: () => undefined,
  levels: [],
  forced: false,
  renew: () => Promise.resolve(undefined),
  sign: () => Promise.resolve(undefined),
};

Object.assign(globalThis, { lab });
