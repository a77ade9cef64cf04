import { Worker } from 'node:worker_threads';
import type { IndexAnswer, IndexCall, IndexTask } from './index.worker.ts';
import type { ServedIndex } from './served-index.ts';

const inSource = import.meta.url.endsWith('.ts');
const WORKER = new URL(inSource ? './index.worker.ts' : './index.worker.js', import.meta.url);

/** The same functions, each answering later. */
export type IndexThread = {
  [Method in keyof ServedIndex]: (
    ...parameters: Parameters<ServedIndex[Method]>
  ) => Promise<ReturnType<ServedIndex[Method]>>;
};

const METHODS = ['ask', 'change', 'cursor', 'rank', 'finish', 'health', 'close'] as const;

/** Opens an index in a thread of its own. Calls fail when the thread does; `onEnd` says that it is gone. */
export const startIndexThread = (task: IndexTask, onEnd: (error: Error) => void): IndexThread => {
  const worker = new Worker(WORKER, { workerData: task, execArgv: [], name: 'search' });
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    if (ended) return;
    ended = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    onEnd(error);
  };
  worker.on('message', ({ n, answer, error }: IndexAnswer) => {
    const it = waiting.get(n);
    waiting.delete(n);
    if (error === undefined) it?.resolve(answer);
    else it?.reject(new Error(error));
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`The search thread ended (${code}).`)));
  const call = (method: keyof ServedIndex, parameters: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const n = ++last;
      waiting.set(n, { resolve, reject });
      worker.postMessage({ n, method, parameters } satisfies IndexCall);
    });
  return Object.fromEntries(
    METHODS.map((method) => [method, (...parameters: unknown[]) => call(method, parameters)]),
  ) as IndexThread;
};
