/*
 * Work that people wait for, in turns: of those who wait, the one served longest ago is next, however much others have asked
 * for. What two ask for is done once, when the first of them is served. What nobody waits for any more is not begun.
 */
export type Asker = {
  /** Who takes turns with the others. */
  owner: string;
  /** Aborted: whoever asked has left. */
  signal?: AbortSignal | undefined;
};

export type FairQueueNeeds = {
  atOnce: number;
  /** How many things one owner may wait for, and what those beyond are told. */
  maxWaiting: { count: number; refuse: () => Error };
};

/** Undefined for an asker who left before the end. */
export type FairQueue<T> = (key: string, asker: Asker, work: () => Promise<T>) => Promise<T | undefined>;

type Job<T> = {
  key: string;
  work: () => Promise<T>;
  end: PromiseWithResolvers<T>;
  /** How often each owner asked. */
  askers: Map<string, number>;
  isRunning: boolean;
};

/** What each owner waits for; the owner whose turn it is comes first. */
const createQueues = <T>({ maxWaiting }: Pick<FairQueueNeeds, 'maxWaiting'>) => {
  const queues = new Map<string, Map<string, Job<T>>>();
  const remove = (owner: string, { key }: Job<T>): void => {
    const queue = queues.get(owner);
    queue?.delete(key);
    if (queue?.size === 0) queues.delete(owner);
  };
  return {
    add: (owner: string, job: Job<T>): void => {
      const queue = queues.get(owner) ?? new Map<string, Job<T>>();
      if (queue.size >= maxWaiting.count && !queue.has(job.key)) throw maxWaiting.refuse();
      queues.set(owner, queue.set(job.key, job));
    },
    remove,
    take: (): Job<T> | undefined => {
      const [first] = queues;
      if (!first) return undefined;
      const [owner, queue] = first;
      queues.delete(owner);
      queues.set(owner, queue);
      const [job] = queue.values();
      for (const it of job?.askers.keys() ?? []) remove(it, job!);
      return job;
    },
  };
};

export const createFairQueue = <T>({ atOnce, maxWaiting }: FairQueueNeeds): FairQueue<T> => {
  const jobs = new Map<string, Job<T>>();
  const queues = createQueues<T>({ maxWaiting });
  let running = 0;

  const run = async (job: Job<T>): Promise<void> => {
    running++;
    job.isRunning = true;
    await job.work().then(job.end.resolve, job.end.reject);
    jobs.delete(job.key);
    running--;
    pump();
  };
  const pump = (): void => {
    while (running < atOnce) {
      const job = queues.take();
      if (!job) return;
      void run(job);
    }
  };
  const open = (key: string, work: () => Promise<T>): Job<T> => {
    const end = Promise.withResolvers<T>();
    // Everybody may have left when it fails.
    end.promise.catch(() => undefined);
    return { key, work, end, askers: new Map(), isRunning: false };
  };
  const leave = (owner: string, job: Job<T>): void => {
    const left = (job.askers.get(owner) ?? 1) - 1;
    if (left > 0) return void job.askers.set(owner, left);
    job.askers.delete(owner);
    if (job.isRunning) return;
    queues.remove(owner, job);
    if (job.askers.size === 0) jobs.delete(job.key);
  };

  return async (key, { owner, signal }, work) => {
    if (signal?.aborted) return undefined;
    const job = jobs.get(key) ?? open(key, work);
    if (!job.isRunning) queues.add(owner, job);
    jobs.set(key, job);
    job.askers.set(owner, (job.askers.get(owner) ?? 0) + 1);
    pump();
    const gone = Promise.withResolvers<undefined>();
    const onAbort = (): void => gone.resolve(undefined);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([job.end.promise, gone.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      leave(owner, job);
    }
  };
};
