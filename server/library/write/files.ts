import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import { sortKey } from '../fold.ts';
import { NEED, type FileFacts } from './facts.ts';

export type FileRow = {
  id: number;
  folderId: number;
  name: Buffer;
  kind: FileFacts['kind'];
  sizeBytes: number;
  mtimeNs: bigint;
  ino: bigint;
  state: 'ok' | 'missing' | 'unreadable';
  need: number;
};

export type Files = {
  /** The folder of a path below a root, made with those above it. */
  folder: (rootId: number, path: Buffer) => number;
  folders: (rootId: number) => { id: number; path: Buffer }[];
  folderPath: (folderId: number) => Buffer;
  folderOf: (id: number) => number | undefined;
  inFolder: (folderId: number) => FileRow[];
  /** Adds a file that is not there yet; it needs reading, unless told what it needs still. */
  add: (facts: FileFacts, need?: number) => number;
  /** Adds a file or brings its stat up to date; it then needs reading. Answers its id. */
  put: (facts: FileFacts) => number;
  /** Read: its sound's key is known and what it still needs. */
  read: (id: number, audioKey: string | undefined, need: number) => void;
  /** Has it been measured, and is its sound still the one of this key? */
  isMeasured: (id: number, audioKey: string | undefined) => boolean;
  setState: (id: number, state: FileRow['state']) => void;
  needTags: (id: number) => void;
  /** Several files are at other places now. All at once, since they may have traded places. */
  relocate: (moves: readonly { id: number; to: FileFacts }[]) => void;
  remove: (id: number) => void;
  /** Another recording lies at its place: the row steps aside, to be found missing. */
  park: (id: number) => void;
  /** The album of each track of a file. */
  albumsOf: (id: number) => number[];
  /** After a rollback. */
  forget: () => void;
};

const decode = (bytes: Buffer): string => bytes.toString('utf8').normalize('NFC');

type Raw = Omit<FileRow, 'id' | 'folderId' | 'sizeBytes' | 'need'> & {
  [K in 'id' | 'folderId' | 'sizeBytes' | 'need']: bigint;
};

const asRow = (raw: Raw): FileRow => ({
  ...raw,
  id: Number(raw.id),
  folderId: Number(raw.folderId),
  sizeBytes: Number(raw.sizeBytes),
  need: Number(raw.need),
});

const createStatements = (db: Db) => ({
  folder: db.sqlite.prepare('SELECT id FROM folder WHERE root_id = ? AND path = ?').pluck(),
  addFolder: db.sqlite.prepare('INSERT INTO folder(root_id, parent_id, path, name, sort_key) VALUES (?, ?, ?, ?, ?)'),
  folderPath: db.sqlite.prepare('SELECT path FROM folder WHERE id = ?').pluck(),
  folderOf: db.sqlite.prepare('SELECT folder_id FROM file WHERE id = ?').pluck(),
  folders: db.sqlite.prepare('SELECT id, path FROM folder WHERE root_id = ?'),
  inFolder: db.sqlite
    .prepare(
      'SELECT id, folder_id folderId, name, kind, size sizeBytes, mtime_ns mtimeNs, ino, state, need FROM file WHERE folder_id = ?',
    )
    .safeIntegers(true),
  put: db.sqlite
    .prepare(
      `INSERT INTO file(folder_id, name, kind, size, mtime_ns, ino, state, need, seen_at) VALUES (@folderId, @name, @kind, @sizeBytes, @mtimeNs, @ino, 'ok', @need, 0)
       ON CONFLICT(folder_id, name) DO UPDATE SET kind = excluded.kind, size = excluded.size, mtime_ns = excluded.mtime_ns, ino = excluded.ino, state = 'ok', need = need | excluded.need
       RETURNING id`,
    )
    .pluck(),
  add: db.sqlite.prepare(
    `INSERT INTO file(folder_id, name, kind, size, mtime_ns, ino, state, need, seen_at, audio_key) VALUES (@folderId, @name, @kind, @sizeBytes, @mtimeNs, @ino, 'ok', @need, 0, @audioKey)`,
  ),
  read: db.sqlite.prepare(`UPDATE file SET audio_key = ?, need = ?, state = 'ok' WHERE id = ?`),
  state: db.sqlite.prepare('UPDATE file SET state = ?, need = 0 WHERE id = ?'),
  need: db.sqlite.prepare('UPDATE file SET need = need | ? WHERE id = ?'),
  measured: db.sqlite
    .prepare(
      `SELECT min(t.exact = 1 AND t.damaged = 0 AND t.cue_no IS NULL) FROM file f JOIN track t ON t.file_id = f.id WHERE f.id = ? AND f.audio_key = ?`,
    )
    .pluck(),
  name: db.sqlite.prepare('SELECT name FROM file WHERE id = ?').pluck(),
  park: db.sqlite.prepare('UPDATE file SET name = ? WHERE id = ?'),
  occupant: db.sqlite.prepare('SELECT id, name FROM file WHERE folder_id = ? AND name = ?'),
  relocate: db.sqlite.prepare(
    `UPDATE file SET folder_id = @folderId, name = @name, kind = @kind, size = @sizeBytes, mtime_ns = @mtimeNs, ino = @ino, state = 'ok', need = need | @need WHERE id = @id`,
  ),
  remove: db.sqlite.prepare('DELETE FROM file WHERE id = ?'),
  albumsOf: db.sqlite.prepare('SELECT album_id FROM track WHERE file_id = ?').pluck(),
});

