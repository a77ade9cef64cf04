import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import type { Log } from '../kit/index.ts';
import { checksumOf, type KnownFile } from './read-file.ts';

/** A file of the library. */
export type LibraryFile = KnownFile & { fileId: number };

export type Checksums = {
  /** CRC-32; a file that never was asked for is read for it. */
  of: (file: LibraryFile, signal?: AbortSignal) => Promise<number>;
  /** It does not stand any more. */
  forget: (file: LibraryFile) => void;
  /** Keeps for later what was found out, in one write. */
  flush: () => void;
};

const REMEMBERED = 20_000;
const FLUSH_AT = 200;

type Row = { crc: number };

/*
 * A file is read for its checksum just before it is sent, so the second reading finds it in memory. What was found is
 * written in batches: a write waits for the disk, and the disk is busy sending.
 */
export const createChecksums = ({ db, log }: { db: Db; log: Log }): Checksums => {
  const known = new LRUCache<string, number>({ max: REMEMBERED });
  const fresh = new Map<string, { file: LibraryFile; crc: number }>();
  const find = db.sqlite.prepare('SELECT crc32 crc FROM file_checksum WHERE file_id = ? AND size = ? AND mtime_ns = ?');
  const keep = db.sqlite.prepare(
    `INSERT OR REPLACE INTO file_checksum(file_id, size, mtime_ns, crc32)
     SELECT id, @size, @mtimeNs, @crc FROM file WHERE id = @fileId`,
  );
  const drop = db.sqlite.prepare('DELETE FROM file_checksum WHERE file_id = ?');
  const nameOf = ({ fileId, sizeBytes, mtimeNs }: LibraryFile): string => `${fileId}|${sizeBytes}|${mtimeNs}`;

  const flush = (): void => {
    if (fresh.size === 0) return;
    const found = [...fresh.values()];
    fresh.clear();
    try {
      db.transact(() => {
        for (const { file, crc } of found)
          keep.run({ fileId: file.fileId, size: file.sizeBytes, mtimeNs: file.mtimeNs, crc });
      });
    } catch (error) {
      // On a full disk it is read once more another time.
      log.warn({ err: error }, 'Checksums of files could not be kept');
    }
  };

  const read = async (name: string, file: LibraryFile, signal?: AbortSignal): Promise<number> => {
    const crc = await checksumOf(file, signal);
    known.set(name, crc);
    fresh.set(name, { file, crc });
    if (fresh.size >= FLUSH_AT) flush();
    return crc;
  };

  return {
    of: async (file, signal) => {
      const name = nameOf(file);
      const atHand = known.get(name);
      if (atHand !== undefined) return atHand;
      const row = find.get(file.fileId, file.sizeBytes, file.mtimeNs) as Row | undefined;
      if (row) {
        known.set(name, row.crc);
        return row.crc;
      }
      return read(name, file, signal);
    },
    forget: (file) => {
      known.delete(nameOf(file));
      fresh.delete(nameOf(file));
      db.transact(() => drop.run(file.fileId));
    },
    flush,
  };
};
