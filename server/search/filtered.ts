import type { Viewer } from '../http/index.ts';
import type { FilteredKind, Filters, Wanted } from '../library/index.ts';
import type { Found, Hit, SearchEngine } from './engine.ts';
import { CANDIDATES, type Kind } from './question.ts';

/*
 * A question with filters is for songs and albums. Without words it is a list by name; with words the best of the index
 * are held against the filters, and where that leaves too few, the index is asked again for none but what the filters allow.
 */
const FILTERED: readonly Kind[] = ['albums', 'tracks'];
/** More than this is no filter to speak of: the best of the index are enough. */
const MOST_ROWS = 20_000;

export const isFiltered = ({ filters, phrases }: Wanted): boolean => filters.length + phrases.length > 0;

type Needs = { engine: Pick<SearchEngine, 'ask'>; filters: Filters };
type Ask = { wanted: Wanted; kinds: readonly Kind[]; limit: number; viewer: Viewer };

const asHit = (id: number): Hit => ({ id, text: '', score: 0, missing: 0, edits: 0 });

const listed = (filters: Filters, kind: FilteredKind, { wanted, viewer }: Ask): Found => {
  const rows = filters.rows(kind, wanted, { limit: CANDIDATES, viewer });
  return { kind, total: rows.length, hits: rows.map(asHit) };
};

const found = async ({ engine, filters }: Needs, kind: FilteredKind, ask: Ask): Promise<Found> => {
  const { wanted, viewer, limit } = ask;
  const of = { kind, scopes: viewer.roots, limit: CANDIDATES };
  const [best] = await engine.ask({ text: wanted.text, kinds: [of] });
  const hits = best?.hits ?? [];
  const kept = new Set(filters.among(kind, wanted, { rows: hits.map(({ id }) => Number(id)), viewer }));
  const some = hits.filter(({ id }) => kept.has(Number(id)));
  if (some.length >= limit || hits.length < CANDIDATES) return { kind, total: some.length, hits: some };
  const only = filters.rows(kind, wanted, { limit: MOST_ROWS + 1, viewer });
  if (only.length > MOST_ROWS) return { kind, total: some.length, hits: some };
  const [all] = await engine.ask({ text: wanted.text, kinds: [{ ...of, only }] });
  return all ?? { kind, total: 0, hits: [] };
};

export const askFiltered = (needs: Needs, ask: Ask): Promise<Found[]> =>
  Promise.all(
    ask.kinds.map(async (kind): Promise<Found> => {
      if (!FILTERED.includes(kind)) return { kind, total: 0, hits: [] };
      const filtered = kind as FilteredKind;
      return ask.wanted.text.trim() === '' ? listed(needs.filters, filtered, ask) : found(needs, filtered, ask);
    }),
  );
