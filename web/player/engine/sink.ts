/**
 * One MediaSource with one SourceBuffer behind an audio element, for the whole session: opened once, written by one writer
 * (the deck's pump), closed with every listener gone. On iPhone only ManagedMediaSource exists.
 */
import { FAR_SEC, type AppendWindow, type TimeRange } from './timeline.ts';

type ManagedSource = MediaSource & { streaming?: boolean };

export type Sink = {
  ranges(): TimeRange[];
  /** False: the browser's quota is full and there is plenty in hand; ask again later. */
  append(bytes: BufferSource): Promise<boolean>;
  remove(fromSec: number, toSec: number): Promise<void>;
  idle(): Promise<void>;
  setWindow(window: AppendWindow): void;
  useType(mime: string): void;
  /** Forgets a half-appended segment. Resets the append window: set it again. */
  dropPartial(): void;
  finish(): void;
  /** After `finish` the duration has shrunk and seeks clamp: open again before anything else. */
  reopen(): void;
  isOpen(): boolean;
  /** False while a managed source asks for nothing. */
  wantsMore(): boolean;
  close(): void;
};

export type SinkNeeds = {
  mime: string;
  /** Woken when a managed source wants data again. */
  onWant(): void;
  /** The device's limit was met: at most this share of what was planned may lie ahead. */
  onQuota(): void;
};

export const canUseSink = (): boolean => mediaSource() !== undefined;

function mediaSource(): typeof MediaSource | undefined {
  const scope = globalThis as { ManagedMediaSource?: typeof MediaSource; MediaSource?: typeof MediaSource };
  return scope.ManagedMediaSource ?? scope.MediaSource;
}

export const canDecode = (mime: string): boolean => mediaSource()?.isTypeSupported(mime) ?? false;

export async function openSink(audio: HTMLAudioElement, needs: SinkNeeds): Promise<Sink> {
  const Source = mediaSource();
  if (!Source) throw new Error('no MediaSource');
  const source: ManagedSource = new Source();
  const closing = new AbortController();
  // Without this a managed source never opens (17.1+): it would have to be castable.
  if ('ManagedMediaSource' in globalThis) audio.disableRemotePlayback = true;
  source.addEventListener('startstreaming', () => needs.onWant(), { signal: closing.signal });
  await new Promise<void>((resolve) => {
    source.addEventListener('sourceopen', () => resolve(), { once: true, signal: closing.signal });
    audio.src = URL.createObjectURL(source);
  });
  URL.revokeObjectURL(audio.src);
  const buffer = source.addSourceBuffer(needs.mime);
  source.duration = FAR_SEC;
  return { ...writer(audio, buffer, needs), ...shape(source, buffer), close: () => closing.abort() };
}

const idle = (buffer: SourceBuffer): Promise<void> =>
  buffer.updating
    ? new Promise((resolve) => buffer.addEventListener('updateend', () => resolve(), { once: true }))
    : Promise.resolve();

async function remove(buffer: SourceBuffer, fromSec: number, toSec: number): Promise<void> {
  if (toSec <= fromSec) return;
  await idle(buffer);
  buffer.remove(fromSec, toSec);
  await idle(buffer);
}

function readRanges(buffered: TimeRanges): TimeRange[] {
  return Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)] as const);
}

const isQuota = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';

function writer(audio: HTMLAudioElement, buffer: SourceBuffer, needs: SinkNeeds): Pick<Sink, 'append' | 'remove'> {
  const aheadSec = (): number => {
    const range = readRanges(buffer.buffered).find(([from, to]) => audio.currentTime >= from && audio.currentTime < to);
    return range ? range[1] - audio.currentTime : 0;
  };
  return {
    async append(bytes) {
      for (let attempt = 0; ; attempt++) {
        await idle(buffer);
        try {
          buffer.appendBuffer(bytes);
          break;
        } catch (error) {
          if (!isQuota(error) || attempt === 3) throw error;
          needs.onQuota();
          await remove(buffer, 0, Math.max(0, audio.currentTime - 1));
          if (attempt > 0 && aheadSec() > 5) return false;
        }
      }
      await idle(buffer);
      return true;
    },
    remove: (fromSec, toSec) => remove(buffer, fromSec, toSec),
  };
}

function shape(source: ManagedSource, buffer: SourceBuffer): Omit<Sink, 'append' | 'remove' | 'close'> {
  return {
    ranges: () => readRanges(buffer.buffered),
    idle: () => idle(buffer),
    setWindow(window) {
      // In this order: a start beyond the old end throws.
      buffer.appendWindowStart = 0;
      buffer.appendWindowEnd = window.endSec;
      buffer.appendWindowStart = window.startSec;
      buffer.timestampOffset = window.offsetSec;
    },
    useType: (mime) => buffer.changeType(mime),
    dropPartial: () => buffer.abort(),
    finish() {
      if (source.readyState === 'open' && !buffer.updating) source.endOfStream();
    },
    reopen() {
      if (source.readyState !== 'ended' || buffer.updating) return;
      // Setting the offset to itself is the specified way back to "open".
      buffer.timestampOffset = Number(buffer.timestampOffset);
      source.duration = FAR_SEC;
    },
    isOpen: () => source.readyState === 'open',
    wantsMore: () => source.streaming !== false,
  };
}
