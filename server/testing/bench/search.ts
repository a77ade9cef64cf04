import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openDatabase } from '../../db/index.ts';
import { silentLog } from '../../kit/index.ts';
import { readDictionary } from '../../search/fts/store.ts';
import type { Change, SearchEngine } from '../../search/engine.ts';
import { openFtsEngine } from '../../search/index.ts';
import { openMeilisearchEngine } from '../../search/meili/engine.ts';
import { judgedQuestions } from '../search/judged.ts';
import { hasMeilisearch, NO_MEILISEARCH, reachMeilisearch } from '../search/meilisearch.ts';
import { loadRequests } from './search-requests.ts';
import {
  judge,
  KINDS,
  LIBRARY_SEED,
  quantileOf,
  readLibrary,
  spread,
  type Answerer,
  type BenchLibrary,
} from './search-library.ts';

/*
 * How well and how fast names are found: `npm run bench -- search [tracks] [seed] [engines]`. Judged questions by class on each
 * engine there is, then every keystroke of 500 questions, alone and while a scan writes, then questions some at a time; at
 * last the same as requests to the whole server (`server`). The index is made from the generator's names; seeds 1 to 9 were
 * used for tuning.
 */
const tracks = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 11);
const engines = (process.argv[4] ?? 'fts5,plain,meilisearch,server').split(',');

const IN_FLIGHT = 8;
const MIXED_MS = 5000;

const folder = mkdtempSync(join(tmpdir(), 'evensong-search-'));
const CURSOR = { epoch: 'bench', seq: 0 };

const everything = async function* (library: BenchLibrary) {
  yield* library.portions();
};

/** CPU of this process, threads included; another process has only the clock. */
const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - began) / 1000;
  const rate = `${Math.round(tracks / seconds)} tracks/s`;
  console.log(
    `${what}: ${tracks} tracks in ${seconds.toFixed(1)} s, ${rate}, ${((user + system) / 1e6).toFixed(1)} CPU-s here`,
  );
};

const asking =
  ({ ask }: Pick<SearchEngine, 'ask'>): Answerer =>
  async (query, kind) => {
    const found = await ask({ text: query, kinds: KINDS.map((each) => ({ kind: each, scopes: 'all', limit: 5 })) });
    return found.find((it) => it.kind === kind)?.hits.map(({ id }) => id) ?? [];
  };

/** What one gets from FTS5 as it comes: all words, the last as a beginning, by bm25. */
const openPlain = (library: BenchLibrary): { answer: Answerer; close: () => void } => {
  const db = openDatabase(join(folder, 'plain.db'), { durability: 'normal' });
  for (const kind of KINDS)
    db.sqlite.exec(`CREATE VIRTUAL TABLE ${kind} USING fts5(id UNINDEXED, title, artist, album, prefix='1 2 3')`);
  db.transact(() => {
    for (const { kind, things } of library.portions()) {
      const add = db.sqlite.prepare(`INSERT INTO ${kind} VALUES (?, ?, ?, ?)`);
      for (const { id, title, artist, album } of things) add.run(id, title, artist ?? '', album ?? '');
    }
  });
  const match = (query: string): string =>
    query
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => `"${word.replaceAll('"', '""')}"`)
      .join(' ') + '*';
  return {
    answer: (query, kind) =>
      Promise.resolve(
        db.sqlite
          .prepare(`SELECT id FROM ${kind} WHERE ${kind} MATCH ? ORDER BY bm25(${kind}) LIMIT 5`)
          .pluck()
          .all(match(query)) as number[],
      ),
    close: db.close,
  };
};

type Questions = ReturnType<typeof judgedQuestions>;

const keystrokes = async (engine: SearchEngine, questions: Questions): Promise<number[]> => {
  const answer = asking(engine);
  const times: number[] = [];
  for (const { query, kind } of questions.slice(0, 500))
    for (let length = 1; length <= query.length; length++) {
      const began = performance.now();
      await answer(query.slice(0, length), kind);
      times.push(performance.now() - began);
    }
  return times;
};

const CHANGED_AT_ONCE = 50;
const CHANGE_EVERY_MS = 250;
/** Some come with their words: those are most of what the index takes in. */
const LYRICS_EVERY = 8;
const LINES = 30;

const broughtIn = (n: number): Change[] =>
  Array.from({ length: CHANGED_AT_ONCE }, (_, i) => n * CHANGED_AT_ONCE + i).flatMap((i) => {
    const id = 10_000_000 + i;
    const thing = { id, scopes: [1], title: `Brought in ${n}`, artist: `By the scan ${i % CHANGED_AT_ONCE}` };
    const lines = Array.from({ length: LINES }, (__, line) => ({
      id,
      scopes: [1],
      title: `Line ${line} of song ${i}`,
    }));
    const song: Change = { kind: 'tracks', id, things: [thing] };
    return n % LYRICS_EVERY === 0 ? [song, { kind: 'lyrics', id, things: lines }] : [song];
  });

