import { setImmediate as breathe } from 'node:timers/promises';
import type { Db } from '../../db/index.ts';
import type { Clock } from '../../kit/index.ts';
import type { Covers } from './covers.ts';

/*
 * Forgets pictures that nothing shows any more: rows first, then originals without a row, so that a stop in between leaves no row
 * without its picture, and the rest is done the next time. A scan stores a picture before its row, and takes rows and
 * originals up again by their hash: it must not run meanwhile.
 */
const DAY_MS = 24 * 3_600_000;
/** Ids that one transaction looks at: others want to write too. */
const IDS = 2000;

const FORGET = `DELETE FROM cover WHERE id > @after AND id <= @upTo AND added_at < @before
  AND NOT EXISTS (SELECT 1 FROM album WHERE cover_id = cover.id)
  AND NOT EXISTS (SELECT 1 FROM disc WHERE cover_id = cover.id)
  AND NOT EXISTS (SELECT 1 FROM track WHERE cover_id = cover.id)
  AND NOT EXISTS (SELECT 1 FROM artist WHERE cover_id = cover.id)`;

type Needs = { db: Db; covers: Pick<Covers, 'sweep'>; clock: Clock };

/** Answers how many pictures went. Only what is a day old: nobody knows yet what the rest is for. */
export const createCoverSweep = ({ db, covers, clock }: Needs) => {
  const last = db.sqlite.prepare('SELECT max(id) FROM cover').pluck();
  const forget = db.sqlite.prepare(FORGET);
  const known = db.sqlite.prepare('SELECT sha256 FROM cover WHERE sha256 IN (SELECT value FROM json_each(?))').pluck();
  return async (signal: AbortSignal): Promise<number> => {
    const before = clock.now() - DAY_MS;
    const end = (last.get() as number | null) ?? 0;
    for (let after = 0; after < end && !signal.aborted; after += IDS) {
      db.transact(() => void forget.run({ after, upTo: after + IDS, before }));
      await breathe();
    }
    const keep = (hashes: readonly string[]) => new Set(known.all(JSON.stringify(hashes)) as string[]);
    return covers.sweep({ keep, before, signal });
  };
};