const statOf = ({ folderId, name, kind, sizeBytes, mtimeNs, ino }: FileFacts) => ({
  folderId,
  name,
  kind,
  sizeBytes,
  mtimeNs,
  ino,
  need: NEED.tags,
});

/** A name no disk can hold (it begins with NUL): for a file whose place another has taken. What follows is the old name. */
const parkedName = (id: number, name: Buffer): Buffer => Buffer.concat([Buffer.from(`\0${id}\0`), name]);

export const createFiles = (db: Db): Files => {
  const sql = createStatements(db);
  // One after the other, files ask for the same few folders.
  const recent = new LRUCache<string, number>({ max: 500 });
  const folder = (rootId: number, path: Buffer): number => {
    const key = `${rootId}/${path.toString('latin1')}`;
    const id = recent.get(key) ?? findFolder(rootId, path);
    recent.set(key, id);
    return id;
  };
  const findFolder = (rootId: number, path: Buffer): number => {
    const known = sql.folder.get(rootId, path) as number | undefined;
    if (known !== undefined) return known;
    const slash = path.lastIndexOf(0x2f);
    const parent = path.length === 0 ? null : folder(rootId, slash < 0 ? Buffer.alloc(0) : path.subarray(0, slash));
    const name = decode(path.subarray(slash + 1));
    return Number(sql.addFolder.run(rootId, parent, path, name, sortKey(name)).lastInsertRowid);
  };
  return {
    folder,
    folders: (rootId) => sql.folders.all(rootId) as { id: number; path: Buffer }[],
    folderPath: (folderId) => sql.folderPath.get(folderId) as Buffer,
    folderOf: (id) => sql.folderOf.get(id) as number | undefined,
    inFolder: (folderId) => (sql.inFolder.all(folderId) as Raw[]).map(asRow),
    add: (facts, need = NEED.tags) =>
      Number(sql.add.run({ ...statOf(facts), need, audioKey: facts.audioKey ?? null }).lastInsertRowid),
    put: (facts) => sql.put.get(statOf(facts)) as number,
    read: (id, audioKey, need) => void sql.read.run(audioKey ?? null, need, id),
    isMeasured: (id, audioKey) => audioKey !== undefined && sql.measured.get(id, audioKey) === 1,
    park: (id) => {
      const name = sql.name.get(id) as Buffer | undefined;
      if (name && name[0] !== 0) sql.park.run(parkedName(id, name), id);
    },
    setState: (id, state) => void sql.state.run(state, id),
    needTags: (id) => void sql.need.run(NEED.tags, id),
    relocate: (moves) => {
      for (const { id, to } of moves) sql.park.run(parkedName(id, to.name), id);
      for (const { id, to } of moves) {
        const occupant = sql.occupant.get(to.folderId, to.name) as { id: number; name: Buffer } | undefined;
        if (occupant && occupant.id !== id) sql.park.run(parkedName(occupant.id, occupant.name), occupant.id);
        sql.relocate.run({ ...statOf(to), id });
      }
    },
    remove: (id) => void sql.remove.run(id),
    albumsOf: (id) => sql.albumsOf.all(id) as number[],
    forget: () => recent.clear(),
  };
};
