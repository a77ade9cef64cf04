import type { Db } from '../../db/index.ts';
import { sha256Hex, type Clock } from '../../kit/index.ts';
import { writtenText } from './answers.ts';
import { badInput, doneAlready, endUnknown, keyUsedOtherwise, sameAtOnce } from '../problems.ts';

/*
 * A client that lost the answer to a creating post sends it again with the same Idempotency-Key and gets the first answer.
 * Answer and effect are committed together wherever a handler is synchronous, so a crash between the two cannot make a
 * second thing. A handler that goes on later leaves its key as begun in that transaction: after a crash nobody knows how
 * it ended, and its repeat is told so instead of doing it twice. Answers that are shown once (`no-store`) are not kept: their repeat is told that it was done.
 * Only somebody's newest are kept: a repeat comes at once or never.
 */
const KEPT_MS = 24 * 3_600_000;
const LARGEST = 64 * 1024;
const MOST_PER_PERSON = 200;

type Asked = {
  key: string;
  userId: string;
  /** Method, address and body: the same key for another request is a mistake of the client's. */
  request: string;
};

/** Begun, and not ended yet. */
const BEGUN = 0;

type Row = { asked: string; status: number; location: string | null; body: string | null };

export type AnswerOnce = (asked: Asked, handle: () => Response | Promise<Response>) => Promise<Response>;

const replay = (row: Row, asked: string): Response => {
  if (row.asked !== asked) throw keyUsedOtherwise();
  if (row.status === BEGUN) throw endUnknown();
  const headers: Record<string, string> = { 'idempotency-replayed': 'true', 'cache-control': 'no-store' };
  if (row.location !== null) headers['location'] = row.location;
  if (row.body === null) throw doneAlready({ headers });
  if (row.body === '') return new Response(null, { status: row.status, headers });
  return new Response(row.body, {
    status: row.status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
  });
};

const prepare = ({ sqlite }: Db) => ({
  get: sqlite.prepare<[string, string, number], Row>(
    'SELECT asked_sha256 AS asked, status, location, body FROM idempotency WHERE user_id = ? AND key = ? AND at > ?',
  ),
  put: sqlite.prepare(
    'INSERT OR REPLACE INTO idempotency(user_id, key, asked_sha256, status, location, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  /** All but somebody's newest, of which the given one always is. */
  prune: sqlite.prepare(
    `DELETE FROM idempotency WHERE user_id = @userId AND key IN (
      SELECT key FROM idempotency WHERE user_id = @userId AND key <> @key
      ORDER BY at DESC LIMIT -1 OFFSET ${MOST_PER_PERSON - 1})`,
  ),
  drop: sqlite.prepare('DELETE FROM idempotency WHERE user_id = ? AND key = ?'),
  sweep: sqlite.prepare('DELETE FROM idempotency WHERE at <= ?'),
});

/** What of an answer may be kept. */
const keepable = (answer: Response): string | null => {
  const text = answer.status === 204 ? '' : writtenText(answer);
  const once = answer.headers.get('cache-control')?.includes('no-store') ?? false;
  return text === undefined || once || text.length > LARGEST ? null : text;
};

export const createAnswerOnce = ({ db, clock }: { db: Db; clock: Clock }): AnswerOnce => {
  const sql = prepare(db);
  const running = new Set<string>();
  const put = ({ userId, key }: Asked, { asked, status, location, body }: Row): void => {
    sql.put.run(userId, key, asked, status, location, body, clock.now());
    sql.prune.run({ userId, key });
  };
  const keep = (asked: Asked, hash: string, answer: Response): void => {
    if (!answer.ok) return;
    sql.sweep.run(clock.now() - KEPT_MS);
    put(asked, {
      asked: hash,
      status: answer.status,
      location: answer.headers.get('location'),
      body: keepable(answer),
    });
  };
  const run = async (asked: Asked, hash: string, handle: () => Response | Promise<Response>): Promise<Response> => {
    // In an object, because a transaction must not answer a promise: what a handler does later is outside of it.
    const { begun } = db.transact(() => {
      const made = handle();
      if (made instanceof Response) keep(asked, hash, made);
      else put(asked, { asked: hash, status: BEGUN, location: null, body: null });
      return { begun: made };
    });
    if (begun instanceof Response) return begun;
    let answer: Response | undefined;
    try {
      const made = await begun;
      answer = made;
      db.transact(() => keep(asked, hash, made));
      return answer;
    } finally {
      // What failed may be tried again.
      if (!answer?.ok) sql.drop.run(asked.userId, asked.key);
    }
  };
  return async (asked, handle) => {
    if (!/^[\x21-\x7e]{1,200}$/.test(asked.key))
      throw badInput({ errors: [{ path: 'Idempotency-Key', message: 'It is 1 to 200 visible characters.' }] });
    const hash = sha256Hex(asked.request);
    const mine = `${asked.userId} ${asked.key}`;
    if (running.has(mine)) throw sameAtOnce();
    const before = sql.get.get(asked.userId, asked.key, clock.now() - KEPT_MS);
    if (before) return replay(before, hash);
    running.add(mine);
    try {
      return await run(asked, hash, handle);
    } finally {
      running.delete(mine);
    }
  };
};
