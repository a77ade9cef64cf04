import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { encodeId } from '../../kit/index.ts';
import type { Kitchen, Recipes } from './recipe.ts';

const one = (kind: string) => (kitchen: Kitchen) => ({ params: { id: kitchen.ids[kind] ?? '' } });

/** A picture in the house's covers, and its row. */
const coverOf = async ({ house }: Kitchen) => {
  const picture = sharp({ create: { width: 300, height: 300, channels: 3, background: '#c02020' } });
  const bytes = await picture.png().toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { db, intake } = house.app;
  await intake.covers.keep(sha256, bytes);
  db.sqlite
    .prepare(
      `INSERT OR IGNORE INTO cover(sha256, mime, tint, state, added_at) VALUES (?, 'image/png', '2', 'ready', 0)`,
    )
    .run(sha256);
  const row = db.sqlite.prepare('SELECT id FROM cover WHERE sha256 = ?').pluck().get(sha256) as number;
  return { params: { id: encodeId('cov', row) } };
};

export const libraryRecipes: Recipes = {
  'get /api/v1/artists/:id': one('artists'),
  'get /api/v1/albums/:id': one('albums'),
  'get /api/v1/tracks/:id': one('tracks'),
  'get /api/v1/genres/:id': one('genres'),
  'get /api/v1/folders/:id': one('folders'),
  'get /artists/:id': one('artists'),
  'get /albums/:id': one('albums'),
  'get /genres/:id': one('genres'),
  'get /folders/:id': one('folders'),
  'get /api/v1/covers/:id': coverOf,
  'get /api/v1/tracks/:id/lyrics': ({ house, ids }) => {
    const row = Number.parseInt((ids['tracks'] ?? '').slice(4), 36);
    house.app.db.sqlite
      .prepare(`INSERT OR REPLACE INTO lyrics(track_id, kind, text) VALUES (?, 'plain', 'La la.')`)
      .run(row);
    return { params: { id: ids['tracks'] ?? '' } };
  },
};
