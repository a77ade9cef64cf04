import { Hono } from 'hono';
import { html } from 'hono/html';
import { expect, test, vi } from 'vitest';
import { silentLog } from '../kit/index.ts';
import { createClientReader, createEventRoutes, mountRoutes, type LiveFact, type Viewer } from './index.ts';

const ida: Viewer = {
  userId: 'usr_ida',
  name: 'Ida',
  role: 'listener',
  scopes: new Set(['read']),
  roots: 'all',
  via: 'session',
  credentialId: 's',
};

const open = () => {
  const facts: LiveFact[] = [];
  const listeners = new Set<() => void>();
  const ended = new Set<string>();
  let asked = 0;
  const stop = new AbortController();
  const journal = {
    since: (seq: number, limit: number) => {
      asked++;
      return facts.slice(seq, seq + limit);
    },
    lastSeq: () => facts.length,
    follow: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stands = ({ credentialId }: Viewer) => !ended.has(credentialId);
  const app = new Hono();
  mountRoutes(app, createEventRoutes({ journal, stands, signal: stop.signal }), {
    whoIs: () => ida,
    readClient: createClientReader({ trustedProxies: [], baseUrl: undefined }),
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`` }),
    baseUrl: undefined,
    log: silentLog,
  });
  const add = (kind: string, payload: Record<string, unknown> = {}) => {
    facts.push({ seq: facts.length + 1, kind, payload });
    for (const listener of listeners) listener();
  };
  const read = async (answer: Response, until: string): Promise<string> => {
    const reader = answer.body!.getReader();
    let text = '';
    while (!text.includes(until)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += new TextDecoder().decode(value);
    }
    await reader.cancel();
    return text;
  };
  return { app, add, read, stop, listeners, ended, asked: () => asked };
};

test('a stream resumes after Last-Event-ID, narrows by topic and hides what is another person’s', async () => {
  const { app, add, read, listeners } = open();
  add('scan.started');
  const answer = await app.request('/api/v1/events?topics=track', { headers: { 'last-event-id': '0' } });
  add('track.played', { userId: 'usr_other', id: 'trk_1' });
  add('track.played', { userId: 'usr_ida', id: 'trk_2' });
  const text = await read(answer, 'trk_2');
  expect(text).toContain('id: 3\nevent: track.played\ndata: {"id":"trk_2"}');
  expect(text).not.toMatch(/trk_1|scan\.started|usr_/);
  expect(listeners.size).toBe(0);
});

test('a stop ends every stream, and one person cannot open streams without end', async () => {
  const { app, stop, listeners } = open();
  const many = await Promise.all(Array.from({ length: 13 }, async () => app.request('/api/v1/events')));
  expect(many.map((a) => a.status)).toEqual([...Array(12).fill(200), 429]);
  stop.abort();
  expect(listeners.size).toBe(0);
  expect((await app.request('/api/v1/events')).status).toBe(200);
});

test('a stream ends with the session or token that opened it, and tells nothing more', async () => {
  const { app, add, read, listeners, ended } = open();
  const answer = await app.request('/api/v1/events');
  const reading = read(answer, 'trk_2');
  add('track.played', { userId: 'usr_ida', id: 'trk_1' });
  await new Promise((done) => setTimeout(done, 20));
  ended.add(ida.credentialId);
  add('track.played', { userId: 'usr_ida', id: 'trk_2' });
  const text = await reading;
  expect(text).toContain('trk_1');
  expect(text).not.toContain('trk_2');
  expect(listeners.size).toBe(0);
});

test('a silent one ends too, at the next beat', async () => {
  vi.useFakeTimers();
  const { app, listeners, ended } = open();
  await app.request('/api/v1/events');
  ended.add(ida.credentialId);
  vi.advanceTimersByTime(25_000);
  expect(listeners.size).toBe(0);
  vi.useRealTimers();
});

test('who lags far behind is caught up as far as they read, and gets all of it', async () => {
  const { app, add, read, asked } = open();
  for (let i = 0; i < 5000; i++) add('track.added', { id: `trk_${i}` });
  const answer = await app.request('/api/v1/events', { headers: { 'last-event-id': '0' } });
  await new Promise((done) => setTimeout(done, 50));
  add('track.added', { id: 'trk_last' });
  expect(asked()).toBeLessThan(3);
  const text = await read(answer, 'trk_last');
  expect(text.match(/^id: /gm)).toHaveLength(5001);
});
