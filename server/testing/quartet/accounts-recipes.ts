import { OWNER } from '../accounts-house.ts';
import { read, type Kitchen, type Recipes } from './recipe.ts';

const PASSWORD = 'some other three words';
let count = 0;

const newcomer = async ({ house }: Kitchen) => {
  const body = { name: `Newcomer ${++count}`, password: PASSWORD, role: 'listener' };
  const { id } = await read<{ id: string }>(house.owner.ask('/api/v1/users', { method: 'POST', body }));
  const browser = house.browser();
  await browser.ask('/api/v1/session', { method: 'POST', body: { name: body.name, password: PASSWORD } });
  return { id, browser };
};
const sessionId = async (browser: Kitchen['house']['owner']): Promise<string> => {
  const { items } = await read<{ items: { id: string }[] }>(browser.ask('/api/v1/sessions'));
  return items[0]?.id ?? '';
};
const token = async (browser: Kitchen['house']['owner']): Promise<string> =>
  (await read<{ id: string }>(browser.ask('/api/v1/tokens', { method: 'POST', body: { name: 'x', scopes: ['read'] } })))
    .id;

export const accountsRecipes: Recipes = {
  // There is an owner: the way is closed, and the room's own tests go it while it is open.
  'post /api/v1/setup': () => ({ body: { code: 'x', name: 'Eve', password: PASSWORD }, status: 410 }),
  'post /api/v1/session': ({ house }) => ({ body: OWNER, as: house.browser() }),
  'delete /api/v1/session': async (kitchen) => ({ as: (await newcomer(kitchen)).browser }),
  'delete /api/v1/sessions': async (kitchen) => ({ as: (await newcomer(kitchen)).browser }),
  'delete /api/v1/sessions/:id': async (kitchen) => {
    const { browser } = await newcomer(kitchen);
    return {
      as: browser,
      params: { id: await sessionId(browser) },
      foreign: { id: await sessionId(kitchen.house.member) },
    };
  },
  'put /api/v1/me/password': async (kitchen) => ({
    as: (await newcomer(kitchen)).browser,
    body: { current: PASSWORD, next: 'yet another three words' },
  }),
  'delete /api/v1/tokens/:id': async ({ house }) => ({
    params: { id: await token(house.owner) },
    foreign: { id: await token(house.member) },
  }),
  'get /api/v1/users/:id': async (kitchen) => ({ params: { id: (await newcomer(kitchen)).id } }),
  'patch /api/v1/users/:id': async (kitchen) => ({
    params: { id: (await newcomer(kitchen)).id },
    body: { name: `Renamed ${count}` },
  }),
  'delete /api/v1/users/:id': async (kitchen) => ({ params: { id: (await newcomer(kitchen)).id } }),
  // The way is closed: the page says so with the API's status.
  'post /setup': () => ({ body: { code: 'x', name: 'Eve', password: PASSWORD }, status: 410 }),
  'post /sign-in': ({ house }) => ({ body: OWNER, as: house.browser() }),
  'post /sign-out': async (kitchen) => ({ as: (await newcomer(kitchen)).browser }),
  'post /settings/theme': () => ({ body: { theme: 'dark' } }),
  'post /settings/playback': () => ({ body: { quality: '128', levelling: 'auto', crossfadeSec: '4' } }),
  'post /settings/password': async (kitchen) => ({
    as: (await newcomer(kitchen)).browser,
    body: { current: PASSWORD, next: 'yet another three words' },
  }),
  'post /settings/sessions/end-others': async (kitchen) => ({ as: (await newcomer(kitchen)).browser }),
  'post /settings/sessions/:id/end': async (kitchen) => {
    const { browser } = await newcomer(kitchen);
    return {
      as: browser,
      params: { id: await sessionId(browser) },
      foreign: { id: await sessionId(kitchen.house.member) },
    };
  },
  'post /settings/tokens': async (kitchen) => ({
    as: (await newcomer(kitchen)).browser,
    body: { name: 'Backup', scopes: 'read' },
  }),
  'post /settings/tokens/:id/revoke': async ({ house }) => ({
    params: { id: await token(house.owner) },
    foreign: { id: await token(house.member) },
  }),
};
