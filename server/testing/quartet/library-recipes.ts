import type { Kitchen, Recipes } from './recipe.ts';

const one = (kind: string) => (kitchen: Kitchen) => ({ params: { id: kitchen.ids[kind] ?? '' } });

export const libraryRecipes: Recipes = {
  'get /api/v1/artists/:id': one('artists'),
  'get /api/v1/albums/:id': one('albums'),
  'get /api/v1/tracks/:id': one('tracks'),
  'get /api/v1/genres/:id': one('genres'),
  'get /api/v1/folders/:id': one('folders'),
  'get /api/v1/tracks/:id/lyrics': ({ house, ids }) => {
    const row = Number.parseInt((ids['tracks'] ?? '').slice(4), 36);
    house.app.db.sqlite
      .prepare(`INSERT OR REPLACE INTO lyrics(track_id, kind, text) VALUES (?, 'plain', 'La la.')`)
      .run(row);
    return { params: { id: ids['tracks'] ?? '' } };
  },
};
