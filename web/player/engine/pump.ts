/**
 * The pump keeps the sink filled: one loop, woken by the element and by every change of the line, that finds the first
 * missing segment, picks a level, fetches and appends. It has no timer of its own, so a hidden tab cannot starve it.
 */
import { chooseLevel, type Bandwidth } from './bandwidth.ts';
import type { DeckState } from './deck.ts';
import { isGone, pause, readChunk, type Loader } from './loader.ts';
import type { Sink } from './sink.ts';
import {
  appendWindow,
  bufferedEnd,
  closeRanks,
  editListStart,
  endOf,
  FAR_SEC,
  firstMissing,
  placeOf,
  stretchOf,
} from './timeline.ts';
import type { Codec, Entry, Item, Missing, Rendition } from './timeline.ts';

export const MIME: Record<Codec, string> = {
  aac: 'audio/mp4; codecs="mp4a.40.2"',
  flac: 'audio/mp4; codecs="flac"',
};

const HORIZON_SEC = 40;
const ALWAYS_SEC = 8;
const KEEP_BEHIND_SEC = 20;
const BUDGET_BYTES = 8e6;
/** Below this much in hand the first bytes are appended as they arrive. */
const DRY_SEC = 0.2;

export type Pump = {
  run: () => void;
  /** The browser's quota was met: plan for less from now on. */
  learnQuota: () => void;
  /** A new sink: nothing is known of the old one. */
  forget: () => void;
  close: () => void;
};

type PumpNeeds = {
  audio: HTMLAudioElement;
  loader: Loader;
  bandwidth: Bandwidth;
  /** Tests force levels; everybody else leaves this out. */
  chooseLevel?: typeof chooseLevel;
  state: DeckState;
  here(): Entry | undefined;
  drop(entry: Entry): void;
  renew(key: string): Promise<Item | undefined>;
};

type Flow = PumpNeeds & {
  busy: boolean;
  again: boolean;
  closed: boolean;
  budgetBytes: number;
  bytesPerSec: number;
  mime: string;
  /** What the last init segment was for. */
  initFor: string;
  initEntry: Entry | undefined;
  levelChosen: boolean;
};

export function createPump(needs: PumpNeeds): Pump {
  const flow: Flow = {
    ...needs,
    busy: false,
    again: false,
    closed: false,
    budgetBytes: BUDGET_BYTES,
    bytesPerSec: 32_000,
    mime: MIME.aac,
    initFor: '',
    initEntry: undefined,
    levelChosen: false,
  };
  return {
    run: () => void run(flow),
    learnQuota: () => (flow.budgetBytes *= 0.8),
    forget: () => Object.assign(flow, { mime: MIME.aac, initFor: '', initEntry: undefined }),
    close: () => (flow.closed = true),
  };
}

async function run(flow: Flow): Promise<void> {
  if (flow.busy) {
    flow.again = true;
    return;
  }
  flow.busy = true;
  do {
    flow.again = false;
    while (await step(flow));
  } while (flow.again && !flow.closed);
  flow.busy = false;
}

/** One turn. False: nothing to do until somebody wakes the pump again. */
async function step(flow: Flow): Promise<boolean> {
  const { sink } = flow.state;
  if (!sink || flow.closed) return false;
  let missing: Missing | undefined;
  try {
    if (await tidy(flow, sink)) return true;
    missing = nextWanted(flow, sink);
    if (!missing) return finish(flow, sink);
    sink.reopen();
    return await fill(flow, sink, missing);
  } catch (error) {
    if (missing && isGone(error)) return replaceOrDrop(flow, missing.entry);
    if (error instanceof DOMException && error.name === 'AbortError') return true;
    // A sink that broke is reported by the element's error event, which opens a new one.
    return false;
  }
}

/** Removes what shall not be heard any more. True: something was done. */
async function tidy(flow: Flow, sink: Sink): Promise<boolean> {
  const { state, audio } = flow;
  if (state.cutFromSec !== undefined) {
    const fromSec = state.cutFromSec;
    state.cutFromSec = undefined;
    await sink.remove(Math.max(fromSec, audio.currentTime), FAR_SEC);
    return true;
  }
  if (state.dropBeforeSec) {
    const toSec = state.dropBeforeSec;
    state.dropBeforeSec = 0;
    await sink.remove(0, toSec);
    return true;
  }
  const firstSec = sink.ranges()[0]?.[0];
  // A whole line needs no more room, and removing opens an ended source again (MSE 3.5.9): it would never tell its end.
  if (sink.isOpen() && firstSec !== undefined && firstSec < audio.currentTime - KEEP_BEHIND_SEC - 10) {
    await sink.remove(0, audio.currentTime - KEEP_BEHIND_SEC);
  }
  return false;
}

function nextWanted(flow: Flow, sink: Sink): Missing | undefined {
  const nowSec = flow.audio.currentTime;
  const missing = firstMissing(flow.state.line, sink.ranges(), nowSec);
  if (!missing) return undefined;
  const aheadSec = missing.fromSec - nowSec;
  if (aheadSec <= ALWAYS_SEC) return missing;
  // Paused, a page that was only opened asks for no more than a start needs.
  const horizonSec = flow.audio.paused ? ALWAYS_SEC : HORIZON_SEC;
  const enough = !sink.wantsMore() || aheadSec > horizonSec || aheadSec * flow.bytesPerSec > flow.budgetBytes;
  return enough ? undefined : missing;
}

