import type { Recipes } from './recipe.ts';

export const houseRecipes: Recipes = {
  'get /assets/:file{[A-Za-z0-9._-]+}': async ({ house }) => {
    const page = await (await house.owner.ask('/nothing/here')).text();
    return { params: { file: /\/assets\/(evensong-[A-Z0-9]+\.css)/.exec(page)?.[1] ?? '' } };
  },
  'get /api/docs/:file{[a-z0-9.-]+}': () => ({ params: { file: 'swagger-ui.css' } }),
};
