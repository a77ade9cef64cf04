import type { Db } from '../db/index.ts';
import type { Outcome } from './count-play.ts';
import type { QueuePlace, Repeat } from './queue.ts';

export type PlayRow = {
  seq: number;
  id: string;
  trackId: number;
  title: string;
  artistText: string;
  startedAtMs: number;
  playedMs: number;
  durationMs: number;
  outcome: Outcome;
  counted: boolean;
  source: string;
  deviceId: string;
};
export type NewPlay = Omit<PlayRow, 'seq'> & { userId: string; receivedAtMs: number };
export type DeviceRow = { id: string; name: string; createdAtMs: number; seenAtMs: number };
export type StoredPlace = QueuePlace & { revision: number; updatedAtMs: number };

type RawPlace = {
  revision: number;
  at_index: number;
  position_ms: number;
  shuffle: number;
  repeat: Repeat;
  device_id: string | null;
  updated_at: number;
};

const PLAY = `SELECT seq, id, track_id trackId, title, artist_text artistText, started_at startedAtMs, played_ms playedMs,
  duration_ms durationMs, outcome, counted, source, device_id deviceId FROM play`;

const asPlay = (row: Omit<PlayRow, 'counted'> & { counted: number }): PlayRow => ({
  ...row,
  counted: row.counted === 1,
});

const createPlayStore = (db: Db) => {
  const insert = db.sqlite.prepare(
    `INSERT INTO play(user_id, id, track_id, title, artist_text, started_at, played_ms, duration_ms, outcome, counted, source,
       device_id, received_at)
     VALUES (@userId, @id, @trackId, @title, @artistText, @startedAtMs, @playedMs, @durationMs, @outcome, @counted, @source,
       @deviceId, @receivedAtMs)
     ON CONFLICT(user_id, id) DO NOTHING`,
  );
  const newest = db.sqlite.prepare(`${PLAY} WHERE user_id = ? ORDER BY started_at DESC, seq DESC LIMIT ?`);
  const older = db.sqlite.prepare(
    `${PLAY} WHERE user_id = ? AND (started_at, seq) < (?, ?) ORDER BY started_at DESC, seq DESC LIMIT ?`,
  );
  const drop = db.sqlite.prepare('DELETE FROM play WHERE user_id = ? AND id = ?');
  return {
    /** False when this event was there already. */
    insertPlay: (play: NewPlay): boolean => insert.run({ ...play, counted: play.counted ? 1 : 0 }).changes > 0,
    plays: (userId: string, limit: number, behind?: readonly [number, number]): PlayRow[] => {
      const rows = behind ? older.all(userId, behind[0], behind[1], limit) : newest.all(userId, limit);
      return (rows as Parameters<typeof asPlay>[0][]).map(asPlay);
    },
    deletePlay: (userId: string, id: string): boolean => drop.run(userId, id).changes > 0,
  };
};

const createQueueStore = (db: Db) => {
  const place = db.sqlite.prepare('SELECT * FROM queue WHERE user_id = ?');
  const entries = db.sqlite.prepare('SELECT entries FROM queue_entries WHERE user_id = ?').pluck();
  const putPlace = db.sqlite.prepare(
    `INSERT INTO queue(user_id, revision, at_index, position_ms, shuffle, repeat, device_id, updated_at)
     VALUES (@userId, @revision, @index, @positionMs, @shuffle, @repeat, @deviceId, @updatedAtMs)
     ON CONFLICT(user_id) DO UPDATE SET revision = excluded.revision, at_index = excluded.at_index,
       position_ms = excluded.position_ms, shuffle = excluded.shuffle, repeat = excluded.repeat,
       device_id = excluded.device_id, updated_at = excluded.updated_at`,
  );
  const putEntries = db.sqlite.prepare(
    'INSERT INTO queue_entries(user_id, entries) VALUES (?, ?) ON CONFLICT(user_id) DO UPDATE SET entries = excluded.entries',
  );
  return {
    queuePlace: (userId: string): StoredPlace | undefined => {
      const row = place.get(userId) as RawPlace | undefined;
      if (!row) return undefined;
      return {
        revision: row.revision,
        index: row.at_index,
        positionMs: row.position_ms,
        shuffle: row.shuffle === 1,
        repeat: row.repeat,
        deviceId: row.device_id ?? undefined,
        updatedAtMs: row.updated_at,
      };
    },
    queueEntries: (userId: string): string | undefined => entries.get(userId) as string | undefined,
    putQueuePlace: (userId: string, it: StoredPlace): void => {
      putPlace.run({ ...it, userId, shuffle: it.shuffle ? 1 : 0, deviceId: it.deviceId ?? null });
    },
    putQueueEntries: (userId: string, packed: string): void => void putEntries.run(userId, packed),
  };
};

const createDeviceStore = (db: Db) => {
  const see = db.sqlite.prepare(
    `INSERT INTO device(user_id, id, name, created_at, seen_at) VALUES (@userId, @id, '', @now, @now)
     ON CONFLICT(user_id, id) DO UPDATE SET seen_at = excluded.seen_at WHERE excluded.seen_at - seen_at > 60000`,
  );
  const name = db.sqlite.prepare('UPDATE device SET name = ? WHERE user_id = ? AND id = ?');
  const all = db.sqlite.prepare(
    `SELECT id, name, created_at createdAtMs, seen_at seenAtMs FROM device WHERE user_id = ? ORDER BY seen_at DESC, id LIMIT 200`,
  );
  const drop = db.sqlite.prepare('DELETE FROM device WHERE user_id = ? AND id = ?');
  return {
    seeDevice: (userId: string, id: string, now: number): void => void see.run({ userId, id, now }),
    nameDevice: (userId: string, id: string, text: string): boolean => name.run(text, userId, id).changes > 0,
    devices: (userId: string): DeviceRow[] => all.all(userId) as DeviceRow[],
    deleteDevice: (userId: string, id: string): boolean => drop.run(userId, id).changes > 0,
  };
};

/** All SQL of this room. */
export const createListeningStore = (db: Db) => ({
  ...createPlayStore(db),
  ...createQueueStore(db),
  ...createDeviceStore(db),
});
export type ListeningStore = ReturnType<typeof createListeningStore>;
