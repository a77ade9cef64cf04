import { z } from 'zod';
import type { Backup, Backups } from '../db/index.ts';
import { json, route, type Route } from '../http/index.ts';
import { toInstant, type Clock } from '../kit/index.ts';

const backupShape = z.object({
  name: z.string().describe('Its file in the folder backups/ of the data folder.'),
  kind: z.enum(['nightly', 'manual', 'before-upgrade', 'before-restore']),
  sizeBytes: z.number(),
  madeAt: z.iso.datetime(),
});

const backupOf = (backup: Backup): z.output<typeof backupShape> => ({ ...backup, madeAt: toInstant(backup.madeAt) });

type Needs = { backups: Backups; clock: Clock };

/** Restoring is not among them: it is done from the command line, with the server stopped. */
export const createBackupRoutes = ({ backups, clock }: Needs): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/backups',
      who: 'admin',
      summary: 'The backups kept, newest first.',
      answers: { 200: z.object({ items: z.array(backupShape), next: z.null(), total: z.number() }) },
    },
    (call) => {
      const items = backups.list().map(backupOf);
      return json(call, { items, next: null, total: items.length });
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/backups',
      who: 'admin',
      summary: 'Backs the database up now; answers when it is made and checked.',
      answers: { 201: backupShape, 507: 'The disk is full.' },
    },
    async (call) => json(call, backupOf(await backups.make('manual', clock.now())), { status: 201 }),
  ),
];
