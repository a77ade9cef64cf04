import type { Route } from '../../http/index.ts';
import { fillLibrary } from '../fill-library.ts';
import { openWholeHouse, type WholeHouse } from '../whole-house.ts';
import { accountsRecipes } from './accounts-recipes.ts';
import { analysisRecipes } from './analysis-recipes.ts';
import { downloadRecipes } from './download-recipes.ts';
import { houseRecipes } from './house-recipes.ts';
import { libraryRecipes } from './library-recipes.ts';
import { listeningRecipes } from './listening-recipes.ts';
import { playlistPageRecipes } from './playlist-page-recipes.ts';
import { nameOf, type Happy, type Kitchen, type Recipes } from './recipe.ts';
import { streamingRecipes } from './streaming-recipes.ts';

/** One row per room: add yours here. */
export const recipes: Recipes = {
  ...accountsRecipes,
  ...libraryRecipes,
  ...listeningRecipes,
  ...playlistPageRecipes,
  ...streamingRecipes,
  ...downloadRecipes,
  ...analysisRecipes,
  ...houseRecipes,
};

const firstIds = async (house: WholeHouse): Promise<Record<string, string>> => {
  const ids: Record<string, string> = {};
  for (const kind of ['artists', 'albums', 'tracks', 'genres', 'folders']) {
    const { items } = (await (await house.owner.ask(`/api/v1/${kind}`)).json()) as { items: { id: string }[] };
    ids[kind] = items[0]?.id ?? '';
  }
  return ids;
};

/** The real house with a library of rows in it. */
export const openKitchen = async (): Promise<Kitchen> => {
  const house = await openWholeHouse();
  fillLibrary(house.app.db, { tracks: 200 });
  return { house, ids: await firstIds(house) };
};

export const happyOf = async (kitchen: Kitchen, it: Route): Promise<Happy> => {
  const recipe = recipes[nameOf(it)];
  return recipe ? recipe(kitchen) : { ...it.spec.example };
};
