import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { createAccountRoutes, createAccounts, type AccountNeeds, type Accounts } from '../accounts/index.ts';
import { migrate, openMemoryDatabase, readMigrations, type Db } from '../db/index.ts';
import { createAnswerOnce, createClientReader, mountRoutes, type Route } from '../http/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';

const migrations = readMigrations(fileURLToPath(new URL('../../migrations', import.meta.url)));
let empty: Buffer | undefined;

/** A migrated, empty database in memory; migrated once per process. */
export const openEmptyHouse = (): Db => {
  if (!empty) {
    const db = openMemoryDatabase();
    migrate(db, migrations, { now: 0 });
    empty = db.sqlite.serialize();
    db.close();
  }
  return openMemoryDatabase(empty);
};

export type Ask = { method?: string; body?: unknown; headers?: Record<string, string>; from?: string };

/** A browser: keeps cookies and says where its requests come from, as browsers do. */
export type Browser = {
  ask: (path: string, ask?: Ask) => Promise<Response>;
  cookies: Map<string, string>;
};

export const createBrowser = (app: Hono, address = '203.0.113.1'): Browser => {
  const cookies = new Map<string, string>();
  return {
    cookies,
    ask: async (path, { method = 'GET', body, headers = {}, from = 'same-origin' } = {}) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const init: RequestInit = {
        method,
        headers: {
          ...(cookie && { cookie }),
          ...(from && { 'sec-fetch-site': from }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      };
      const answer = await app.request(path, init, { incoming: { socket: { remoteAddress: address } } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    },
  };
};

export const OWNER = { name: 'Ada', password: 'three small words' };

export type AccountsHouse = {
  db: Db;
  app: Hono;
  accounts: Accounts;
  browser: (address?: string) => Browser;
  /** A browser signed in as the owner. */
  owner: () => Promise<Browser>;
};

type Options = Partial<AccountNeeds> & { extra?: Route[]; trustedProxies?: string[]; baseUrl?: string };

/** The accounts room behind the real front door, with an owner unless `bare`. */
export const openAccountsHouse = async (options: Options & { bare?: boolean } = {}): Promise<AccountsHouse> => {
  const db = options.db ?? openEmptyHouse();
  const journal = { append: () => 0 };
  const accounts = createAccounts({ clock: systemClock, log: silentLog, journal, ...options, db });
  if (!options.bare) await accounts.entrance.ensureOwner(OWNER);
  const app = new Hono();
  mountRoutes(app, [...createAccountRoutes(accounts), ...(options.extra ?? [])], {
    whoIs: accounts.whoIs,
    readClient: createClientReader({ trustedProxies: options.trustedProxies ?? [], baseUrl: options.baseUrl }),
    frame: ({ body }) => body as ReturnType<typeof html>,
    problemPage: (problem) => ({ title: problem.title, body: html`${problem.title}` }),
    baseUrl: options.baseUrl,
    answerOnce: createAnswerOnce({ db, clock: systemClock }),
    log: silentLog,
  });
  const browser = (address?: string) => createBrowser(app, address);
  return {
    db,
    app,
    accounts,
    browser,
    owner: async () => {
      const it = browser();
      await it.ask('/api/v1/session', { method: 'POST', body: OWNER });
      return it;
    },
  };
};
