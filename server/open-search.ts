import type { Db } from './db/index.ts';
import type { Journal } from './events/index.ts';
import { createFilters, createFindables, type Library } from './library/index.ts';
import type { Playlists } from './playlists/index.ts';
import type { HouseNeeds } from './rooms.ts';
import { createSearch, createSecondEngine, openFtsEngine } from './search/index.ts';

type SearchHouse = Pick<HouseNeeds, 'config' | 'clock' | 'log' | 'scope'> & {
  db: Db;
  journal: Journal;
  library: Library;
  playlists: Playlists;
  isScanning: () => boolean;
};

/** Search gets one source per kind: the library's tables and everybody's playlists, each shown to its owner alone. */
export const openSearch = (needs: SearchHouse) => {
  const { db, journal, library, playlists, isScanning, clock, log, scope, config } = needs;
  const { meili, dataDir } = config;
  const names = (ids?: readonly string[]) =>
    playlists.names(ids).map(({ id, ownerId, name }) => ({ id, scopes: [ownerId], title: name }));
  const search = createSearch({
    engine: openFtsEngine({ folder: dataDir, log }),
    findables: createFindables(db),
    filters: createFilters(db),
    clock,
    playlistSource: { all: () => names(), byIds: names },
    library,
    playlists: (ids, viewer) =>
      ids.flatMap((id) => {
        const row = playlists.find(id, viewer);
        return row ? [{ id, name: row.name, trackCount: row.entryCount }] : [];
      }),
    journal,
    isScanning,
    log,
  });
  scope.defer('search', search.close);
  const searchPath = process.env['PATH'] ?? '';
  const secondEngine = createSecondEngine({ search, meili, dataDir, searchPath, log: log.child({ room: 'search' }) });
  scope.defer('second search engine', secondEngine.close);
  secondEngine.begin();
  return { search, secondEngine };
};
