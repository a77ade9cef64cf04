import { readFile, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Db } from '../../db/index.ts';
import { idOf, notFound, route, sendBytes, sendFile, type Route, type Viewer } from '../../http/index.ts';
import { rootsParameter, sightOf, visibleSql } from '../read/visible.ts';
import type { Covers } from './covers.ts';
import { chooseFormat, snapSize } from './negotiate.ts';

/** GET /api/v1/covers/{id}: a cover is seen by whoever sees something that carries it. */

export type CoverRouteNeeds = { db: Db; covers: Covers };

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

export function createCoverRoutes({ db, covers }: CoverRouteNeeds): Route[] {
  const kept = new LRUCache<string, Buffer<ArrayBuffer>>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (it) => it.length + 200,
  });
  const any = db.sqlite.prepare(`SELECT sha256 FROM cover WHERE id = ? AND state <> 'bad'`).pluck();
  const seen = db.sqlite.prepare(SEEN).pluck();
  const sha256For = (id: number, viewer: Viewer): string | undefined => {
    const sight = sightOf(viewer);
    return (sight === 'all' ? any.get(id) : seen.get({ id, roots: rootsParameter(sight) })) as string | undefined;
  };

  return [
    route(
      {
        method: 'get',
        path: '/api/v1/covers/:id',
        kind: 'media',
        who: 'user',
        summary:
          'A cover, encoded anew as WebP, AVIF or JPEG by Accept; `size` snaps up to 64, 128, 256, 512 or 1024 pixels.',
        params: { id: z.string().max(40) },
        query: { size: z.coerce.number().int().min(1).max(4096).default(512) },
        answers: { 200: 'The picture.', 304: 'It is the one you have.', 404: 'No such cover.' },
      },
      async (call) => {
        const sha256 = sha256For(idOf('cov', call.params.id), call.viewer);
        if (sha256 === undefined) throw notFound();
        const size = snapSize(call.query.size);
        const format = chooseFormat(call.c.req.header('accept'));
        // Of these bytes for ever: what changes is which picture an album shows.
        const etag = `"${sha256.slice(0, 24)}-${size}-${format}"`;
        const answer = {
          type: `image/${format}`,
          etag,
          cacheControl: 'private, max-age=31536000, immutable',
          headers: { vary: 'Accept, Cookie, Authorization' },
        };
        const atHand = kept.get(etag);
        if (atHand) return sendBytes(call, { ...answer, bytes: atHand });
        const path = await covers.variant(sha256, size, format);
        if (path === undefined) throw notFound();
        const small = await readSmall(path);
        if (!small) return sendFile(call, { ...answer, path });
        kept.set(etag, small);
        return sendBytes(call, { ...answer, bytes: small });
      },
    ),
  ];
}
