import type { Kind, Scopes, Thing, ThingId } from './question.ts';

/** Nothing left of it: it is gone. Lyrics are several things (lines) of one id. */
export type Change = { kind: Kind; id: ThingId; things: readonly Thing[] };

/** How far the index has followed the journal. */
export type Cursor = { epoch: string; seq: number };

export type Ask = {
  text: string;
  kinds: readonly {
    kind: Kind;
    scopes: Scopes;
    limit: number;
    /** None but these. */
    only?: readonly ThingId[] | undefined;
  }[];
};

export type Hit = {
  id: ThingId;
  /** Its title as it is indexed: it says which line of a song was found. */
  text: string;
  /** Smaller is better; comparable between kinds. */
  score: number;
  /** Words that were asked for and are not there; letters that are off. */
  missing: number;
  edits: number;
};

export type Found = {
  kind: Kind;
  /** As far as it was counted: two hundred stand for more. */
  total: number;
  hits: Hit[];
};

/** One way to find things: SQLite's FTS5, or Meilisearch. */
export type SearchEngine = {
  name: 'fts5' | 'meilisearch';
  ask: (ask: Ask) => Promise<Found[]>;
  /** Brings the index up to date and remembers how far it got, both or neither. */
  change: (changes: readonly Change[], cursor: Cursor) => Promise<void>;
  cursor: () => Promise<Cursor | undefined>;
  /** Makes the index anew from everything there is, the most popular first, and swaps it in when it is whole. */
  rebuild: (all: AsyncIterable<{ kind: Kind; things: readonly Thing[] }>, cursor: Cursor) => Promise<void>;
  /** How many things have changed since the last rebuild, and how many there are. */
  health: () => Promise<{ ranked: number; fresh: number }>;
  close: () => Promise<void>;
};
