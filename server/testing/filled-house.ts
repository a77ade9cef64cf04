import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, openMemoryDatabase, readMigrations, type Db } from '../db/index.ts';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { createClientReader, mountRoutes, type Route, type Viewer } from '../http/index.ts';
import { silentLog } from '../kit/index.ts';
import { fillLibrary, type FillOptions } from './fill-library.ts';

/** A migrated database in memory with a library in it, made once per size and opened anew for each test. */
const home = fileURLToPath(new URL('../..', import.meta.url));
const made = new Map<string, Buffer>();

export const addUser = (db: Db, id: string, name: string): void => {
  db.sqlite
    .prepare(
      `INSERT INTO user(id, name, name_key, name_look, role, password_hash, password_at, created_at) VALUES (?, ?, ?, ?, ?, '', 0, 0)`,
    )
    .run(id, name, id, id, 'listener');
};

export const openFilledHouse = (options: FillOptions): Db => {
  const key = JSON.stringify(options);
  const before = made.get(key);
  if (before) return openMemoryDatabase(before);
  const db = openMemoryDatabase();
  migrate(db, readMigrations(join(home, 'migrations')), { now: 0 });
  addUser(db, 'usr_ida', 'Ida');
  addUser(db, 'usr_olaf', 'Olaf');
  fillLibrary(db, options);
  made.set(key, db.sqlite.serialize());
  return db;
};

export const viewer = (userId: string, more: Partial<Viewer> = {}): Viewer => ({
  userId,
  name: userId,
  role: 'listener',
  scopes: new Set(['read', 'write', 'playback']),
  roots: 'all',
  via: 'token',
  credentialId: 'c',
  ...more,
});
export const ida = viewer('usr_ida');
export const olaf = viewer('usr_olaf');
export const owner = viewer('usr_ida', { role: 'owner', scopes: new Set(['read', 'write', 'playback', 'admin']) });

export type Asking = { as?: Viewer; body?: unknown; text?: string; headers?: Record<string, string> };
export type Answered = { status: number; data: unknown; text: string; headers: Headers };
export type AskRoutes = (line: string, asking?: Asking) => Promise<Answered>;

/** Routes behind the real front door; `ask('PUT /api/v1/queue', { as: ida, body })`. Nobody asks when `as` is left out. */
export const openRoutes = (routes: readonly Route[]): AskRoutes => {
  const app = new Hono<{ Bindings: { who: Viewer | undefined } }>();
  mountRoutes(app as unknown as Hono, routes, {
    whoIs: (c) => (c.env as { who: Viewer | undefined }).who,
    readClient: createClientReader({ trustedProxies: [], baseUrl: undefined }),
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`${problem.title}` }),
    baseUrl: undefined,
    log: silentLog,
  });
  return async (line, { as, body, text, headers = {} } = {}) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const init = {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(sent !== undefined && { body: sent }),
    };
    const incoming = { socket: { remoteAddress: '127.0.0.1' } };
    const answer = await app.request(path, init, { who: as, incoming } as { who: Viewer | undefined });
    const said = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: answer.status,
      data: isJson && said ? JSON.parse(said) : undefined,
      text: said,
      headers: answer.headers,
    };
  };
};
