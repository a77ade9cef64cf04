import { newPlaylist } from './listening-recipes.ts';
import type { Kitchen, Recipe, Recipes } from './recipe.ts';

type Names = Record<string, string>;

/** A playlist of the owner's with the body of a form, and one of somebody else's. */
const form =
  (body?: Names): Recipe =>
  async (kitchen) => {
    const [mine, other] = [await newPlaylist(kitchen), await newPlaylist(kitchen, kitchen.house.member)];
    return { params: { id: mine.id }, foreign: { id: other.id }, ...(body && { body }) };
  };

/** Both are deleted: the way back is what is asked for. */
const deleted: Recipe = async (kitchen) => {
  const happy = await form()(kitchen);
  const { owner, member } = kitchen.house;
  await owner.ask(`/api/v1/playlists/${happy.params?.['id']}`, { method: 'DELETE' });
  await member.ask(`/api/v1/playlists/${happy.foreign?.['id']}`, { method: 'DELETE' });
  return happy;
};

/** An entry of the owner's, and one of somebody else's under that one's own names. */
const entry = async (kitchen: Kitchen) => {
  const [mine, other] = [await newPlaylist(kitchen), await newPlaylist(kitchen, kitchen.house.member)];
  return { params: { id: mine.id, entry: mine.entry }, foreign: { id: other.id, entry: other.entry } };
};

export const playlistPageRecipes: Recipes = {
  'get /playlists/:id': form(),
  'post /playlists': () => ({ body: { name: 'From the page' } }),
  'post /playlists/:id/rename': form({ name: 'Renamed on the page' }),
  'post /playlists/:id/delete': form(),
  'post /playlists/:id/restore': deleted,
  'post /playlists/:id/entries/:entry/up': entry,
  'post /playlists/:id/entries/:entry/down': entry,
  'post /playlists/:id/entries/:entry/remove': entry,
};
