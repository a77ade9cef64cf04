import { read, type Kitchen, type Recipes } from './recipe.ts';
import { real } from './streaming-recipes.ts';

const listOf = async ({ house }: Kitchen, trackId: string, who = house.owner): Promise<string> => {
  const body = { name: 'To take along', trackIds: [trackId] };
  return (await read<{ id: string }>(who.ask('/api/v1/playlists', { method: 'POST', body }))).id;
};

export const downloadRecipes: Recipes = {
  'get /api/v1/tracks/:id/download': async (kitchen) => ({ params: { id: (await real(kitchen)).trackId } }),
  'get /api/v1/albums/:id/download': async (kitchen) => ({ params: { id: (await real(kitchen)).albumId } }),
  'get /api/v1/playlists/:id/download': async (kitchen) => {
    const { trackId } = await real(kitchen);
    const [mine, other] = [await listOf(kitchen, trackId), await listOf(kitchen, trackId, kitchen.house.member)];
    return { params: { id: mine }, foreign: { id: other } };
  },
};
