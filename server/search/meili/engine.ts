import { Meilisearch, type SearchResponse } from 'meilisearch';
import type { Ask, Change, Cursor, Found, Hit, SearchEngine } from '../engine.ts';
import { CANDIDATES, joinings, KINDS, questionOf, type Kind, type Question } from '../question.ts';
import { readingOf, scoreRow, type Reading } from '../score.ts';
import { documentOf, FORM, keyOf, ofThese, queryOf, SETTINGS, type Document } from './documents.ts';
import { createErrands, createFill, finished, metaOf, namesOf, type Meta, type Names } from './fill.ts';
import { codeOf, createSend, type Send } from './send.ts';

/** Past this a listener waits for the other engine instead. */
const ASK_MS = 1000;
const WRITE_MS = 60_000;
/** To look whether it is there, and how far its index is. */
const LOOK_MS = 2000;
/** So many are looked at, however few are wanted: the order within them is ours. */
const LOOKED_AT = 20;
/** What is new has no rank yet and comes after what has. */
const UNRANKED = 1e9;

const SPOILT = ['index_not_found', 'invalid_search_filter', 'invalid_search_locales'];

type Ranked = Hit & { rank: number };

/** Of a song's lines the best one counts. */
const bestOfEach = (ranked: readonly Ranked[]): Ranked[] => {
  const first = new Map<Ranked['id'], Ranked>();
  for (const hit of ranked) if (!first.has(hit.id)) first.set(hit.id, hit);
  return [...first.values()];
};

const rankedOf = (rows: readonly Document[], readings: readonly Reading[]): Ranked[] => {
  const hits = rows.map((row) => {
    const { value, missing, edits } = scoreRow(row, readings);
    return { id: row.id, text: row.title, score: value, missing, edits, rank: row.rank };
  });
  return bestOfEach(hits.sort((a, b) => a.score - b.score || a.rank - b.rank));
};

type Looked = { kind: Kind; limit: number; lookedAt: number; readings: readonly Reading[] };

const foundOf = (answers: readonly SearchResponse<Document>[], looked: Looked): Found => {
  const { kind, limit, lookedAt, readings } = looked;
  const hits = new Map(answers.flatMap((answer) => answer.hits.map((hit) => [hit.key, hit])));
  const ranked = rankedOf([...hits.values()], readings);
  const alike = ranked.filter(({ missing }) => missing === ranked[0]!.missing).length;
  // Where all that were looked at are alike, those behind them are counted by Meilisearch.
  const more = alike === ranked.length && alike >= lookedAt;
  const counted = Math.max(alike, ...answers.map(({ estimatedTotalHits = 0 }) => estimatedTotalHits));
  return {
    kind,
    total: more ? Math.min(CANDIDATES, counted) : alike,
    hits: ranked.slice(0, limit).map(({ id, text, score, missing, edits }) => ({ id, text, score, missing, edits })),
  };
};

const readingsOf = ({ words, openEnd }: Question): Reading[] => [
  readingOf(words, openEnd, 0),
  ...joinings(words).map((it) => readingOf(it, openEnd, 1)),
];

const lookedAtFor = (limit: number): number => Math.max(LOOKED_AT, limit);

type Way = { question: Question; matching: 'all' | 'frequency' };

/** All words but one. */
const leavingOne = ({ words, openEnd }: Question): Way[] =>
  words.map((_, i) => ({
    question: { words: words.toSpliced(i, 1), openEnd: openEnd && i < words.length - 1 },
    matching: 'all',
  }));

const bestOf = (found: readonly Found[]): Hit | undefined =>
  found.flatMap(({ hits }) => hits.slice(0, 1)).sort((a, b) => a.score - b.score)[0];

/** What was found in another way, where it was. */
const inPlaceOf = (found: readonly Found[], other: readonly Found[]): Found[] =>
  found.map((it) => other.find(({ kind, hits }) => kind === it.kind && hits.length > 0) ?? it);

