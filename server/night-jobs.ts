import type { Accounts } from './accounts/index.ts';
import type { Backups } from './db/index.ts';
import type { Journal } from './events/index.ts';
import type { Job } from './jobs/index.ts';
import type { Clock } from './kit/index.ts';
import type { Scan } from './scan/index.ts';
import type { Search } from './search/index.ts';

type Needs = {
  accounts: Pick<Accounts, 'sweep'>;
  backups: Backups;
  journal: Journal;
  clock: Clock;
  scan: Pick<Scan, 'request' | 'quietly'>;
  sweepCovers: (signal: AbortSignal) => Promise<number>;
  search: Pick<Search, 'reindex' | 'health'>;
};

/** What the house does while everybody sleeps. The backup comes first: what follows may delete. */
export const nightJobs = ({ accounts, backups, journal, clock, scan, sweepCovers, search }: Needs): Job[] => [
  {
    name: 'backup',
    title: 'Backup',
    schedule: { kind: 'daily', hour: 3, minute: 15 },
    run: async (signal) => {
      const { name, sizeBytes } = await backups.make('nightly', clock.now(), signal);
      return `Made and checked ${name} (${(sizeBytes / 1e6).toFixed(1)} MB).`;
    },
  },
  {
    name: 'scan',
    title: 'Look for new music',
    // The watcher is quicker, but sees nothing on network mounts.
    schedule: { kind: 'every', minutes: 60 },
    run: () => `Started scan ${scan.request('hourly').id}.`,
  },
  {
    name: 'journal',
    title: 'Journal tidy-up',
    schedule: { kind: 'daily', hour: 3, minute: 45 },
    run: () => `Forgot ${journal.prune()} facts that every reader has seen.`,
  },
  {
    name: 'accounts',
    title: 'Session tidy-up',
    schedule: { kind: 'daily', hour: 3, minute: 50 },
    run: () => `Forgot ${accounts.sweep()} sessions that were over.`,
  },
  {
    name: 'covers',
    title: 'Cover tidy-up',
    schedule: { kind: 'daily', hour: 3, minute: 55 },
    run: async (signal) => {
      const gone = await scan.quietly(() => sweepCovers(signal));
      if (gone === undefined) return 'Left for another night: a scan was under way.';
      return `Forgot ${gone} pictures that nothing shows any more.`;
    },
  },
  {
    name: 'reindex',
    title: 'Search index',
    // What came by day has no rank yet: made anew, the index knows what is played most.
    schedule: { kind: 'daily', hour: 4, minute: 10 },
    run: async () => {
      await search.reindex();
      return `Made anew: ${(await search.health()).things} things can be found.`;
    },
  },
];
