import { Worker } from 'node:worker_threads';
import type { ScanEnd, ScanProgress } from './run-scan.ts';
import type { ScanMessage, ScanTask } from './scan.worker.ts';

const inSource = import.meta.url.endsWith('.ts');
const WORKER = new URL(inSource ? './scan.worker.ts' : './scan.worker.js', import.meta.url);

/** What a slice leaves behind is small and dies with it. */
const NURSERY_MB = 24;

export type RunningScan = {
  end: Promise<ScanEnd>;
  cancel: () => void;
  /** Ends it at once; what was committed stays, the rest is found by the next scan. */
  kill: () => Promise<void>;
  /** Its end was wished: no failure to speak of. */
  wasKilled: () => boolean;
};

/** Runs one scan in a thread. `end` rejects when the thread failed or was killed. */
export const startScanWorker = (task: ScanTask, onProgress: (progress: ScanProgress) => void): RunningScan => {
  const worker = new Worker(WORKER, {
    workerData: task,
    execArgv: [],
    name: 'scan',
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  });
  let killed = false;
  const end = new Promise<ScanEnd>((resolve, reject) => {
    worker.on('message', (message: ScanMessage) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else if (message.kind === 'end') resolve(message.end);
      else reject(new Error(message.why));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The scan's thread ended early (${code}).`)));
  });
  end.catch(() => undefined);
  return {
    end,
    cancel: () => worker.postMessage('cancel'),
    kill: async () => {
      killed = true;
      await worker.terminate();
    },
    wasKilled: () => killed,
  };
};
