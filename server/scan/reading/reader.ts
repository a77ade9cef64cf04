import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Log } from '../../kit/index.ts';
import type { Task, TaskAnswer } from './parse.worker.ts';
import type { FileReading, FileToRead, Reader, Unreadable } from './reading.ts';

/**
 * The workers that read files. A file that hangs or eats its worker's memory costs that worker, which is replaced,
 * and is marked; the rest of its batch is read again without it.
 *
 * Open one per scan: a picture's bytes come with the first reading that has them, and later ones name only their
 * hash.
 */

export type ReaderNeeds = { log: Log; workers?: number; fileLimitMs?: number };

const FILE_LIMIT_MS = 10_000;
const HEAP_MB = 256;
/** A file leaves little behind: a nursery as large as the main thread's would only stand in memory. */
const NURSERY_MB = 16;

const inSource = import.meta.url.endsWith('.ts');
const WORKER = new URL(inSource ? './parse.worker.ts' : './parse.worker.js', import.meta.url).href;

export function openReader({ log, workers, fileLimitMs = FILE_LIMIT_MS }: ReaderNeeds): Reader {
  const pool = new Piscina<Task, TaskAnswer>({
    filename: WORKER,
    name: 'readFiles',
    execArgv: [],
    minThreads: 0,
    maxThreads: workers ?? Math.min(4, Math.max(1, availableParallelism())),
    idleTimeout: 30_000,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: NURSERY_MB },
  });
  let warned = false;

  const attempt = async (files: readonly FileToRead[], wholeNames: readonly string[]): Promise<Attempt> => {
    const progress = new SharedArrayBuffer(8);
    const watch = watchProgress(progress, fileLimitMs);
    try {
      const sent = files.map(({ path, as }) => ({
        path: Buffer.from(path.buffer, path.byteOffset, path.length).toString('latin1'),
        as,
      }));
      const answer = await pool.run({ files: sent, wholeNames, progress }, { signal: watch.signal });
      if (answer.shortcutMissing && !warned) {
        warned = true;
        log.warn({ why: answer.shortcutMissing }, 'music-metadata looks different inside: tags are read the slow way');
      }
      return { readings: answer.readings };
    } catch (error) {
      return { lostAt: Math.min(Atomics.load(watch.done, 0), files.length - 1), error };
    } finally {
      watch.stop();
    }
  };

  return {
    async readBatch(files, options = {}) {
      const answers: (FileReading | undefined)[] = files.map(() => undefined);
      let open = files.map((_, i) => i);
      while (open.length > 0) {
        const tried = await attempt(
          open.map((i) => files[i]!),
          options.wholeNames ?? [],
        );
        if ('readings' in tried) {
          tried.readings.forEach((reading, n) => (answers[open[n]!] = reading));
          await options.onRead?.(tried.readings);
          open = open.slice(tried.readings.length);
          continue;
        }
        const lost = open[tried.lostAt]!;
        log.warn(
          { file: Buffer.from(files[lost]!.path).toString(), error: String(tried.error) },
          'a file cost its worker',
        );
        answers[lost] = tooSlow(fileLimitMs);
        open = open.filter((i) => i !== lost);
      }
      return answers.map((answer) => answer ?? tooSlow(fileLimitMs));
    },
    close: () => pool.destroy(),
  };
}

type Attempt = { readings: FileReading[] } | { lostAt: number; error: unknown };

const tooSlow = (limitMs: number): Unreadable => ({
  kind: 'unreadable',
  code: 'reading/too-slow',
  detail: `Reading it took more than ${limitMs / 1000} s or more memory than a file may have.`,
});

/** Aborts when a started task finishes no file for as long as one file may take. */
function watchProgress(progress: SharedArrayBuffer, limitMs: number) {
  const done = new Int32Array(progress);
  const abort = new AbortController();
  let last = { files: -1, atMs: performance.now() };
  const timer = setInterval(
    () => {
      const files = Atomics.load(done, 1) === 0 ? -1 : Atomics.load(done, 0);
      if (files === -1 || files !== last.files) last = { files, atMs: performance.now() };
      else if (performance.now() - last.atMs > limitMs) abort.abort();
    },
    Math.max(20, limitMs / 10),
  );
  return { done, signal: abort.signal, stop: () => clearInterval(timer) };
}
