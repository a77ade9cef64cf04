import { Hono } from 'hono';
import { html } from 'hono/html';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { compressAnswers, createClientReader, mountRoutes, notFound, route } from './index.ts';

const lines: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
const spec = { method: 'get', kind: 'media', who: 'signed', summary: 'x', answers: {} } as const;
const text = 'x'.repeat(5000);

const app = new Hono();
app.use(compressAnswers());
mountRoutes(
  app,
  [
    route({ ...spec, path: '/m/:token/yes' }, () => new Response(text, { headers: { 'content-type': 'text/plain' } })),
    route({ ...spec, path: '/m/:token/no' }, () => {
      throw notFound();
    }),
    route({ ...spec, path: '/m/:token/broken' }, () => {
      throw new Error('within');
    }),
  ],
  {
    readClient: createClientReader({ trustedProxies: [], baseUrl: undefined }),
    whoIs: () => {
      throw new Error('a credential was looked at');
    },
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`${problem.title}` }),
    baseUrl: undefined,
    log,
  },
);
const TOKEN = 'Secret-secret_secret-secret_secret-secre';

test('an address that is its own permission is answered without a look at who asks, the same to all', async () => {
  const headers = { cookie: 'evensong=x', authorization: 'Bearer x', 'accept-encoding': 'gzip, br' };
  const answer = await app.request(`/m/${TOKEN}/yes`, { headers });
  expect([answer.status, await answer.text()]).toEqual([200, text]);
  expect(['vary', 'content-encoding', 'set-cookie'].map((it) => answer.headers.get(it))).toEqual([null, null, null]);
});

test('players of other sites may read a yes and a no', async () => {
  for (const path of ['yes', 'no', 'broken']) {
    const { headers } = await app.request(`/m/${TOKEN}/${path}`);
    expect([headers.get('access-control-allow-origin'), headers.get('cross-origin-resource-policy')]).toEqual([
      '*',
      'cross-origin',
    ]);
  }
});

test('the address stands in no line of the log, whatever comes of it', async () => {
  for (const path of ['yes', 'no', 'broken', 'unknown', 'yes?x=1']) await app.request(`/m/${TOKEN}/${path}`);
  await app.request(`/m/${TOKEN}/yes`, { method: 'POST' });
  expect(lines.join('')).toContain('/m/:token/yes');
  expect(lines.join('')).toContain('within');
  expect(lines.join('')).not.toContain(TOKEN);
});
