import { read, type Kitchen, type Recipe, type Recipes } from './recipe.ts';

const DEVICE = 'd0e1f2a3-0000-4000-8000-000000000001';
let count = 0;

const play = ({ ids }: Kitchen, id: string) => ({
  events: [
    {
      id,
      trackId: ids['tracks'],
      startedAt: '2024-01-01T00:00:00Z',
      playedMs: 1000,
      outcome: 'skipped',
      source: 'test',
      deviceId: DEVICE,
    },
  ],
});
const queued = ({ ids }: Kitchen) => ({
  entries: [{ id: 'e1', trackId: ids['tracks'], source: '', byYou: false, order: 0 }],
  index: 0,
  deviceId: DEVICE,
});
const revisionOf = async ({ house }: Kitchen): Promise<string> =>
  (await house.owner.ask('/api/v1/queue')).headers.get('etag') ?? '';

export const newPlaylist = async (kitchen: Kitchen, who = kitchen.house.owner) => {
  const body = { name: `List ${++count}`, trackIds: [kitchen.ids['tracks']] };
  const { id } = await read<{ id: string }>(who.ask('/api/v1/playlists', { method: 'POST', body }));
  const { entries } = await read<{ entries: { id: string }[] }>(who.ask(`/api/v1/playlists/${id}`));
  return { id, entry: entries[0]?.id ?? '' };
};
/** A playlist of the owner's, and one of somebody else's under the same parameter. */
const playlist =
  (more: (it: { id: string; entry: string }, kitchen: Kitchen) => object = () => ({})): Recipe =>
  async (kitchen) => {
    const mine = await newPlaylist(kitchen);
    const other = await newPlaylist(kitchen, kitchen.house.member);
    return { params: { id: mine.id }, foreign: { id: other.id }, ...more(mine, kitchen) };
  };

/** A mark on a playlist: the one kind that is somebody's own. */
const marked =
  (body?: object): Recipe =>
  async (kitchen) => {
    const [mine, other] = [await newPlaylist(kitchen), await newPlaylist(kitchen, kitchen.house.member)];
    const of = (id: string) => ({ kind: 'playlists', id });
    return { params: of(mine.id), foreign: of(other.id), ...(body && { body }) };
  };

/** A device of the owner's, and one of somebody else's. */
const devices = async ({ house }: Kitchen) => {
  const [mine, other] = [`m${++count}`, `o${++count}`];
  const meet = (who: Kitchen['house']['owner'], id: string) =>
    who.ask('/api/v1/devices', { method: 'POST', body: { id, name: 'Radio' } });
  await meet(house.owner, mine);
  await meet(house.member, other);
  return { params: { id: mine }, foreign: { id: other } };
};

export const listeningRecipes: Recipes = {
  'put /api/v1/likes/:kind/:id': marked(),
  'delete /api/v1/likes/:kind/:id': marked(),
  'put /api/v1/bans/:kind/:id': marked(),
  'delete /api/v1/bans/:kind/:id': marked(),
  'put /api/v1/ratings/:kind/:id': marked({ stars: 4 }),
  'post /api/v1/plays': (kitchen) => ({ body: play(kitchen, `p${++count}`) }),
  'delete /api/v1/history/:id': async (kitchen) => {
    const [mine, other] = [`p${++count}`, `p${++count}`];
    await kitchen.house.owner.ask('/api/v1/plays', { method: 'POST', body: play(kitchen, mine) });
    await kitchen.house.member.ask('/api/v1/plays', { method: 'POST', body: play(kitchen, other) });
    return { params: { id: mine }, foreign: { id: other } };
  },
  'put /api/v1/queue': async (kitchen) => ({
    body: queued(kitchen),
    headers: { 'if-match': await revisionOf(kitchen) },
  }),
  'patch /api/v1/queue': async (kitchen) => ({
    body: { positionMs: 5 },
    headers: { 'if-match': await revisionOf(kitchen) },
  }),
  'post /api/v1/queue/entries': ({ ids }) => ({ body: { trackIds: [ids['tracks']] } }),
  'post /api/v1/devices': () => ({ body: { id: DEVICE, name: 'Kitchen' } }),
  'patch /api/v1/devices/:id': async (kitchen) => ({ ...(await devices(kitchen)), body: { name: 'Hall' } }),
  'delete /api/v1/devices/:id': devices,
  'post /api/v1/playlists': () => ({ body: { name: `List ${++count}` } }),
  'post /api/v1/playlists/import': () => ({ body: { m3u: '#EXTM3U\nnothing.mp3\n' } }),
  'get /api/v1/playlists/:id': playlist(),
  'patch /api/v1/playlists/:id': playlist(() => ({ body: { name: 'Other' }, headers: { 'if-match': '*' } })),
  'delete /api/v1/playlists/:id': playlist(),
  'post /api/v1/playlists/:id/restore': async (kitchen) => {
    const [mine, other] = [await newPlaylist(kitchen), await newPlaylist(kitchen, kitchen.house.member)];
    await kitchen.house.owner.ask(`/api/v1/playlists/${mine.id}`, { method: 'DELETE' });
    await kitchen.house.member.ask(`/api/v1/playlists/${other.id}`, { method: 'DELETE' });
    return { params: { id: mine.id }, foreign: { id: other.id } };
  },
  'get /api/v1/playlists/:id/entries': playlist(),
  'post /api/v1/playlists/:id/entries': playlist((_, { ids }) => ({ body: { trackIds: [ids['tracks']] } })),
  'patch /api/v1/playlists/:id/entries': playlist(({ entry }) => ({ body: { ids: [entry], after: null } })),
  'delete /api/v1/playlists/:id/entries': playlist(({ entry }) => ({ body: { ids: [entry] } })),
};