const createAsk = (client: Meilisearch, names: Names): SearchEngine['ask'] => {
  /** Each kind asked in each of these ways, all in one request. */
  const search = async (ways: readonly Way[], asked: Ask['kinds'], readings: Reading[]): Promise<Found[]> => {
    if (asked.length === 0) return [];
    const { results } = await client.multiSearch<{ queries: ReturnType<typeof queryOf>[] }, Document>({
      queries: asked.flatMap((each) =>
        ways.map(({ question, matching }) =>
          queryOf(question, { ...each, limit: lookedAtFor(each.limit) }, { index: names.of(each.kind), matching }),
        ),
      ),
    });
    return asked.map(({ kind, limit }, i) =>
      foundOf(results.slice(i * ways.length, (i + 1) * ways.length) as SearchResponse<Document>[], {
        kind,
        limit,
        lookedAt: lookedAtFor(limit),
        readings,
      }),
    );
  };
  return async ({ text, kinds }) => {
    const question = questionOf(text);
    if (question.words.length === 0) return kinds.map(({ kind }): Found => ({ kind, total: 0, hits: [] }));
    const readings = readingsOf(question);
    const found = await search([{ question, matching: 'all' }], kinds, readings);
    // Words are left out where nothing has them all, and no other kind has what was asked for to the letter.
    const best = bestOf(found);
    if (question.words.length === 1 || (best?.missing === 0 && best.edits === 0)) return found;
    const short = kinds.filter((_, i) => found[i]!.hits.length === 0);
    const loose = await search([{ question, matching: 'frequency' }], short, readings);
    if (question.words.length === 2) return inPlaceOf(found, loose);
    // The most common words are left out first, down to a rare one that was not meant ("video"): then one at a time.
    const lacking = short.filter((_, i) => (loose[i]!.hits[0]?.missing ?? Infinity) > 1);
    const other = await search(leavingOne(question), lacking, readings);
    return inPlaceOf(inPlaceOf(found, loose), other);
  };
};

/** What the documents of some things become. All of a song's lines are taken out first: nobody knows how many it had. */
const applyChanges = async (client: Meilisearch, names: Names, changes: readonly Change[]): Promise<number> => {
  const errands = createErrands(client);
  let put = 0;
  for (const kind of KINDS) {
    const of = changes.filter((change) => change.kind === kind);
    const index = client.index<Document>(names.of(kind));
    const gone = of.filter(({ things }) => kind === 'lyrics' || things.length === 0).map(({ id }) => id);
    if (gone.length > 0) await errands.send(index.deleteDocuments({ filter: ofThese(gone) }));
    const documents = of.flatMap(({ id, things }) =>
      things.map((thing, n) => documentOf(thing, keyOf(kind, id, n), UNRANKED)),
    );
    if (documents.length > 0) await errands.send(index.addDocuments(documents));
    put += documents.length;
  }
  await errands.done();
  return put;
};

const connect = ({ url, key }: MeilisearchAt, { send, timeout }: { send: Send; timeout: number }): Meilisearch =>
  new Meilisearch({
    host: url,
    timeout,
    httpClient: send,
    ...(key !== undefined && { apiKey: key }),
  });

export type MeilisearchAt = {
  url: string;
  key?: string | undefined;
  /** What the names of its indexes begin with. */
  prefix?: string;
};

/** An engine on a Meilisearch server. Whatever it cannot do fails, and somebody else answers meanwhile. */
export const openMeilisearchEngine = ({ url, key, prefix = 'evensong_' }: MeilisearchAt): SearchEngine => {
  const { send, close } = createSend();
  const writing = connect({ url, key }, { send, timeout: WRITE_MS });
  const looking = connect({ url, key }, { send, timeout: LOOK_MS });
  const names = namesOf(prefix);
  const fill = createFill(writing, names);
  const search = createAsk(connect({ url, key }, { send, timeout: ASK_MS }), names);
  let meta: Meta | undefined;
  let closed = false;
  /** Somebody took an index away or its settings: the place in the journal says nothing then. */
  let spoilt = false;

  const readMeta = async (): Promise<Meta | undefined> => {
    const found = await metaOf(looking, names);
    meta = found?.form === FORM && !spoilt ? found : undefined;
    return meta;
  };

  return {
    name: 'meilisearch',
    ask: async (ask) => {
      try {
        return await search(ask);
      } catch (error) {
        spoilt ||= SPOILT.includes(codeOf(error) ?? '');
        throw error;
      }
    },
    // The cursor is written last: a crash in between takes the same changes in once more, which does no harm.
    change: async (changes, { epoch, seq }) => {
      const put = await applyChanges(writing, names, changes);
      const before = meta ?? (await readMeta());
      const fresh = (before?.fresh ?? 0) + put;
      const next: Meta = { key: 'cursor', form: FORM, ranked: 0, ...before, epoch, seq, fresh };
      await finished(writing, writing.index<Meta>(names.meta).addDocuments([next]));
      meta = next;
    },
    cursor: async (): Promise<Cursor | undefined> => {
      const found = await readMeta();
      return found && { epoch: found.epoch, seq: found.seq };
    },
    rebuild: async (all, cursor) => {
      meta = await fill(all, { cursor, settings: SETTINGS, isClosed: () => closed });
      spoilt = false;
    },
    health: async () => {
      const found = meta ?? (await readMeta());
      return { ranked: found?.ranked ?? 0, fresh: found?.fresh ?? 0 };
    },
    close: async () => {
      closed = true;
      close();
      await Promise.resolve();
    },
  };
};
