import type { Db } from '../../db/index.ts';

/*
 * Lists of artists by root, role and genre are small tables that triggers fill. Leaving them is done here: whoever lost a
 * credit, or whose album left a root or a genre, is looked at at the end of a scan, so that no count names an artist to
 * somebody who can see nothing of theirs.
 */
export type Listed = {
  /** This artist may stand on a list that nothing of theirs is on any more. */
  doubt: (artist: number) => void;
  /** Takes some of those doubted off such lists; true while more wait. */
  leave: () => boolean;
};

/** Artists that are looked at in one slice. */
const AT_ONCE = 100;

const LEAVE = [
  `DELETE FROM artist_root WHERE artist_id IN (SELECT value FROM json_each(@ids))
     AND NOT EXISTS (SELECT 1 FROM track_artist c JOIN track t ON t.id = c.track_id WHERE c.artist_id = artist_root.artist_id AND t.root_id = artist_root.root_id)
     AND NOT EXISTS (SELECT 1 FROM album_artist c JOIN album_root r ON r.album_id = c.album_id WHERE c.artist_id = artist_root.artist_id AND r.root_id = artist_root.root_id)`,
  `DELETE FROM artist_role WHERE artist_id IN (SELECT value FROM json_each(@ids))
     AND NOT EXISTS (SELECT 1 FROM track_artist c WHERE c.artist_id = artist_role.artist_id AND c.role = artist_role.role)`,
  `DELETE FROM artist_genre WHERE artist_id IN (SELECT value FROM json_each(@ids))
     AND NOT EXISTS (SELECT 1 FROM album_artist c JOIN album_genre g ON g.album_id = c.album_id WHERE c.artist_id = artist_genre.artist_id AND g.genre_id = artist_genre.genre_id)`,
];

export const createListed = (db: Db): Listed => {
  const leave = LEAVE.map((sql) => db.sqlite.prepare(sql));
  const doubted = new Set<number>();
  return {
    doubt: (artist) => void doubted.add(artist),
    leave: () => {
      const ids = [...doubted].slice(0, AT_ONCE);
      for (const statement of leave) statement.run({ ids: JSON.stringify(ids) });
      for (const id of ids) doubted.delete(id);
      return doubted.size > 0;
    },
  };
};
