import { z } from 'zod';
import type { Db } from '../../db/index.ts';
import { idOf, notFound, route, sendFile, type Route, type Viewer } from '../../http/index.ts';
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

export function createCoverRoutes({ db, covers }: CoverRouteNeeds): Route[] {
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
        const path = await covers.variant(sha256, size, format);
        if (path === undefined) throw notFound();
        return sendFile(call, {
          path,
          type: `image/${format}`,
          etag: `"${sha256.slice(0, 24)}-${size}-${format}"`,
          cacheControl: 'private, max-age=31536000, immutable',
          headers: { vary: 'Accept, Cookie, Authorization' },
        });
      },
    ),
  ];
}
