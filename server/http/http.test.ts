import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineProblem, silentLog, type Log } from '../kit/index.ts';
import { createClientReader, json, mountRoutes, page, route, sendFile, type Viewer } from './index.ts';
import { parseRange } from './answering/range.ts';

const dir = mkdtempSync(join(tmpdir(), 'http-'));
afterAll(() => rmSync(dir, { recursive: true }));
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
writeFileSync(join(dir, 'a.bin'), bytes);

const listener: Viewer = {
  userId: 'usr_1',
  name: 'Ida',
  role: 'listener',
  scopes: new Set(['read', 'write']),
  roots: 'all',
  via: 'session',
  credentialId: 's',
};
const people: Record<string, Viewer> = {
  ida: listener,
  script: { ...listener, via: 'token', scopes: new Set(['read']) },
  owner: { ...listener, role: 'owner', scopes: new Set(['read', 'write', 'admin']) },
};
const gone = defineProblem({ code: 'shop/gone', status: 410, title: 'It is gone.' });

const failures: unknown[] = [];
const tellingLog: Log = { ...silentLog, error: (facts: unknown) => void failures.push(facts), child: () => tellingLog };
const app = new Hono();
mountRoutes(
  app,
  [
    route(
      {
        method: 'get',
        path: '/api/things',
        who: 'user',
        summary: 'x',
        query: { limit: z.coerce.number().max(5).optional() },
        answers: {},
      },
      (call) => json(call, { limit: call.query.limit ?? null, name: call.viewer.name }),
    ),
    route(
      {
        method: 'post',
        path: '/api/things',
        who: 'user',
        summary: 'x',
        body: z.object({ name: z.string() }),
        maxBodyBytes: 200,
        answers: {},
      },
      (call) => json(call, call.body, { status: 201 }),
    ),
    route({ method: 'get', path: '/api/gone', who: 'public', summary: 'x', answers: {} }, () => {
      throw gone();
    }),
    route({ method: 'get', path: '/api/broken', who: 'public', summary: 'x', answers: {} }, () => {
      throw new Error('secret detail');
    }),
    route({ method: 'get', path: '/api/owner', who: 'admin', summary: 'x', answers: {} }, (call) => json(call, {})),
    route({ method: 'get', path: '/media', kind: 'media', who: 'public', summary: 'x', answers: {} }, (call) =>
      sendFile(call, { path: join(dir, 'a.bin'), type: 'audio/flac', cacheControl: 'private' }),
    ),
    route({ method: 'get', path: '/page', kind: 'page', who: 'user', summary: 'x', answers: {} }, (call) =>
      page(call, { title: 'A', body: html`<h1>${'<b>'}</h1>` }),
    ),
  ],
  {
    readClient: createClientReader({ trustedProxies: [], baseUrl: undefined }),
    whoIs: (c) => people[c.req.header('x-who') ?? ''],
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`${problem.title}` }),
    baseUrl: undefined,
    log: tellingLog,
  },
);
const ask = (
  path: string,
  init: Omit<RequestInit, 'headers'> & { who?: string; headers?: Record<string, string> } = {},
) => app.request(path, { ...init, headers: { ...(init.who && { 'x-who': init.who }), ...init.headers } });
const post = (body: string, headers: Record<string, string>, who = 'ida') =>
  ask('/api/things', { method: 'POST', body, who, headers: { 'content-type': 'application/json', ...headers } });
const own = { 'sec-fetch-site': 'same-origin' };

