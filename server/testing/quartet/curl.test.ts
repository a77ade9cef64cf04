import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDescribed, type Scope } from '../../http/index.ts';
import { runProcess } from '../../kit/index.ts';
import type { Browser } from '../accounts-house.ts';
import { addressOf, askFor, tokenOf } from './ask-route.ts';
import { happyOf, openKitchen } from './kitchen.ts';
import { PAGE_TWINS } from './page-twins.ts';
import { nameOf, type Happy, type Kitchen } from './recipe.ts';

/* Whatever the pages do, a script can: every action by the real curl, with a token, over a real socket. */
const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const byText = (a: string, b: string): number => a.localeCompare(b);

let kitchen: Kitchen;
let server: ReturnType<typeof createAdaptorServer>;
let base = '';

beforeAll(async () => {
  kitchen = await openKitchen();
  server = createAdaptorServer({ fetch: kitchen.house.app.fetch });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  await new Promise((done) => server.close(done));
  await kitchen.house.close();
});

const tokenFor = async (browser: Browser): Promise<string> => {
  const { scopes } = (await (await browser.ask('/api/v1/me')).json()) as { scopes: Scope[] };
  return (await tokenOf(browser, scopes))['authorization'] ?? '';
};

const curl = async (method: string, address: string, happy: Happy & { authorization: string }): Promise<number> => {
  const headers = { authorization: happy.authorization, ...happy.headers };
  const { body } = happy;
  // A stream never ends by itself; half a second of it tells its status.
  // A backup starts a thread from source: seconds on a busy machine.
  const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '--max-time', '30', '-X', method, base + address];
  if (address.startsWith('/api/v1/events')) args.push('--max-time', '0.5');
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  if (body !== undefined) {
    const isText =
      typeof body === 'string' || Object.keys(happy.headers ?? {}).some((h) => h.toLowerCase() === 'content-type');
    args.push('--data-binary', typeof body === 'string' ? body : JSON.stringify(body));
    if (!isText) args.push('-H', 'content-type: application/json');
  }
  return Number((await runProcess('curl', args, { timeoutMs: 40_000 })).stdout);
};

/** What only a browser has: a session to end. */
const SESSION_ONLY: Record<string, number> = { 'delete /api/v1/session': 409 };

test('every action of the API is done by curl with a token', async ({ skip }) => {
  skip(!hasCurl, 'needs curl');
  const faults: string[] = [];
  let done = 0;
  for (const it of kitchen.house.app.routes.filter(isDescribed)) {
    const happy = await happyOf(kitchen, it);
    const authorization = await tokenFor(happy.as ?? kitchen.house.owner).catch(() => '');
    const { method = 'GET' } = askFor(it, happy);
    const status = await curl(method, addressOf(it, happy), { ...happy, authorization });
    const wanted = SESSION_ONLY[nameOf(it)] ?? happy.status;
    if (wanted === undefined ? status >= 400 || status < 200 : status !== wanted)
      faults.push(`${nameOf(it)}: ${status}`);
    done++;
  }
  process.stdout.write(`curl did ${done} actions\n`);
  expect(faults).toEqual([]);
}, 120_000);

test('every form of the pages has its action in the API', () => {
  const { routes } = kitchen.house.app;
  const forms = routes.filter(({ spec }) => spec.kind === 'page' && spec.method !== 'get').map(nameOf);
  const actions = new Set(routes.filter(isDescribed).map(nameOf));
  expect(Object.keys(PAGE_TWINS).toSorted(byText), 'a new form needs its line in page-twins.ts').toEqual(
    forms.toSorted(byText),
  );
  expect(Object.values(PAGE_TWINS).filter((name) => !actions.has(name))).toEqual([]);
});
