import { z } from 'zod';
import { notFound, route, type Route } from '../../http/index.ts';
import type { CoverShelf } from './cover-shelf.ts';
import { chooseFormat, snapSize } from './negotiate.ts';

/** GET /api/v1/covers/{id}: for callers with a session or a token. */
export const createCoverRoutes = ({ covers }: { covers: CoverShelf }): Route[] => [
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
      answers: {
        200: 'The picture.',
        304: 'It is the one you have.',
        404: 'No such cover.',
        429: 'Too many are being made ready for you; see Retry-After.',
      },
    },
    async (call) => {
      const size = snapSize(call.query.size);
      const format = chooseFormat(call.c.req.header('accept'));
      const answer = await covers.send(
        { id: call.params.id, size, format, viewer: call.viewer },
        {
          call,
          cacheControl: 'private, max-age=31536000, immutable',
          headers: { vary: 'Accept, Cookie, Authorization' },
        },
      );
      if (!answer) throw notFound();
      return answer;
    },
  ),
];
