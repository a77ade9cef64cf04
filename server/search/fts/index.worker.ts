import { parentPort, workerData } from 'node:worker_threads';
import { openServedIndex, type ServedIndex } from './served-index.ts';

/** The index's thread: one file, one question or change after the other. */
export type IndexTask = { path: string; building: boolean };
export type IndexCall = { n: number; method: keyof ServedIndex; parameters: unknown[] };
export type IndexAnswer = { n: number; answer?: unknown; error?: string };

const task = workerData as IndexTask;
const index = openServedIndex(task.path, task);

parentPort!.on('message', ({ n, method, parameters }: IndexCall) => {
  try {
    const call = index[method] as (...all: unknown[]) => unknown;
    parentPort!.postMessage({ n, answer: call(...parameters) } satisfies IndexAnswer);
  } catch (error) {
    parentPort!.postMessage({ n, error: error instanceof Error ? error.message : String(error) } satisfies IndexAnswer);
  }
  if (method === 'close') parentPort!.close();
});
