import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { Db } from '../../db/index.ts';
import { encodeId } from '../../kit/index.ts';
import { sortKey } from '../../library/index.ts';
import type { Search, SearchEngine } from '../../search/index.ts';
import { openMeilisearchEngine } from '../../search/meili/engine.ts';
import { ida, openFilledHouse } from '../filled-house.ts';
import { openSearchHouse, type SearchHouse } from './house.ts';
import { hasMeilisearch, NO_MEILISEARCH, reachMeilisearch, type Reachable } from './meilisearch.ts';

/*
 * One suite, asked of each engine. What one of them cannot is declared with its reason, and listed as skipped.
 */
export type EngineName = SearchEngine['name'];
export type Cannot = Partial<Record<EngineName, Record<string, string>>>;

let meilisearch: Reachable | undefined;
/** Each test has an index of its own. */
let tests = 0;

const ENGINES: { name: EngineName; missing?: string; open: () => SearchEngine | undefined }[] = [
  { name: 'fts5', open: () => undefined },
  {
    name: 'meilisearch',
    ...(!hasMeilisearch && { missing: NO_MEILISEARCH }),
    open: () => openMeilisearchEngine({ ...meilisearch!, prefix: `${meilisearch!.prefix}${tests}_` }),
  },
];

/** A library of 600 tracks in two roots with its search, anew for each test. */
export type Contract = {
  name: EngineName;
  house: SearchHouse;
  folder: string;
  /** Another house over the same library, as after a restart; `meanwhile` is done while there is none. */
  restart: (meanwhile?: () => void) => Promise<void>;
  row: <Row>(sql: string, ...parameters: unknown[]) => Row;
  titles: (text: string, who?: typeof ida) => Promise<string[]>;
  rename: (id: number, title: string) => void;
};

const createContract = ({ name, open }: Pick<(typeof ENGINES)[number], 'name' | 'open'>) => {
  const opened: Search[] = [];
  const start = (db: Db, folder: string): SearchHouse => {
    const house = openSearchHouse(db, folder, open());
    opened.push(house.search);
    return house;
  };
  const on: Contract = {
    name,
    house: undefined as unknown as SearchHouse,
    folder: '',
    restart: async (meanwhile) => {
      await on.house.search.close();
      meanwhile?.();
      on.house = start(on.house.db, on.folder);
      await on.house.search.caughtUp();
    },
    row: <Row>(sql: string, ...parameters: unknown[]) => on.house.db.sqlite.prepare(sql).get(...parameters) as Row,
    titles: async (text, who = ida) => {
      const found = await on.house.search.find({ text, kinds: ['tracks'], limit: 50 }, who);
      return found.kinds.tracks!.items.map(({ title }) => title);
    },
    rename: (id, title) => {
      const { db, journal, library } = on.house;
      db.transact(() => {
        db.sqlite.prepare('UPDATE track SET title = ?, sort_key = ? WHERE id = ?').run(title, sortKey(title), id);
        journal.append('track.changed', { id: encodeId('trk', id) });
      });
      library.forget();
    },
  };
  return {
    on,
    setUp: async (): Promise<void> => {
      tests++;
      on.folder = mkdtempSync(join(tmpdir(), 'evensong-search-'));
      on.house = start(openFilledHouse({ tracks: 600, secondRootShare: 0.3 }), on.folder);
      await on.house.search.caughtUp();
    },
    tearDown: async (): Promise<void> => {
      for (const search of opened.splice(0)) await search.close();
      if (on.folder) rmSync(on.folder, { recursive: true, force: true });
    },
  };
};

/** Runs a suite on each engine there is. */
export const onEachEngine = (suite: (on: Contract) => void, cannot: Cannot = {}): void => {
  beforeAll(async () => {
    if (hasMeilisearch) meilisearch = await reachMeilisearch();
  });
  afterAll(() => meilisearch?.stop());
  describe.each(ENGINES)('search on $name', ({ name, missing, open }) => {
    const { on, setUp, tearDown } = createContract({ name, open });
    beforeEach(({ skip, task }) => {
      skip(missing !== undefined, missing);
      const reason = cannot[name]?.[task.name];
      skip(reason !== undefined, reason);
    });
    beforeEach(setUp);
    afterEach(tearDown);
    suite(on);
  });
};
