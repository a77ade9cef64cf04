/** Search as its owner runs it: the built server, its command line, and a Meilisearch of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readIdentity, type Identity } from '../../search/meili/left-over.ts';
import { buildServer, project, scratchFolder, startServer, type Child } from '../child-server.ts';
import { meilisearchProgram, NO_MEILISEARCH } from './meilisearch.ts';

const OWNER = { EVENSONG_OWNER_NAME: 'Hana', EVENSONG_OWNER_PASSWORD: 'three little words' };
const scratch = scratchFolder('reindex');
const data = join(scratch.path, 'data');
const media = join(scratch.path, 'music');
let server: Child | undefined;

const start = async (): Promise<string> => {
  const meili = meilisearchProgram ? { EVENSONG_MEILI_BIN: meilisearchProgram } : {};
  server = startServer({ args: ['--media', media], env: { ...OWNER, ...meili, EVENSONG_DATA: data } });
  return server.ready;
};
const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
  server?.process.kill(signal);
  await server?.ended;
  server = undefined;
};
const reindex = () =>
  spawnSync(process.execPath, ['.build/server/cli.js', 'reindex', '--data', data], { cwd: project, encoding: 'utf8' });

beforeAll(() => {
  mkdirSync(media, { recursive: true });
  buildServer();
}, 120_000);
afterEach(() => stop());
afterAll(() => scratch.remove());

const signIn = async (address: string): Promise<(path: string, init?: RequestInit) => Promise<Response>> => {
  const json = { 'content-type': 'application/json', origin: address };
  const answer = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: OWNER.EVENSONG_OWNER_NAME, password: OWNER.EVENSONG_OWNER_PASSWORD }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((it) => it.split(';')[0])
    .join('; ');
  return (path, init) => fetch(address + path, { ...init, headers: { ...json, cookie } });
};
const health = async (address: string): Promise<unknown> =>
  ((await (await fetch(`${address}/health/ready`)).json()) as { checks: { search: unknown } }).checks.search;

describe('evensong reindex', () => {
  test('is done by the running server; without one it is done at its next start', async () => {
    const address = await start();
    const made = reindex();
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toMatch(/^Made anew: \d+ things can be found\.\n$/);
    await stop();
    expect(reindex().stdout).toContain('when it starts');
    const again = await start();
    expect(again).not.toBe(address);
    const ask = await signIn(again);
    const runs = async () =>
      ((await (await ask('/api/v1/jobs/reindex')).json()) as { runs: { cause: string; state: string }[] }).runs;
    await expect.poll(runs, { timeout: 15_000 }).toHaveLength(2);
    await expect
      .poll(async () => (await runs())[0], { timeout: 15_000 })
      .toMatchObject({ cause: 'asked', state: 'done' });
  });
});

describe('a Meilisearch of its own', () => {
  test('is turned on over the API, outlives nothing: neither kill -9 of the server nor its end', async ({ skip }) => {
    skip(meilisearchProgram === undefined, NO_MEILISEARCH);
    const address = await start();
    const ask = await signIn(address);
    const turned = await ask('/api/v1/search/engine', { method: 'PUT', body: '{"meilisearch":true}' });
    expect(turned.status).toBe(200);
    await expect.poll(() => health(address), { timeout: 30_000 }).toBe('ok');
    const state = async () => (await (await ask('/api/v1/search/engine')).json()) as object;
    await expect.poll(state, { timeout: 30_000 }).toMatchObject({ answering: 'meilisearch' });
    const identity = () => JSON.parse(readFileSync(join(data, 'meilisearch/child.json'), 'utf8')) as Identity;
    const first = identity();
    await stop('SIGKILL');
    expect(readIdentity(first.pid)).toBeDefined();
    const next = await start();
    await expect.poll(() => readIdentity(first.pid), { timeout: 15_000 }).toBeUndefined();
    await expect.poll(() => health(next), { timeout: 30_000 }).toBe('ok');
    const second = identity();
    await stop();
    expect(readIdentity(second.pid)).toBeUndefined();
  });
});
