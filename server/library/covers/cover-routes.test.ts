import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { html } from 'hono/html';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../db/index.ts';
import { createClientReader, mountRoutes, type Viewer } from '../../http/index.ts';
import { encodeId, silentLog } from '../../kit/index.ts';
import { openFilledHouse, viewer } from '../../testing/filled-house.ts';
import { createCoverRoutes } from './cover-routes.ts';
import { createCoverShelf } from './cover-shelf.ts';
import { openCovers } from './covers.ts';

const folder = mkdtempSync(join(tmpdir(), 'evensong-cover-routes-'));
const covers = openCovers({
  originals: join(folder, 'originals'),
  variants: join(folder, 'variants'),
  quotaBytes: 1e9,
});
const people: Record<string, Viewer> = {
  all: viewer('usr_all', { roots: 'all' }),
  one: viewer('usr_one', { roots: [1] }),
  two: viewer('usr_two', { roots: [2] }),
};
const app = new Hono();
let db: Db;
let coverId: number;

beforeAll(async () => {
  db = openFilledHouse({ tracks: 300, secondRootShare: 0.3 });
  const bytes = await sharp({ create: { width: 700, height: 700, channels: 3, background: '#c02020' } })
    .png()
    .toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await covers.keep(sha256, bytes);
  coverId = Number(
    db.sqlite
      .prepare(`INSERT INTO cover(sha256, mime, tint, state, added_at) VALUES (?, 'image/png', '2', 'ready', 0)`)
      .run(sha256).lastInsertRowid,
  );
  db.sqlite
    .prepare(`UPDATE album SET cover_id = ? WHERE id = (SELECT album_id FROM album_root WHERE root_id = 1 LIMIT 1)`)
    .run(coverId);
  mountRoutes(app, createCoverRoutes({ covers: createCoverShelf({ db, covers }) }), {
    readClient: createClientReader({ trustedProxies: [], baseUrl: undefined }),
    whoIs: (c) => people[c.req.header('x-who') ?? ''],
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`${problem.title}` }),
    baseUrl: undefined,
    log: silentLog,
  });
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (query: string, who: string | undefined, headers: Record<string, string> = {}) =>
  app.request(`/api/v1/covers/${encodeId('cov', coverId)}${query}`, {
    headers: { ...(who ? { 'x-who': who } : {}), ...headers },
  });

describe('GET /api/v1/covers/{id}', () => {
  test('a picture in the next size up and the format asked for, for ever', async () => {
    const answer = await ask('?size=100', 'all', { accept: 'image/webp' });
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['vary']).toContain('Accept');
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width).toBe(128);
    const again = await ask('?size=100', 'all', { accept: 'image/webp', 'if-none-match': headers['etag']! });
    expect(again.status).toBe(304);
  });

  test('nobody, a bad size, an unknown parameter, a cover that is none', async () => {
    expect((await ask('', undefined)).status).toBe(401);
    expect((await ask('?size=0', 'all')).status).toBe(422);
    expect((await ask('?width=64', 'all')).status).toBe(422);
    const unknown = await app.request(`/api/v1/covers/${encodeId('cov', 999_999)}`, { headers: { 'x-who': 'all' } });
    expect(unknown.status).toBe(404);
  });

  test('who sees none of the roots it is in, sees no cover', async () => {
    expect((await ask('', 'one')).status).toBe(200);
    expect((await ask('', 'two')).status).toBe(404);
  });

  test('looking a cover up never scans', () => {
    const plan = db.sqlite.prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM album a WHERE a.cover_id = 1`).all() as {
      detail: string;
    }[];
    expect(plan.map(({ detail }) => detail).join()).toContain('album_cover');
  });
});