/** A scan beside it: a thread that writes, and the index that takes in what has changed. */
const whileScanning = async <T>(engine: SearchEngine, work: () => Promise<T>): Promise<T> => {
  const writer = new Worker(new URL('./search-writer.ts', import.meta.url), {
    workerData: { path: join(folder, 'scan.db') },
  });
  let n = 0;
  const following = setInterval(() => {
    void engine.change(broughtIn(n), { ...CURSOR, seq: ++n });
  }, CHANGE_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(following);
    await writer.terminate();
  }
};

const mixed = async (engine: SearchEngine, questions: Questions): Promise<string> => {
  const answer = asking(engine);
  const times: number[] = [];
  const until = performance.now() + MIXED_MS;
  let n = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const { query, kind } = questions[n++ % questions.length]!;
      const began = performance.now();
      await answer(query, kind);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return `${Math.round((times.length * 1000) / MIXED_MS)} questions/s, ${IN_FLIGHT} at a time: ${spread(times)}`;
};

const sizesOf = (path: string): string => {
  const db = openDatabase(path, { durability: 'normal', readonly: true });
  const { size, sizeBytes } = readDictionary(db);
  db.close();
  const inMB = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return `its file: ${inMB(statSync(path).size)}; its dictionary: ${size} words, ${inMB(sizeBytes)}`;
};

const onFts = async (library: BenchLibrary, questions: Questions): Promise<void> => {
  const engine = openFtsEngine({ folder, log: silentLog });
  await timed('built-in index', () => engine.rebuild(everything(library), CURSOR));
  console.log(sizesOf(join(folder, 'search.db')));
  // The first question opens the file and reads the dictionary.
  await asking(engine)('a', 'tracks');
  const { lines, all } = await judge(library, questions, asking(engine));
  for (const line of lines) console.log(line);
  console.log(`built-in index   ${all}`);
  const idle = await keystrokes(engine, questions);
  console.log(`${idle.length} keystrokes: ${spread(idle)}; RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`);
  const busy = await whileScanning(engine, () => keystrokes(engine, questions));
  const times = (q: number): string => (quantileOf(busy, q) / quantileOf(idle, q)).toFixed(1);
  console.log(`while a scan writes: ${spread(busy)}; p50 x ${times(0.5)}, p95 x ${times(0.95)}, p99 x ${times(0.99)}`);
  console.log(`mixed: ${await mixed(engine, questions)}`);
  await engine.close();
};

const onPlain = async (library: BenchLibrary, questions: Questions): Promise<void> => {
  const plain = openPlain(library);
  console.log(`plain FTS5       ${(await judge(library, questions, plain.answer)).all}`);
  plain.close();
};

const onMeilisearch = async (library: BenchLibrary, questions: Questions): Promise<void> => {
  if (!hasMeilisearch) return console.log(`Meilisearch: ${NO_MEILISEARCH}`);
  const there = await reachMeilisearch();
  const engine = openMeilisearchEngine(there);
  try {
    await timed('Meilisearch', () => engine.rebuild(everything(library), CURSOR));
    const { lines, all } = await judge(library, questions, asking(engine));
    for (const line of lines.slice(0, 5)) console.log(line);
    console.log(`Meilisearch      ${all}`);
    console.log(`keystrokes: ${spread(await keystrokes(engine, questions))}`);
    console.log(`mixed: ${await mixed(engine, questions)}`);
  } finally {
    await engine.close();
    await there.stop();
  }
};

const onServer = async (questions: Questions): Promise<void> => {
  const { perSecond, p50Ms, p95Ms, p99Ms } = await loadRequests({
    tracks,
    questions,
    atOnce: IN_FLIGHT,
    forMs: MIXED_MS,
  });
  const times = `p50 ${p50Ms.toFixed(1)}, p95 ${p95Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)} ms`;
  console.log(`the server: ${Math.round(perSecond)} requests/s, ${IN_FLIGHT} at a time: ${times}`);
};

try {
  const library = readLibrary(tracks);
  const questions = judgedQuestions({ tracks, seed: LIBRARY_SEED }, { seed, perClass: 60 });
  if (engines.includes('fts5')) await onFts(library, questions);
  if (engines.includes('plain')) await onPlain(library, questions);
  if (engines.includes('meilisearch')) await onMeilisearch(library, questions);
  if (engines.includes('server')) await onServer(questions);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
