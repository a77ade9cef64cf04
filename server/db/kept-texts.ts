import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Db } from './open-database.ts';

/*
 * Answers that are the same until somebody writes. SQLite knows when that is: `data_version` moves with every commit of
 * another connection, `total_changes()` with every row this one writes. Both together cost two microseconds, and an
 * answer that was true for one state of the database is given again only in that state: nothing has to be invalidated.
 */
export type KeptText = {
  /** In UTF-8: to write a text is to encode it, and that is most of what a kept answer would still cost. */
  bytes: Buffer<ArrayBuffer>;
  etag: string;
};
export type KeptTexts = (key: string, make: () => string) => KeptText;

const KEPT_BYTES = 24_000_000;
const LARGEST = 2_000_000;

const tagged = (text: string): KeptText => {
  const bytes = Buffer.from(text);
  return { bytes, etag: `"${hash('sha1', bytes, 'base64url').slice(0, 20)}"` };
};

/** Room for some 24 MB; the least used go first. `key` names the viewer too, where the answer is theirs. */
export const createKeptTexts = (db: Db): KeptTexts => {
  const kept = new LRUCache<string, KeptText>({
    maxSize: KEPT_BYTES,
    maxEntrySize: LARGEST,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length + 100,
  });
  const others = db.sqlite.prepare('PRAGMA data_version').pluck();
  const own = db.sqlite.prepare('SELECT total_changes()').pluck();
  let state: unknown[] = [];
  return (key, make) => {
    // Inside a transaction what is read may yet be rolled back.
    if (db.sqlite.inTransaction) return tagged(make());
    const now = [others.get(), own.get()];
    if (now[0] !== state[0] || now[1] !== state[1]) kept.clear();
    state = now;
    const before = kept.get(key);
    if (before) return before;
    const made = tagged(make());
    kept.set(key, made);
    return made;
  };
};
