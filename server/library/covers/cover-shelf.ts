import { readFile, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import { sendBytes, sendFile, type Call, type Viewer } from '../../http/index.ts';
import { decodeId } from '../../kit/index.ts';
import { rootsParameter, sightOf, visibleSql } from '../read/visible.ts';
import type { Covers } from './covers.ts';
import type { CoverFormat, CoverSize } from './images.ts';

/** A cover is seen by whoever sees something that carries it; this hands it out, to whatever route asks. */
export type CoverShelf = {
  /** Undefined for what is not there, and for what this viewer may not see. */
  send: (ask: CoverAsk, how: CoverAnswer) => Promise<Response | undefined>;
  /** Where the picture lies, for those who take it along; undefined likewise. */
  file: (ask: CoverAsk) => Promise<string | undefined>;
};

export type CoverAsk = { id: string; size: CoverSize; format: CoverFormat; viewer: Viewer };
export type CoverAnswer = { call: Pick<Call, 'c'>; cacheControl: string; headers?: Record<string, string> };

const SEEN = `SELECT sha256 FROM cover WHERE id = @id AND state <> 'bad' AND (
  EXISTS (SELECT 1 FROM album a WHERE a.cover_id = @id AND ${visibleSql.album('a.id')})
  OR EXISTS (SELECT 1 FROM disc d WHERE d.cover_id = @id AND ${visibleSql.album('d.album_id')})
  OR EXISTS (SELECT 1 FROM track t WHERE t.cover_id = @id AND ${visibleSql.track('t.id')})
  OR EXISTS (SELECT 1 FROM artist x WHERE x.cover_id = @id AND ${visibleSql.artist('x.id')}))`;

/** A page of a grid asks for fifty small pictures: those asked for lately are at hand, some thousand of them. */
const KEPT_BYTES = 16_000_000;
const LARGEST_KEPT = 64_000;

/** Undefined for a large one, and for one that was thrown away meanwhile. */
const readSmall = async (path: string): Promise<Buffer<ArrayBuffer> | undefined> => {
  const size = await stat(path).then(
    (it) => it.size,
    () => Infinity,
  );
  return size <= LARGEST_KEPT ? readFile(path).catch(() => undefined) : undefined;
};

export const createCoverShelf = ({ db, covers }: { db: Db; covers: Covers }): CoverShelf => {
  const kept = new LRUCache<string, Buffer<ArrayBuffer>>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (it) => it.length + 200,
  });
  const any = db.sqlite.prepare(`SELECT sha256 FROM cover WHERE id = ? AND state <> 'bad'`).pluck();
  const seen = db.sqlite.prepare(SEEN).pluck();
  const sha256For = ({ id, viewer }: CoverAsk): string | undefined => {
    const row = decodeId('cov', id);
    if (row === undefined) return undefined;
    const sight = sightOf(viewer);
    return (sight === 'all' ? any.get(row) : seen.get({ id: row, roots: rootsParameter(sight) })) as string | undefined;
  };
  return {
    file: async (ask) => {
      const sha256 = sha256For(ask);
      return sha256 === undefined ? undefined : covers.variant({ ...ask, sha256 }, { owner: ask.viewer.userId });
    },
    send: async (ask, { call, ...how }) => {
      const { size, format } = ask;
      const sha256 = sha256For(ask);
      if (sha256 === undefined) return undefined;
      // Of these bytes for ever: what changes is which picture an album shows.
      const etag = `"${sha256.slice(0, 24)}-${size}-${format}"`;
      const answer = { ...how, type: `image/${format}`, etag };
      const atHand = kept.get(etag);
      if (atHand) return sendBytes(call, { ...answer, bytes: atHand });
      const asker = { owner: ask.viewer.userId, signal: call.c.req.raw.signal };
      const path = await covers.variant({ sha256, size, format }, asker);
      if (path === undefined) return undefined;
      const small = await readSmall(path);
      if (!small) return sendFile(call, { ...answer, path });
      kept.set(etag, small);
      return sendBytes(call, { ...answer, bytes: small });
    },
  };
};
