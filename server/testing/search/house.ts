import { openDatabase, type Db } from '../../db/index.ts';
import { createJournal } from '../../events/index.ts';
import { silentLog, systemClock } from '../../kit/index.ts';
import { createFilters, createFindables, createLibrary } from '../../library/index.ts';
import { createPlaylists } from '../../playlists/index.ts';
import { createSearch, openFtsEngine, type SearchEngine } from '../../search/index.ts';

/** A library and the search over it, put together as the house does; `folder` takes the index of the built-in engine. */
export const openSearchHouse = (db: Db, folder: string, asked?: SearchEngine) => {
  const log = silentLog;
  const engine = asked ?? openFtsEngine({ folder, log });
  const scan = { isRunning: false };
  const journal = createJournal({ db, clock: systemClock, log });
  const library = createLibrary({ db });
  const playlists = createPlaylists({ db, clock: systemClock, journal, library });
  const names = (ids?: readonly string[]) =>
    playlists.names(ids).map(({ id, ownerId, name }) => ({ id, scopes: [ownerId], title: name }));
  const search = createSearch({
    engine,
    findables: createFindables(db),
    filters: createFilters(db),
    clock: systemClock,
    playlistSource: { all: () => names(), byIds: names },
    library,
    playlists: (ids, who) =>
      ids.flatMap((id) => {
        const row = playlists.find(id, who);
        return row ? [{ id, name: row.name, trackCount: row.entryCount }] : [];
      }),
    journal,
    isScanning: () => scan.isRunning,
    log,
  });
  return { db, journal, library, playlists, search, engine, scan };
};
export type SearchHouse = ReturnType<typeof openSearchHouse>;

export const openSearchHouseOn = (databasePath: string, folder: string, engine?: SearchEngine): SearchHouse =>
  openSearchHouse(openDatabase(databasePath, { durability: 'full' }), folder, engine);

/** Nothing but the built-in index. */
export const NO_SECOND = {
  state: () => ({ source: 'none', on: false, state: 'off', version: undefined, why: undefined }) as const,
  turn: () => Promise.resolve(),
};
