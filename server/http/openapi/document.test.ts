import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { json, route, type Route } from '../index.ts';
import { describeApi } from './document.ts';
import { templateOf } from './path.ts';

const track = z
  .object({ id: z.string(), album: z.object({ id: z.string() }).meta({ id: 'AlbumRef' }) })
  .meta({ id: 'Track' });

const routes: Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/tracks/:id',
      who: 'user',
      scope: 'playback',
      owner: 'your own marks',
      summary: 'One track.',
      params: { id: z.string() },
      query: { limit: z.coerce.number().int().max(5).default(2), q: z.string() },
      answers: { 200: track, 404: 'No such track.' },
    },
    (call) => json(call, {}),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/tracks/:id',
      who: 'admin',
      summary: 'Changes it.',
      body: z.strictObject({ at: z.iso.datetime().transform(Date.parse), stars: z.int().max(5).optional() }),
      answers: { 204: 'Done.' },
    },
    (call) => json(call, {}),
  ),
  route({ method: 'get', path: '/albums', kind: 'page', who: 'user', summary: 'x', answers: {} }, (call) =>
    json(call, {}),
  ),
];
type Doc = {
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, unknown> };
};

describe('the API document', () => {
  const doc = describeApi(routes) as unknown as Doc;
  const get = doc.paths['/api/v1/tracks/{id}']?.['get'] ?? {};
  test('has every route for scripts and no page', () => {
    expect(Object.keys(doc.paths)).toEqual(['/api/v1/tracks/{id}']);
    expect(Object.keys(doc.paths['/api/v1/tracks/{id}'] ?? {})).toEqual(['get', 'post']);
  });
  test('tells parameters, what is needed, and who may', () => {
    expect(get['parameters']).toMatchObject([
      { name: 'id', in: 'path', required: true },
      { name: 'limit', in: 'query', required: false, schema: { maximum: 5, default: 2 } },
      { name: 'q', in: 'query', required: true },
    ]);
    expect(get['security']).toEqual([{ session: [] }, { token: ['playback'] }]);
  });
  test('named schemas are components, and every reference arrives', () => {
    const text = JSON.stringify(doc);
    expect(Object.keys(doc.components.schemas).toSorted()).toEqual(['AlbumRef', 'Problem', 'Track']);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(doc.components.schemas, name).toHaveProperty(name);
    expect(text).not.toContain('$defs');
  });
  test('a value that is turned into another is described as it is sent', () => {
    expect(JSON.stringify(doc.paths['/api/v1/tracks/{id}']?.['post'])).toContain('"format":"date-time"');
  });
});

test('addresses with patterns become templates', () => {
  expect(templateOf('/a/:id{[a-z]{3}}.m3u8')).toEqual({ template: '/a/{id}.m3u8', names: ['id'] });
  expect(templateOf('/t/:id/hls/:family{(aac|flac)\\.m3u8}').template).toBe('/t/{id}/hls/{family}');
  expect(templateOf('/x/:k{[0-9]+\\.m4s}/y').names).toEqual(['k']);
});