describe('who gets in', () => {
  test('nobody is 401, and a page sends to sign in', async () => {
    expect((await ask('/api/things')).status).toBe(401);
    const answer = await ask('/page?x=1');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fpage%3Fx%3D1']);
  });
  test('a listener is not an owner, a token without the scope is refused', async () => {
    expect((await ask('/api/owner', { who: 'ida' })).status).toBe(403);
    expect((await ask('/api/owner', { who: 'owner' })).status).toBe(200);
    expect((await post('{"name":"a"}', {}, 'script')).status).toBe(403);
  });
  test('a session changes things only from our own pages', async () => {
    expect((await post('{"name":"a"}', own)).status).toBe(201);
    expect((await post('{"name":"a"}', {})).status).toBe(403);
    expect((await post('{"name":"a"}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('{"name":"a"}', { origin: 'http://evil.test', host: 'home.test' })).status).toBe(403);
    expect((await post('{"name":"a"}', { origin: 'http://home.test', host: 'home.test' })).status).toBe(201);
  });
});

describe('what is not right', () => {
  test('an unknown parameter is 422 and named, a value is never echoed', async () => {
    const answer = await ask('/api/things?limt=3', { who: 'ida' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'http/input', errors: [{ path: 'limt' }] });
    expect(await (await ask('/api/things?limit=hunter2', { who: 'ida' })).text()).not.toContain('hunter2');
  });
  test('a body that is too large, no JSON, too deep or of another type has its status', async () => {
    expect((await post(JSON.stringify({ name: 'a'.repeat(300) }), own)).status).toBe(413);
    expect((await post('{', own)).status).toBe(422);
    expect((await post('['.repeat(50), own)).status).toBe(422);
    expect((await post('{"name":"a"}', { ...own, 'content-type': 'text/plain' })).status).toBe(415);
  });
  test('a body that breaks off is no failure of ours', async () => {
    const before = failures.length;
    const body = new ReadableStream({ pull: (out) => out.error(new Error('aborted')) });
    const headers = { ...own, 'content-type': 'application/json' };
    const answer = await ask('/api/things', { method: 'POST', body, duplex: 'half', who: 'ida', headers } as never);
    expect([answer.status, failures.length - before]).toEqual([422, 0]);
    await ask('/api/broken');
    expect(failures.length - before).toBe(1);
  });
  test('problems carry code and request id, surprises carry no detail', async () => {
    const answer = await ask('/api/gone');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([410, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ code: 'shop/gone', requestId: answer.headers.get('x-request-id') });
    expect(await (await ask('/api/broken')).text()).not.toContain('secret');
    expect((await ask('/api/nothing')).status).toBe(404);
    expect((await ask('/api/gone', { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
  });
});

test('a read that has not changed is 304', async () => {
  const first = await ask('/api/things', { who: 'ida' });
  const etag = first.headers.get('etag') ?? '';
  expect((await ask('/api/things', { who: 'ida', headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await ask('/api/things?limit=1', { who: 'ida', headers: { 'if-none-match': etag } })).status).toBe(200);
});

describe('ranges', () => {
  const range = async (value: string, headers: Record<string, string> = {}) => {
    const answer = await ask('/media', { headers: { range: value, ...headers } });
    return [answer.status, answer.headers.get('content-range'), Buffer.from(await answer.arrayBuffer())] as const;
  };
  test('a part is exact, past the end is 416, several are the whole', async () => {
    expect(await range('bytes=10-19')).toEqual([206, 'bytes 10-19/1000', bytes.subarray(10, 20)]);
    expect(await range('bytes=-5')).toEqual([206, 'bytes 995-999/1000', bytes.subarray(995)]);
    expect((await range('bytes=1000-'))[0]).toBe(416);
    expect((await range('bytes=0-1,5-6'))[0]).toBe(200);
  });
  test('what is kept for ever says so of its bytes, never of a refusal', async () => {
    const past = await ask('/media', { headers: { range: 'bytes=1000-' } });
    expect([past.status, past.headers.get('cache-control')]).toEqual([416, 'no-store']);
  });
  test('If-Range with another tag gives the whole file; HEAD gives no body', async () => {
    expect((await range('bytes=0-1', { 'if-range': '"other"' }))[0]).toBe(200);
    const head = await ask('/media', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([
      200,
      '1000',
      0,
    ]);
  });
  test('whatever is asked, a part lies inside the file', () => {
    fc.assert(
      fc.property(fc.string(), fc.tuple(fc.nat(), fc.nat()), fc.nat(5000), (junk, [a, b], size) => {
        for (const header of [junk, `bytes=${a}-${b}`, `bytes=-${a}`, `bytes=${a}-`]) {
          const it = parseRange(header, size);
          if (it.kind === 'part' && !(it.start >= 0 && it.start <= it.end && it.end < size)) return false;
        }
        return true;
      }),
    );
  });
});

test('text on a page is escaped', async () => {
  expect(await (await ask('/page', { who: 'ida' })).text()).toContain('&lt;b&gt;');
});
