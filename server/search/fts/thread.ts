import { Worker } from 'node:worker_threads';
import type { IndexAnswer, IndexCall, IndexTask } from './index.worker.ts';
import type { IndexReading } from './reading.ts';
import type { IndexWriting } from './writing.ts';

const inSource = import.meta.url.endsWith('.ts');
const WORKER = new URL(inSource ? './index.worker.ts' : './index.worker.js', import.meta.url);

/** The same functions, each answering later. */
type Later<Served> = {
  [Method in keyof Served]: Served[Method] extends (...parameters: infer Parameters) => infer Answer
    ? (...parameters: Parameters) => Promise<Answer>
    : never;
};
export type IndexThreads = {
  reader: Later<IndexReading>;
  writer: Later<IndexWriting>;
  builder: Later<IndexWriting>;
};

const READING = ['ask', 'learn', 'close'] as const satisfies (keyof IndexReading)[];
const WRITING = ['change', 'cursor', 'rank', 'finish', 'health', 'close'] as const satisfies (keyof IndexWriting)[];
const METHODS = { reader: READING, writer: WRITING, builder: WRITING };

/** Opens an index in a thread of its own. Calls fail when the thread does; `onEnd` says that it is gone. */
export const startIndexThread = <Role extends IndexTask['role']>(
  { path, role }: { path: string; role: Role },
  onEnd: (error: Error) => void,
): IndexThreads[Role] => {
  const worker = new Worker(WORKER, {
    workerData: { path, role } satisfies IndexTask,
    execArgv: [],
    name: `search ${role}`,
  });
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
  const gone = new Promise<void>((resolve) =>
    worker.on('exit', (code) => {
      end(new Error(`The search thread ended (${code}).`));
      resolve();
    }),
  );
  const call = (method: IndexCall['method'], parameters: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const n = ++last;
      waiting.set(n, { resolve, reject });
      worker.postMessage({ n, method, parameters } satisfies IndexCall);
    });
  const methods = METHODS[role].map((method) => [method, (...parameters: unknown[]) => call(method, parameters)]);
  return { ...Object.fromEntries(methods), close: () => call('close', []).then(() => gone) } as IndexThreads[Role];
};
