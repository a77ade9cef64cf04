import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeId } from '../../kit/index.ts';
import type { Kitchen, Recipes } from './recipe.ts';

const rootFolder = mkdtempSync(join(tmpdir(), 'evensong-root-'));
process.once('exit', () => rmSync(rootFolder, { recursive: true, force: true }));

const scanOf = async ({ house }: Kitchen) => {
  const answer = await house.owner.ask('/api/v1/scans', { method: 'POST' });
  return { params: { id: ((await answer.json()) as { id: string }).id } };
};
const rootOf = ({ house }: Kitchen) => ({ params: { id: encodeId('roo', house.app.intake.roots.add(rootFolder).id) } });

export const houseRecipes: Recipes = {
  'get /assets/:file{[A-Za-z0-9._-]+}': async ({ house }) => {
    const page = await (await house.owner.ask('/nothing/here')).text();
    return { params: { file: /\/assets\/(evensong-[A-Z0-9]+\.css)/.exec(page)?.[1] ?? '' } };
  },
  'get /api/v1/scans/:id': scanOf,
  'get /api/v1/scans/:id/issues': scanOf,
  'delete /api/v1/scans/:id': scanOf,
  'post /scans/:id/stop': scanOf,
  'post /welcome/folders': () => ({ body: { path: rootFolder } }),
  'post /server/folders': () => ({ body: { path: rootFolder } }),
  'post /server/folders/:id/remove': rootOf,
  'post /server/folders/:id/accept': rootOf,
  'post /api/v1/roots': () => ({ body: { path: rootFolder } }),
  'get /api/v1/roots/:id': rootOf,
  'patch /api/v1/roots/:id': (kitchen) => ({ ...rootOf(kitchen), body: { name: 'Attic' } }),
  'delete /api/v1/roots/:id': rootOf,
  'post /server/search': () => ({ body: { meilisearch: 'off' } }),
  'get /api/v1/search': () => ({ query: { q: 'a' } }),
  'get /api/v1/suggest': () => ({ query: { q: 'a' } }),
  'get /api/docs/:file{[a-z0-9.-]+}': () => ({ params: { file: 'swagger-ui.css' } }),
};
