import type { Db } from '../../db/index.ts';

/** What was measured of a track: its loudness in LUFS (undefined for silence) and true peak (linear), or that there is no sound. */
export type SoundFacts =
  | { trackId: number; state: 'measured'; loudness: number | undefined; truePeak: number }
  | { trackId: number; state: 'unfit' };

export type SoundState = 'new' | 'measured' | 'unfit';
export type AlbumMember = { trackId: number; state: SoundState; tagged: boolean };
export type QueuePlace = { addedAt: number; id: number };

export type Sounds = {
  /** Tracks still to be measured, newest first, after a place in that order. Those whose file is missing are left out. */
  unmeasured: (after: QueuePlace | undefined, limit: number) => QueuePlace[];
  /** Of what each listener plays most, the tracks still to be measured, most played first. */
  unmeasuredFavourites: (perListener: number) => number[];
  state: (trackId: number) => SoundState | undefined;
  /** Writes what was measured; answers the albums that this touches. */
  write: (facts: readonly SoundFacts[]) => number[];
  /** Its tracks that are there; `tagged`: the tags bring the album's gain. */
  members: (albumId: number) => AlbumMember[];
  writeAlbum: (albumId: number, level: { loudness: number | undefined; truePeak: number } | undefined) => void;
  /** Back into the queue. */
  again: (trackIds: readonly number[]) => void;
  /** Everything measured back into the queue, at most `limit` tracks at a time; answers how many. Levels stay meanwhile. */
  allAgain: (limit: number) => number;
  counts: () => { waiting: number; all: number };
};

const createStatements = (db: Db) => ({
  unmeasured: db.sqlite.prepare(
    `SELECT added_at addedAt, id FROM track WHERE sound_state = 'new' AND missing_at IS NULL AND (added_at, id) < (@addedAt, @id)
     ORDER BY added_at DESC, id DESC LIMIT @limit`,
  ),
  listeners: db.sqlite.prepare('SELECT id FROM user').pluck(),
  favourites: db.sqlite.prepare(
    `SELECT m.id, m.play_count plays FROM (SELECT id, play_count FROM mark WHERE user_id = ? AND kind = 'tracks' AND play_count > 0
       ORDER BY play_count DESC, id LIMIT ?) m
     CROSS JOIN track t ON t.id = +m.id WHERE t.sound_state = 'new' AND t.missing_at IS NULL`,
  ),
  state: db.sqlite.prepare('SELECT sound_state FROM track WHERE id = ?').pluck(),
  track: db.sqlite
    .prepare('UPDATE track SET sound_state = ?, loudness = ?, true_peak = ? WHERE id = ? RETURNING album_id')
    .pluck(),
  members: db.sqlite.prepare(
    'SELECT id trackId, sound_state state, gain_album IS NOT NULL tagged FROM track WHERE album_id = ? AND missing_at IS NULL',
  ),
  album: db.sqlite.prepare('UPDATE album SET loudness = ?, true_peak = ? WHERE id = ?'),
  again: db.sqlite.prepare(`UPDATE track SET sound_state = 'new' WHERE id = ?`),
  allAgain: db.sqlite.prepare(
    `UPDATE track SET sound_state = 'new' WHERE id IN (SELECT id FROM track WHERE sound_state <> 'new' LIMIT ?)`,
  ),
  waiting: db.sqlite.prepare(`SELECT count(*) FROM track WHERE sound_state = 'new' AND missing_at IS NULL`).pluck(),
  all: db.sqlite.prepare('SELECT count(*) FROM track').pluck(),
});

/** The queue and the results of measuring how tracks sound: what the analysis reads and writes of the library. */
export const createSounds = (db: Db): Sounds => {
  const sql = createStatements(db);
  return {
    unmeasured: (after, limit) => {
      const { addedAt, id } = after ?? { addedAt: Number.MAX_SAFE_INTEGER, id: 0 };
      return sql.unmeasured.all({ addedAt, id, limit }) as QueuePlace[];
    },
    unmeasuredFavourites: (perListener) => {
      const plays = new Map<number, number>();
      for (const user of sql.listeners.all())
        for (const row of sql.favourites.all(user, perListener) as { id: number; plays: number }[])
          plays.set(row.id, (plays.get(row.id) ?? 0) + row.plays);
      return [...plays].sort(([, a], [, b]) => b - a).map(([id]) => id);
    },
    state: (trackId) => sql.state.get(trackId) as SoundState | undefined,
    write: (facts) =>
      db.transact(() => {
        const albums = facts.map((it) => {
          const heard = it.state === 'measured' ? it : undefined;
          return sql.track.get(it.state, heard?.loudness ?? null, heard?.truePeak ?? null, it.trackId);
        });
        return [...new Set(albums.filter((id) => id !== undefined) as number[])];
      }),
    members: (albumId) =>
      (sql.members.all(albumId) as (Omit<AlbumMember, 'tagged'> & { tagged: number })[]).map((it) => ({
        ...it,
        tagged: it.tagged === 1,
      })),
    writeAlbum: (albumId, level) => void sql.album.run(level?.loudness ?? null, level?.truePeak ?? null, albumId),
    again: (trackIds) => db.transact(() => trackIds.forEach((id) => sql.again.run(id))),
    allAgain: (limit) => sql.allAgain.run(limit).changes,
    counts: () => ({ waiting: sql.waiting.get() as number, all: sql.all.get() as number }),
  };
};
