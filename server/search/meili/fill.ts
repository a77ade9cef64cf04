import type { EnqueuedTaskPromise, Meilisearch, Settings, Task } from 'meilisearch';
import type { Cursor, SearchEngine } from '../engine.ts';
import { KINDS, type Kind } from '../question.ts';
import { documentOf, FORM, keyOf, type Document } from './documents.ts';
import { codeOf } from './send.ts';

/*
 * An index made anew beside the one that answers. All of its parts, and with them how far it has followed the journal,
 * take the places of the old ones in a single task of Meilisearch: nobody meets a half of it, and a crash leaves either.
 */
export type Meta = Cursor & { key: 'cursor'; form: string; ranked: number; fresh: number };

const NEXT = '_next';

/** What the indexes are called; another house on the same server has another prefix. */
export const namesOf = (prefix: string) => {
  const of = (kind: Kind): string => prefix + kind;
  const meta = `${prefix}meta`;
  return { of, meta, all: [...KINDS.map(of), meta] };
};
export type Names = ReturnType<typeof namesOf>;

/** Fewer, larger tasks are quicker; several at once are one batch to Meilisearch. */
const DOCUMENTS = 5000;
const TASKS_AHEAD = 32;

const checked = ({ status, error, type }: Task): void => {
  if (status !== 'succeeded') throw new Error(`Meilisearch: ${type} ${status}. ${error?.message ?? ''}`.trim());
};

/** For as long as it takes; the client's own patience ends after five seconds. */
const WAIT = { timeout: 0, interval: 25 };

/** Waits for a task to be done. */
export const finished = async (client: Meilisearch, task: EnqueuedTaskPromise): Promise<void> =>
  checked(await client.tasks.waitForTask((await task).taskUid, WAIT));

/** Undefined where there is none; any other failure is one. */
const ifThere = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'index_not_found' || code === 'document_not_found') return undefined;
    throw error;
  }
};

export const metaOf = (client: Meilisearch, names: Names): Promise<Meta | undefined> =>
  ifThere(client.index<Meta>(names.meta).getDocument('cursor'));

type All = Parameters<SearchEngine['rebuild']>[0];

/**
 * Tasks of one index are done in the order they came, those that fit together at once: so they are sent without waiting
 * for each, and looked after together.
 */
export const createErrands = (client: Meilisearch) => {
  const under: EnqueuedTaskPromise[] = [];
  return {
    /** Resolves when Meilisearch has taken it up; what becomes of it is told by `done`. */
    send: async (task: EnqueuedTaskPromise): Promise<void> => {
      await task;
      under.push(task);
      if (under.length > TASKS_AHEAD) await finished(client, under.shift()!);
    },
    done: async (): Promise<void> => {
      for (const task of under.splice(0)) await finished(client, task);
    },
  };
};
type Errands = ReturnType<typeof createErrands>;

/** Documents in large portions. */
const createPortions = (client: Meilisearch, names: Names, errands: Errands) => {
  const waiting: Document[] = [];
  const flush = async (kind: Kind): Promise<void> => {
    if (waiting.length === 0) return;
    await errands.send(client.index<Document>(names.of(kind) + NEXT).addDocuments(waiting.splice(0)));
  };
  return {
    add: async (kind: Kind, documents: readonly Document[]): Promise<void> => {
      waiting.push(...documents);
      if (waiting.length >= DOCUMENTS) await flush(kind);
    },
    flush,
  };
};

/** Ranks are places within a kind, in the order they come. */
const pour = async (
  portions: ReturnType<typeof createPortions>,
  all: All,
  isClosed: () => boolean,
): Promise<number> => {
  let last: Kind | undefined;
  let rank = 0;
  let total = 0;
  for await (const { kind, things } of all) {
    if (isClosed()) throw new Error('The search index was closed while it was made.');
    if (last !== kind) {
      if (last) await portions.flush(last);
      last = kind;
      rank = 0;
    }
    const lines = new Map<Document['id'], number>();
    const documents = things.map((thing) => {
      const n = lines.get(thing.id) ?? 0;
      lines.set(thing.id, n + 1);
      return documentOf(thing, keyOf(kind, thing.id, n), rank++);
    });
    total += documents.length;
    await portions.add(kind, documents);
  }
  if (last) await portions.flush(last);
  return total;
};

export const createFill = (client: Meilisearch, names: Names) => {
  const existing = async (): Promise<Set<string>> => {
    const { results } = await client.getRawIndexes({ limit: 10_000 });
    return new Set(results.map(({ uid }) => uid));
  };
  const clear = async (errands: Errands): Promise<void> => {
    const there = await existing();
    for (const name of names.all) if (there.has(name + NEXT)) await errands.send(client.deleteIndex(name + NEXT));
    await errands.done();
  };
  const create = async (name: string, settings: Settings, errands: Errands): Promise<void> => {
    await errands.send(client.createIndex(name, { primaryKey: 'key' }));
    if (Object.keys(settings).length > 0) await errands.send(client.index(name).updateSettings(settings));
  };
  return async (
    all: All,
    { cursor, settings, isClosed }: { cursor: Cursor; settings: Settings; isClosed: () => boolean },
  ): Promise<Meta> => {
    const errands = createErrands(client);
    await clear(errands);
    for (const name of names.all) await create(name + NEXT, name === names.meta ? {} : settings, errands);
    const ranked = await pour(createPortions(client, names, errands), all, isClosed);
    const meta: Meta = { key: 'cursor', form: FORM, ...cursor, ranked, fresh: 0 };
    await errands.send(client.index<Meta>(names.meta + NEXT).addDocuments([meta]));
    // Only what is there can change places.
    const there = await existing();
    for (const name of names.all) if (!there.has(name)) await create(name, {}, errands);
    await errands.done();
    const pairs = names.all.map((name) => ({ indexes: [name, name + NEXT] as [string, string], rename: false }));
    await finished(client, client.swapIndexes(pairs));
    await clear(errands);
    return meta;
  };
};
