import { parentPort, workerData } from 'node:worker_threads';
import { openIndexReading, type IndexReading } from './reading.ts';
import { openIndexWriting, type IndexWriting } from './writing.ts';

/** A thread of the index: one file, one question or change after the other. */
export type IndexTask = { path: string; role: 'reader' | 'writer' | 'builder' };
export type IndexCall = { n: number; method: keyof (IndexReading & IndexWriting); parameters: unknown[] };
export type IndexAnswer = { n: number; answer?: unknown; error?: string };

const { path, role } = workerData as IndexTask;
const index = role === 'reader' ? openIndexReading(path) : openIndexWriting(path, { building: role === 'builder' });

parentPort!.on('message', ({ n, method, parameters }: IndexCall) => {
  try {
    const call = index[method as keyof typeof index] as (...all: unknown[]) => unknown;
    parentPort!.postMessage({ n, answer: call(...parameters) } satisfies IndexAnswer);
  } catch (error) {
    parentPort!.postMessage({ n, error: error instanceof Error ? error.message : String(error) } satisfies IndexAnswer);
  }
  if (method === 'close') parentPort!.close();
});
