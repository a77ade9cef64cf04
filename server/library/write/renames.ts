import type { Db } from '../../db/index.ts';
import { moveMarks } from './albums.ts';
import type { Dirty } from './counts.ts';

/*
 * An artist whose every credit went to one other name in a scan was renamed in the tags: the row keeps its id, and with
 * it likes, and takes the new name. Where that name was there before, the two become one and the id stays as an alias.
 * Where credits went is kept in the database: a scan that is killed half way leaves it to the next.
 */
export type Renames = {
  /** Credits of one thing in one role, before and after it was written. */
  note: (before: readonly number[], after: readonly number[]) => void;
  /** Artists that lost credits to one other artist only. */
  due: () => number[];
  /** Renames or merges one of them, if nothing is left under its old name. */
  settle: (artist: number) => void;
  /** Begins anew, once all are settled. */
  forget: () => void;
};

const UNCLEAR = 0;

const LEFT = `SELECT EXISTS (SELECT 1 FROM track_artist WHERE artist_id = @from) OR EXISTS (SELECT 1 FROM album_artist WHERE artist_id = @from)`;
const REPOINT = [
  'UPDATE track_artist SET artist_id = @to WHERE artist_id = @from',
  'UPDATE album_artist SET artist_id = @to WHERE artist_id = @from',
  `UPDATE track SET artist_id = @to WHERE artist_id = @from AND id IN (SELECT track_id FROM track_artist WHERE artist_id = @to)`,
  'UPDATE album SET artist_id = @to WHERE artist_id = @from',
  'INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key) SELECT @to, root_id, sort_key FROM artist_root WHERE artist_id = @from',
  'INSERT OR IGNORE INTO artist_role(artist_id, role, sort_key) SELECT @to, role, sort_key FROM artist_role WHERE artist_id = @from',
  'INSERT OR IGNORE INTO artist_genre(artist_id, genre_id, sort_key) SELECT @to, genre_id, sort_key FROM artist_genre WHERE artist_id = @from',
  'UPDATE artist_alias SET id = @to WHERE id = @from',
];

type ArtistRow = { name: string; folded: string; sort_name: string; sort_key: string; mbid: string | null };

export const createRenames = (db: Db, dirty: Dirty, isFresh: (artist: number) => boolean): Renames => {
  const went = db.sqlite.prepare(
    `INSERT INTO artist_went(from_id, to_id, fresh) VALUES (?, ?, ?)
     ON CONFLICT(from_id) DO UPDATE SET to_id = iif(to_id = excluded.to_id, to_id, ${UNCLEAR}) WHERE to_id <> ${UNCLEAR}`,
  );
  const due = db.sqlite.prepare(`SELECT from_id FROM artist_went WHERE to_id <> ${UNCLEAR} ORDER BY from_id`).pluck();
  const targetOf = db.sqlite.prepare('SELECT to_id FROM artist_went WHERE from_id = ?').pluck();
  const cameNow = db.sqlite.prepare('SELECT EXISTS (SELECT 1 FROM artist_went WHERE to_id = ? AND fresh = 1)').pluck();
  const forget = db.sqlite.prepare('DELETE FROM artist_went');
  const left = db.sqlite.prepare(LEFT).pluck();
  const repoint = REPOINT.map((sql) => db.sqlite.prepare(sql));
  const row = db.sqlite.prepare('SELECT name, folded, sort_name, sort_key, mbid FROM artist WHERE id = ?');
  const rename = db.sqlite.prepare(
    'UPDATE artist SET name = @name, folded = @folded, sort_name = @sort_name, sort_key = @sort_key, mbid = @mbid WHERE id = @id',
  );
  const portrait = db.sqlite.prepare(
    'UPDATE artist SET cover_id = coalesce(cover_id, (SELECT cover_id FROM artist WHERE id = @from)) WHERE id = @to',
  );
  const alias = db.sqlite.prepare('INSERT OR REPLACE INTO artist_alias(old, id) VALUES (@from, @to)');
  const aliasOf = db.sqlite.prepare('SELECT id FROM artist_alias WHERE old = ?').pluck();
  const remove = db.sqlite.prepare('DELETE FROM artist WHERE id = @from');

  /** Everything of one artist goes to the other; the id lives on as an alias. */
  const absorb = (ids: { from: number; to: number }): void => {
    for (const statement of repoint) statement.run(ids);
    moveMarks(db, 'artists', ids);
    portrait.run(ids);
    remove.run({ from: ids.from });
    alias.run(ids);
    dirty.artists.delete(ids.from);
    dirty.artists.add(ids.to);
  };

  return {
    note: (before, after) => {
      const removed = before.filter((id) => !after.includes(id));
      const added = after.filter((id) => !before.includes(id));
      removed.forEach((from, i) => {
        const to = removed.length === added.length ? added[i]! : UNCLEAR;
        went.run(from, to, Number(to !== UNCLEAR && isFresh(to)));
      });
    },
    due: () => due.all() as number[],
    settle: (artist) => {
      const target = targetOf.get(artist) as number | undefined;
      if (target === undefined) return;
      // A new name may be taken already: its row was folded into the first artist that was renamed to it.
      const to = (aliasOf.get(target) as number | undefined) ?? target;
      const named = row.get(to) as ArtistRow | undefined;
      if (to === artist || !named || !row.get(artist) || left.get({ from: artist }) === 1) return;
      if (to !== target || cameNow.get(target) !== 1) return absorb({ from: artist, to });
      absorb({ from: to, to: artist });
      rename.run({ ...named, id: artist });
    },
    forget: () => void forget.run(),
  };
};
