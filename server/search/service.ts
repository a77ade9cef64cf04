import type { Journal } from '../events/index.ts';
import { badInput, type Viewer } from '../http/index.ts';
import { decodeId, type Clock, type Log } from '../kit/index.ts';
import { readFilter, type Filters, type Findables, type Library, type Wanted } from '../library/index.ts';
import type { Found, Hit, SearchEngine } from './engine.ts';
import { askFiltered, isFiltered } from './filtered.ts';
import { createEngines, type Engines, type EnginesState } from './engines.ts';
import type { SearchSource } from './follow.ts';
import { KINDS, questionOf, type Kind, type Scopes, type Thing, type ThingId } from './question.ts';
import { createMarker, meantBy, type Range } from './marks.ts';
import { createShow, nameOf, namesOf, type Shown, type ShowNeeds } from './show.ts';

export type SearchNeeds = ShowNeeds & {
  /** The one that is always there. */
  engine: SearchEngine;
  findables: Findables;
  filters: Filters;
  clock: Pick<Clock, 'now'>;
  /** Everybody's playlists; each is found by its owner alone. */
  playlistSource: { all: () => readonly Thing[]; byIds: (ids: readonly string[]) => readonly Thing[] };
  library: Pick<Library, 'tracks' | 'albums' | 'artists' | 'genre' | 'lyrics'>;
  journal: Pick<Journal, 'since' | 'lastSeq' | 'epoch' | 'follow'>;
  isScanning: () => boolean;
  log: Log;
};

export type SearchAsk = { text: string; kinds: readonly Kind[]; limit: number; offset?: number };
export type SearchAnswer = {
  engine: SearchEngine['name'];
  tookMs: number;
  /** What is most likely meant, of whatever kind. */
  top: { kind: Kind; id: string } | undefined;
  /** The question as the best answer spells it, where that is another way. */
  meant: string | undefined;
  /** `marks`: per item the letters of its name that answer the question. */
  kinds: { [K in Kind]?: { items: Shown[K][]; marks: Range[][]; total: number; more: boolean } };
};

export type Search = {
  /** Words and filters (`artist:`, `year:` …). Throws 422 for a filter that makes no sense, and for too many. */
  find: (ask: SearchAsk, viewer: Viewer) => Promise<SearchAnswer>;
  /** Short completions: names that what was typed may become. */
  suggest: (text: string, limit: number, viewer: Viewer) => Promise<{ kind: Kind; id: string; text: string }[]>;
  /** Makes every index anew while the old one answers. */
  reindex: () => Promise<void>;
  caughtUp: () => Promise<void>;
  /** Another engine that answers from when it has caught up, and as long as it is there. */
  lead: (engine: SearchEngine) => void;
  stopLeading: () => Promise<void>;
  health: () => Promise<EnginesState & { things: number }>;
  state: () => EnginesState;
  close: () => Promise<void>;
};

const CHUNK = 500;
const SUGGESTED = ['artists', 'albums', 'tracks', 'playlists'] as const;
const LIBRARY_KINDS = ['artists', 'albums', 'tracks', 'genres', 'lyrics'] as const;

const sourcesOf = ({
  findables,
  playlistSource,
}: Pick<SearchNeeds, 'findables' | 'playlistSource'>): SearchSource[] => [
  ...LIBRARY_KINDS.map((kind) => ({
    kind,
    all: function* () {
      for (const ids of findables.ids(kind, CHUNK)) {
        const things = findables.things(kind, ids);
        yield ids.flatMap((id) => things.get(id) ?? []);
      }
    },
    byIds: (ids: readonly ThingId[]) => findables.things(kind, ids.map(Number)),
  })),
  {
    kind: 'playlists',
    all: () => [playlistSource.all()],
    byIds: (ids) => new Map(playlistSource.byIds(ids.map(String)).map((it) => [it.id, [it]])),
  },
];

/** What a batch of facts has touched: tracks, and all that is counted or named by them. */
const createTouched = (findables: Findables) => (facts: ReturnType<Journal['since']>) => {
  const tracks = new Set<number>();
  const playlists = new Set<string>();
  for (const { kind, payload } of facts) {
    const ids = [payload['id'], ...(Array.isArray(payload['ids']) ? payload['ids'] : [])].filter(
      (id) => typeof id === 'string',
    );
    if (kind.startsWith('track.')) for (const id of ids) tracks.add(decodeId('trk', id) ?? 0);
    if (kind.startsWith('playlist.')) for (const id of ids) playlists.add(id);
  }
  tracks.delete(0);
  const around = findables.around([...tracks]);
  return new Map<Kind, ReadonlySet<ThingId>>([
    ['tracks', tracks],
    ['lyrics', tracks],
    ['playlists', playlists],
    ['albums', new Set(around.albums)],
    ['artists', new Set(around.artists)],
    ['genres', new Set(around.genres)],
  ]);
};

const scopesOf = (kind: Kind, viewer: Viewer): Scopes => (kind === 'playlists' ? [viewer.userId] : viewer.roots);

/** Each may look at every song, and who waits meanwhile is everybody. */
const MOST_FILTERS = 8;

/** Words and filters; a filter that makes no sense is a 422 with where it stands, and so are more than anybody needs. */
const read = (text: string, nowMs: number): Wanted => {
  const { wrong, ...wanted } = readFilter(text, nowMs);
  const tooMany = wanted.filters.length + wanted.phrases.length > MOST_FILTERS;
  const hints = tooMany
    ? [`Not more than ${MOST_FILTERS} filters, quoted and excluded words at a time.`]
    : wrong.map(({ at, says }) => `${at}: ${says}`);
  if (hints.length > 0)
    throw badInput({ detail: hints.join(' '), errors: hints.map((message) => ({ path: 'q', message })) });
  return wanted;
};

