import type { Journal } from '../events/index.ts';
import { badInput, type Viewer } from '../http/index.ts';
import { decodeId, type Clock, type Log } from '../kit/index.ts';
import { readFilter, type Filters, type Findables, type Library } from '../library/index.ts';
import type { Found, SearchEngine, Thing } from './engine.ts';
import { askFiltered, isFiltered } from './filtered.ts';
import { createFollower, type SearchSource } from './follow.ts';
import { KINDS, type Kind, type Scopes, type ThingId } from './fts/store.ts';
import { createShow, type Shown, type ShowNeeds } from './show.ts';

export type SearchNeeds = ShowNeeds & {
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
  kinds: { [K in Kind]?: { items: Shown[K][]; total: number; more: boolean } };
};

export type Search = {
  /** Words and filters (`artist:`, `year:` …). Throws 422 for a filter that makes no sense. */
  find: (ask: SearchAsk, viewer: Viewer) => Promise<SearchAnswer>;
  /** Short completions: names that what was typed may become. */
  suggest: (text: string, limit: number, viewer: Viewer) => Promise<{ kind: Kind; id: string; text: string }[]>;
  /** Makes the index anew while the old one answers. */
  reindex: () => Promise<void>;
  caughtUp: () => Promise<void>;
  health: () => Promise<{ engine: SearchEngine['name']; things: number }>;
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

/** Filters first: a question that has none goes to the engine as it is. */
const createAsk = (needs: SearchNeeds) => {
  const { engine, clock } = needs;
  return ({ text, kinds, limit }: Omit<SearchAsk, 'offset'>, viewer: Viewer): Promise<Found[]> => {
    const { wrong, ...wanted } = readFilter(text, clock.now());
    if (wrong.length > 0)
      throw badInput({ errors: wrong.map(({ at, says }) => ({ path: 'q', message: `${at}: ${says}` })) });
    if (isFiltered(wanted)) return askFiltered(needs, { wanted, kinds, limit, viewer });
    return engine.ask({ text, kinds: kinds.map((kind) => ({ kind, scopes: scopesOf(kind, viewer), limit })) });
  };
};

export const createSearch = (needs: SearchNeeds): Search => {
  const { engine, findables, journal, log } = needs;
  const show = createShow(needs);
  const follower = createFollower({
    engine,
    sources: sourcesOf(needs),
    journal,
    touched: createTouched(findables),
    isScanning: needs.isScanning,
    log: log.child({ room: 'search' }),
  });
  const ask = createAsk(needs);

  return {
    find: async ({ text, kinds, limit, offset = 0 }, viewer) => {
      const began = performance.now();
      const found = await ask({ text, kinds, limit: offset + limit }, viewer);
      const shown = found.map(({ kind, hits, total }) => ({
        kind,
        total,
        best: hits[0]?.score,
        items: show(kind, hits.slice(offset, offset + limit), viewer),
      }));
      // In the order of the kinds where they fit alike: for an artist's name the artist.
      const order = (kind: Kind): number => KINDS.indexOf(kind);
      const [best] = shown
        .filter(({ items, kind }) => items.length > 0 && kind !== 'lyrics')
        .sort((a, b) => a.best! - b.best! || order(a.kind) - order(b.kind));
      return {
        engine: engine.name,
        tookMs: performance.now() - began,
        top: best && offset === 0 ? { kind: best.kind, id: (best.items[0] as { id: string }).id } : undefined,
        kinds: Object.fromEntries(
          shown.map(({ kind, items, total }) => [kind, { items, total, more: total > offset + limit }]),
        ) as SearchAnswer['kinds'],
      };
    },
    suggest: async (text, limit, viewer) => {
      const found = await ask({ text, kinds: SUGGESTED, limit }, viewer);
      const ranked = found.flatMap(({ kind, hits }) => hits.map((hit) => ({ kind, hit })));
      ranked.sort((a, b) => a.hit.score - b.hit.score);
      const names = ranked.slice(0, limit * 2).flatMap(({ kind, hit }) =>
        show(kind, [hit], viewer).map((item) => {
          const { id, name, title } = item as { id: string; name?: string; title?: string };
          return { kind, id, text: name ?? title ?? '' };
        }),
      );
      return [...new Map(names.map((it) => [it.text.toLowerCase(), it])).values()].slice(0, limit);
    },
    reindex: follower.rebuild,
    caughtUp: follower.caughtUp,
    health: async () => {
      const { ranked, fresh } = await engine.health();
      return { engine: engine.name, things: ranked + fresh };
    },
    close: follower.close,
  };
};