function finish(flow: Flow, sink: Sink): boolean {
  const { state, audio } = flow;
  const last = state.line.at(-1);
  const whole = last && bufferedEnd(sink.ranges(), audio.currentTime) >= endOf(last) - 2e-3;
  if (whole && sink.isOpen()) sink.finish();
  return false;
}

function choose(flow: Flow, entry: Entry, aheadSec: number): { rendition: Rendition; isLowest: boolean } {
  const { state, bandwidth } = flow;
  const bps = bandwidth.bps();
  const lossless = entry.recording;
  // A link that cannot carry FLAC: the rest of this track in AAC, from the same sample on.
  if (lossless.lossy && !lossless.pinned && bps && bps < 1050 * (lossless.renditions[0]?.kbps ?? 0) && aheadSec < 5) {
    entry.recording = lossless.lossy;
  }
  const { renditions } = entry.recording;
  const lowest = renditions.length - 1;
  if (lowest > 0) {
    const rates = renditions.map(({ kbps }) => kbps);
    const first = !bps && !flow.levelChosen;
    const decide = flow.chooseLevel ?? chooseLevel;
    state.level = first ? Math.min(1, lowest) : decide(rates, Math.min(state.level, lowest), { bps, aheadSec });
    flow.levelChosen = true;
  }
  const level = Math.min(state.level, lowest);
  return { rendition: renditions[level] as Rendition, isLowest: level === lowest };
}

async function fill(flow: Flow, sink: Sink, missing: Missing): Promise<boolean> {
  const { state, audio, loader } = flow;
  const { entry } = missing;
  const { epoch } = state;
  const aheadSec = bufferedEnd(sink.ranges(), audio.currentTime) - audio.currentTime;
  const before = entry.recording;
  const { rendition, isLowest } = choose(flow, entry, aheadSec);
  if (entry.recording !== before) return true;
  state.fetching = new AbortController();
  const { signal } = state.fetching;
  const url = `${rendition.base}/${missing.segment}.m4s`;
  const init = loader.load(rendition.init, { signal, keep: true });
  const pouring = aheadSec < DRY_SEC && !loader.has(url);
  const [initBytes, body] = await Promise.all([
    init,
    pouring ? loader.open(url, { signal }) : loader.load(url, { signal }),
  ]);
  if (epoch !== state.epoch) {
    if (body instanceof ReadableStream) body.cancel().catch(() => undefined);
    return true;
  }
  await sink.idle();
  await prepare(flow, sink, { missing, rendition, initBytes });
  if (body instanceof ReadableStream) {
    await pour(flow, sink, { body, epoch, leastKbps: isLowest ? 0 : rendition.kbps });
    return true;
  }
  flow.bytesPerSec = body.byteLength / (entry.recording.segmentSamples / entry.recording.sampleRateHz);
  return sink.append(body);
}

async function prepare(
  flow: Flow,
  sink: Sink,
  what: { missing: Missing; rendition: Rendition; initBytes: ArrayBuffer },
): Promise<void> {
  const { entry } = what.missing;
  const { line } = flow.state;
  const editSamples = editListStart(what.initBytes);
  sink.setWindow(appendWindow(line, what.missing, { nowSec: flow.audio.currentTime, editSamples }));
  const mime = MIME[entry.recording.codec];
  if (mime !== flow.mime) {
    sink.useType(mime);
    flow.mime = mime;
    flow.initFor = '';
  }
  const { first } = stretchOf(line, entry);
  if (flow.initFor === what.rendition.base && flow.initEntry === first) return;
  await sink.append(what.initBytes);
  flow.initFor = what.rendition.base;
  flow.initEntry = first;
}

/**
 * Appends a body as it comes in. Broken off, or slower than the music for 0.8 s while a lower level exists: the parser is
 * reset and the loop asks for the rest, at the level that the link then suggests.
 */
async function pour(
  flow: Flow,
  sink: Sink,
  what: { body: ReadableStream<Uint8Array>; epoch: number; leastKbps: number },
): Promise<void> {
  const reader = what.body.getReader();
  const startedMs = performance.now();
  const tookMs = (): number => performance.now() - startedMs;
  let sizeBytes = 0;
  try {
    for (let chunk = await readChunk(reader); chunk; chunk = await readChunk(reader)) {
      if (what.epoch !== flow.state.epoch) break;
      sizeBytes += chunk.length;
      await sink.append(new Uint8Array(chunk));
      if (what.leastKbps && tookMs() > 800 && (sizeBytes * 8) / tookMs() < what.leastKbps * 0.95) {
        flow.bandwidth.sample(Math.max(sizeBytes, 8000), tookMs());
        throw new Error('slower than the music');
      }
    }
    if (what.epoch === flow.state.epoch) {
      flow.bandwidth.sample(sizeBytes, tookMs());
      return;
    }
  } catch {
    await pause(200, flow.state.fetching.signal).catch(() => undefined);
  }
  reader.cancel().catch(() => undefined);
  await sink.idle();
  sink.dropPartial();
}

/** The files are gone: perhaps only moved (the media file changed), else the track is dropped. */
async function replaceOrDrop(flow: Flow, entry: Entry): Promise<boolean> {
  const { state } = flow;
  const fresh = await flow.renew(entry.key).catch(() => undefined);
  if (!state.line.includes(entry)) return true;
  if (fresh && placeOf(fresh) && placeOf(fresh) !== placeOf(entry)) {
    delete entry.span;
    Object.assign(entry, fresh);
    state.line = closeRanks(state.line, entry);
    return true;
  }
  // Whoever lays the line anew wakes the pump; to go round again now would ask for the same files.
  flow.drop(entry);
  return false;
}