type Reading = { text: string; wanted: Wanted; kinds: readonly Kind[]; limit: number };

/** Filters first: a question that has none goes to the engine as it is. */
const askFor = (
  needs: { engine: Pick<SearchEngine, 'ask'>; filters: Filters },
  { text, wanted, kinds, limit }: Reading,
  viewer: Viewer,
): Promise<Found[]> => {
  if (isFiltered(wanted)) return askFiltered(needs, { wanted, kinds, limit, viewer });
  return needs.engine.ask({ text, kinds: kinds.map((kind) => ({ kind, scopes: scopesOf(kind, viewer), limit })) });
};

/** Not what was asked, but near it. */
const isBent = ({ missing, edits }: Hit): boolean => missing > 0 || edits > 0;

type Finding = { needs: SearchNeeds; engines: Engines; show: ReturnType<typeof createShow> };

/** In the order of the kinds where they fit alike: for an artist's name the artist. */
const likelier = (a: { kind: Kind; score: number }, b: { kind: Kind; score: number }): number =>
  a.score - b.score || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);

type Page = { kind: Kind; hits: readonly Hit[]; viewer: Viewer };

/**
 * Hits and what is shown of them. The index may still have what is gone without a fact of its own (a genre that nobody has
 * any more, an artist who was merged): it is not shown, so it is not counted either, and it is looked at again.
 */
const pageOf = ({ engines, show }: Pick<Finding, 'engines' | 'show'>, { kind, hits, viewer }: Page) => {
  const items = show(kind, hits, viewer);
  if (items.length === hits.length) return { items, hits, gone: 0 };
  const there = hits.filter((hit) => show(kind, [hit], viewer).length > 0);
  const gone = hits.filter((hit) => !there.includes(hit));
  engines.lookAgain(new Map([[kind, new Set(gone.map(({ id }) => id))]]));
  return { items, hits: there, gone: gone.length };
};

const createFind =
  ({ needs: { filters, clock }, engines, show }: Finding): Search['find'] =>
  async ({ text, kinds, limit, offset = 0 }, viewer) => {
    const began = performance.now();
    const asking = engines.begin();
    const wanted = read(text, clock.now());
    const question = questionOf(isFiltered(wanted) ? wanted.text : text);
    const asked = { text, wanted, kinds, limit: offset + limit };
    const found = await askFor({ engine: asking, filters }, asked, viewer);
    const mark = createMarker(question);
    const shown = found.map(({ kind, total: counted, ...all }) => {
      const page = { kind, hits: all.hits.slice(offset, offset + limit), viewer };
      const { items, hits, gone } = pageOf({ engines, show }, page);
      const total = counted - gone;
      const marks = items.map((item) => mark(nameOf(item)));
      return { kind, hits, group: { items, marks, total, more: total > offset + limit } };
    });
    const [best] = shown
      .flatMap(
        ({
          kind,
          hits: [hit],
          group: {
            items: [item],
          },
        }) => (hit && item && kind !== 'lyrics' ? [{ kind, hit, item, score: hit.score }] : []),
      )
      .sort(likelier);
    return {
      engine: asking.by(),
      tookMs: performance.now() - began,
      top: best && offset === 0 ? { kind: best.kind, id: (best.item as { id: string }).id } : undefined,
      meant: best && isBent(best.hit) ? meantBy(question, namesOf(best.item)) : undefined,
      kinds: Object.fromEntries(shown.map(({ kind, group }) => [kind, group])) as SearchAnswer['kinds'],
    };
  };

const createSuggest =
  ({ needs: { filters, clock }, engines, show }: Finding): Search['suggest'] =>
  async (text, limit, viewer) => {
    const asked = { text, wanted: read(text, clock.now()), kinds: SUGGESTED, limit };
    const found = await askFor({ engine: engines.begin(), filters }, asked, viewer);
    const ranked = found.flatMap(({ kind, hits }) => hits.map((hit) => ({ kind, hit })));
    ranked.sort((a, b) => a.hit.score - b.hit.score);
    const names = ranked
      .slice(0, limit * 2)
      .flatMap(({ kind, hit }) =>
        show(kind, [hit], viewer).map((item) => ({ kind, id: (item as { id: string }).id, text: nameOf(item) })),
      );
    return [...new Map(names.map((it) => [it.text.toLowerCase(), it])).values()].slice(0, limit);
  };

export const createSearch = (needs: SearchNeeds): Search => {
  const { engine, findables, journal, isScanning, log } = needs;
  const engines = createEngines({
    standing: engine,
    sources: sourcesOf(needs),
    journal,
    touched: createTouched(findables),
    isScanning,
    log: log.child({ room: 'search' }),
  });
  const finding = { needs, engines, show: createShow(needs) };
  return {
    find: createFind(finding),
    suggest: createSuggest(finding),
    reindex: engines.reindex,
    caughtUp: engines.caughtUp,
    lead: engines.lead,
    stopLeading: engines.stopLeading,
    health: async () => {
      const { ranked, fresh } = await engines.health();
      return { ...engines.state(), things: ranked + fresh };
    },
    state: engines.state,
    close: engines.close,
  };
};
