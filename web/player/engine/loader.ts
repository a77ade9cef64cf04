/**
 * Fetches the deck's bytes and does not give up: the network and 5xx are asked again with growing pauses (at once when the
 * browser is online again), 401 and 403 wait for somebody to sign in, any other refusal, twice, means that it is gone. A signed
 * address that has ended (403) is signed anew and asked again at once, with nobody the wiser.
 */
import { createGuesses, createKept } from './guesses.ts';
import { createTokens, scopeOf, type Tokens } from './signed.ts';

export type LoadState = 'ok' | 'retrying' | 'signed-out';

export type Loader = {
  /** The whole file. `keep` holds it for the next time (init segments); what was warmed is handed out once. */
  load(url: string, how: { signal: AbortSignal; keep?: boolean }): Promise<ArrayBuffer>;
  /** The file as it comes in. */
  open(url: string, how: { signal: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
  /** The server's answer to a question, asked as stubbornly. Rejects where it will not answer this one. */
  ask(url: string, init: RequestInit): Promise<Response>;
  has(url: string): boolean;
  /**
   * Fetches what a click would need, one guess at a time. Failures are nobody's business: the click will ask again. A guess gives
   * way to what is wanted of the same recording: the server takes a wish elsewhere in it for a seek.
   */
  warm(urls: readonly string[]): Promise<void>;
  /** Ask again now: the browser is online, or somebody signed in. */
  wake(): void;
  close(): void;
};

export type Failure = { kind: 'gone' } | { kind: 'sign-in' } | { kind: 'retry'; afterMs: number };

// While what is in hand lasts (12 s or more) a server that is back is noticed within two seconds; after that it is left in peace.
const PAUSES_MS = [300, 1000, 2000, 2000, 2000, 2000, 2000, 4000, 8000, 15_000];
const STALL_MS = 12_000;

/** `status` 0 is a network that did not answer. */
export function decideAfterFailure(status: number, attempt: number, retryAfterSec?: number): Failure {
  if (status === 401 || status === 403) return { kind: 'sign-in' };
  const mayPass = status < 400 || status >= 500 || status === 408 || status === 429;
  if (!mayPass && attempt >= 1) return { kind: 'gone' };
  const pauseMs = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 15_000;
  return { kind: 'retry', afterMs: Math.min(retryAfterSec ? retryAfterSec * 1000 : pauseMs, 15_000) };
}

export const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'GoneError';

/** Resolves after `ms`; rejects at once, leaving no listener behind, when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** One read of a body that must not hang: a server that sends nothing for 12 s is given up. */
export async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('stalled')), STALL_MS);
  });
  try {
    const { done, value } = await Promise.race([reader.read(), stalled]);
    return done ? undefined : value;
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<ArrayBuffer> {
  const reader = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (let chunk = await readChunk(reader); chunk; chunk = await readChunk(reader))
      chunks.push(new Uint8Array(chunk));
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error;
  }
  return new Blob(chunks).arrayBuffer();
}

export type LoaderNeeds = {
  fetch(url: string, init: RequestInit): Promise<Response>;
  onState(state: LoadState): void;
  onTransfer(sizeBytes: number, tookMs: number): void;
  /** Another address within the scope of a signed one that was refused; undefined where there is none. */
  sign: (url: string) => Promise<string | undefined>;
};

type Init = RequestInit & { signal: AbortSignal };

/** Sends one request and waits at most 12 s for its head. */
async function ask(url: string, init: Init, needs: LoaderNeeds): Promise<Response | undefined> {
  const { signal } = init;
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), STALL_MS);
  try {
    return await needs.fetch(url, { ...init, signal: AbortSignal.any([signal, stall.signal]) });
  } catch {
    if (signal.aborted) throw signal.reason;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

type Sleepers = Set<() => void>;

function sleep(ms: number | undefined, signal: AbortSignal, sleepers: Sleepers): Promise<void> {
  const woken = new AbortController();
  const wakeUp = (): void => woken.abort();
  sleepers.add(wakeUp);
  return pause(ms ?? 2 ** 30, AbortSignal.any([signal, woken.signal]))
    .catch(() => {
      if (signal.aborted) throw signal.reason;
    })
    .finally(() => sleepers.delete(wakeUp));
}

const goneError = (): Error => Object.assign(new Error('gone'), { name: 'GoneError' });

type Asking = LoaderNeeds & { sleepers: Sleepers; tokens: Tokens };

async function answer(url: string, init: Init, needs: Asking): Promise<Response> {
  for (let attempt = 0, renewals = 0; ; attempt++) {
    const sent = needs.tokens.current(url);
    const response = await ask(sent, init, needs);
    if (response?.ok && response.body) {
      needs.onState('ok');
      return response;
    }
    response?.body?.cancel().catch(() => undefined);
    if (response?.status === 403 && scopeOf(url)) {
      // Another request may have renewed it meanwhile. Refused for ever with new ones too: it is not the token.
      const renewed = sent !== needs.tokens.current(url) || needs.tokens.renew(url);
      if (renewals++ > 2 || !(await Promise.race([renewed, pause(2 ** 30, init.signal)]))) throw goneError();
      continue;
    }
    const retryAfterSec = Number(response?.headers.get('retry-after')) || undefined;
    const failure = decideAfterFailure(response?.status ?? 0, attempt, retryAfterSec);
    if (failure.kind === 'gone') throw goneError();
    needs.onState(failure.kind === 'sign-in' ? 'signed-out' : 'retrying');
    await sleep(failure.kind === 'sign-in' ? undefined : failure.afterMs, init.signal, needs.sleepers);
  }
}

export function createLoader(needs: LoaderNeeds): Loader {
  const kept = createKept();
  const sleepers: Sleepers = new Set();
  const tokens = createTokens(needs.sign);
  const asking = { ...needs, sleepers, tokens };
  const closing = new AbortController();
  const wake = (): void => {
    for (const wakeUp of sleepers) wakeUp();
  };
  const guesses = createGuesses();
  const wish = (url: string, signal: AbortSignal): Promise<Response> => {
    const came = guesses.wish(url);
    return answer(url, { signal }, asking).finally(came);
  };
  globalThis.addEventListener?.('online', wake);
  return {
    async load(url, how) {
      const hit = kept.take(url, how.keep);
      if (hit) return hit;
      for (;;) {
        const startedMs = performance.now();
        const response = await wish(url, how.signal);
        const bytes = response.body && (await readAll(response.body).catch(() => undefined));
        how.signal.throwIfAborted();
        if (bytes) {
          needs.onTransfer(bytes.byteLength, performance.now() - startedMs);
          if (how.keep) kept.put(url, bytes);
          return bytes;
        }
        needs.onState('retrying');
        await sleep(PAUSES_MS[0], how.signal, sleepers);
      }
    },
    async open(url, how) {
      const response = await wish(url, how.signal);
      return response.body ?? new ReadableStream();
    },
    ask: (url, init) => answer(url, { ...init, signal: closing.signal }, asking),
    has: kept.has,
    async warm(urls) {
      const signal = await guesses.begin(urls);
      if (!signal) return;
      await Promise.all(
        urls
          .filter((url) => !kept.has(url))
          .map(async (url) => {
            const response = await needs.fetch(tokens.current(url), { signal });
            if (response.ok) kept.put(url, await response.arrayBuffer());
          }),
      ).catch(() => undefined);
    },
    wake,
    close() {
      closing.abort();
      globalThis.removeEventListener?.('online', wake);
      kept.clear();
    },
  };
}
