import { join } from 'node:path';
import type { Accounts } from './accounts/index.ts';
import type { Journal } from './events/index.ts';
import type { Clock, Log } from './kit/index.ts';
import { sightOf } from './library/index.ts';
import { createLinks, openKeyRing, type Links } from './streaming/index.ts';

type Needs = { accounts: Accounts; journal: Journal; clock: Clock; log: Log; dataDir: string };

/** Signed media paths stand as long as the session or token they were made for; covers are shared by equal sight. */
export const openLinks = ({ accounts, journal, clock, log, dataDir }: Needs): Links => {
  const ring = openKeyRing({ path: join(dataDir, 'media-keys.json'), clock, log });
  // After a restore an id may mean another picture.
  const epoch = journal.epoch();
  return createLinks({
    ring,
    standing: accounts.credentials,
    sightOf: (viewer) => JSON.stringify([epoch, sightOf(viewer)]),
    clock,
  });
};
