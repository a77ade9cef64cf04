import type { Recipes } from './recipe.ts';

export const analysisRecipes: Recipes = {
  'get /api/v1/tracks/:id/waveform': ({ ids }) => ({ params: { id: ids['tracks'] ?? '' } }),
};
