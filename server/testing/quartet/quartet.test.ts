import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDescribed, isPublicRoute, neededScope, templateOf, type Route } from '../../http/index.ts';
import type { WholeHouse } from '../whole-house.ts';
import { addressOf, allBut, askFor, isUnsafe, tokenOf } from './ask-route.ts';
import * as kitchens from './kitchen.ts';
import { nameOf, type Happy, type Kitchen } from './recipe.ts';

/*
 * Every route of the real house gets the same questions: who is nobody, what is nonsense, what is somebody else's, and
 * the happy path; then scopes, roles and where a change came from. A route whose happy path cannot be gone with nothing
 * needs a recipe (or an `example` in its spec): without one it fails here.
 */
let house: WholeHouse;
let kitchen: Kitchen;

beforeAll(async () => {
  kitchen = await kitchens.openKitchen();
  house = kitchen.house;
}, 60_000);
afterAll(() => house.close());

const every = (): Route[] => [...house.app.routes];
const happyOf = (it: Route): Promise<Happy> => kitchens.happyOf(kitchen, it);
/** What of the table does not behave: all of it in one answer, with names. */
const failures = async (routes: Route[], check: (it: Route) => Promise<string | undefined>): Promise<string[]> => {
  const found: string[] = [];
  for (const it of routes) {
    const fault = await check(it);
    if (fault !== undefined) found.push(`${nameOf(it)}: ${fault}`);
  }
  return found;
};
const drain = async (answer: Response): Promise<Response> => {
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
  await (isStream ? answer.body?.cancel() : answer.arrayBuffer());
  return answer;
};
const statusOf = async (answer: Promise<Response>): Promise<number> => (await drain(await answer)).status;

describe('every route', () => {
  test('of a recipe is there', () => {
    const names = new Set(every().map(nameOf));
    expect(Object.keys(kitchens.recipes).filter((name) => !names.has(name))).toEqual([]);
  });
  test('goes its happy path', async () => {
    expect(
      await failures(every(), async (it) => {
        const happy = await happyOf(it);
        const status = await statusOf((happy.as ?? house.owner).ask(addressOf(it, happy), askFor(it, happy)));
        const right = happy.status === undefined ? status < 400 : status === happy.status;
        return right ? undefined : `answers ${status}: give it a recipe, or mend it`;
      }),
    ).toEqual([]);
    // The sum of every route of the house.
  }, 90_000);
  test('that is not public asks who is there', async () => {
    const guarded = every().filter((it) => !isPublicRoute(it));
    expect(
      await failures(guarded, async (it) => {
        const answer = await drain(await house.browser().ask(addressOf(it, {}), askFor(it, {}, { from: '' })));
        const sentAway = it.spec.kind === 'page' && [204, 303].includes(answer.status);
        return answer.status === 401 || sentAway ? undefined : `answers nobody with ${answer.status}`;
      }),
    ).toEqual([]);
  });
  test('refuses what it does not know', async () => {
    const strict = every().filter(({ spec }) => spec.kind !== 'page');
    expect(
      await failures(strict, async (it) => {
        const happy = await happyOf(it);
        const odd = { ...happy, query: { ...happy.query, nonsense: '1' } };
        const status = await statusOf((happy.as ?? house.owner).ask(addressOf(it, odd), askFor(it, odd)));
        return status === 422 ? undefined : `takes an unknown parameter with ${status}`;
      }),
    ).toEqual([]);
  });
  test('with a body refuses another one', async () => {
    const posting = every().filter(({ spec }) => spec.body);
    expect(
      await failures(posting, async (it) => {
        const happy = await happyOf(it);
        for (const body of [{ nonsense: true }, [], 'null', '{"a":']) {
          const bad = { ...happy, body: it.spec.kind === 'page' ? { nonsense: 'true' } : body };
          const status = await statusOf((happy.as ?? house.owner).ask(addressOf(it, bad), askFor(it, bad)));
          if (status !== 422) return `takes ${JSON.stringify(body)} with ${status}`;
        }
        return undefined;
      }),
    ).toEqual([]);
  });
  test('about a thing says 404 for one that is not there, and the same for somebody else’s', async () => {
    const named = every().filter(({ spec }) => templateOf(spec.path).names.length > 0);
    expect(
      await failures(named, async (it) => {
        const happy = await happyOf(it);
        const who = happy.as ?? house.owner;
        const shown = async (params: Record<string, string>) => {
          const answer = await who.ask(addressOf(it, happy, params), askFor(it, happy));
          const body =
            it.spec.kind === 'page' ? '' : { ...((await answer.json().catch(() => ({}))) as object), requestId: '' };
          return { status: answer.status, body };
        };
        const unknown = await shown({});
        // A signed address is a permission and nothing else: one that nobody signed is refused, whatever it names.
        if (it.spec.who === 'signed') return unknown.status === 403 ? undefined : `answers ${unknown.status} unsigned`;
        if (unknown.status !== 404) return `answers ${unknown.status} for what is not there`;
        if (!happy.foreign) return it.spec.owner ? 'has an owner rule and no `foreign` in its recipe' : undefined;
        const foreign = await shown(happy.foreign);
        return JSON.stringify(foreign) === JSON.stringify(unknown) ? undefined : `tells ${foreign.status} of another’s`;
      }),
    ).toEqual([]);
  });
  test('enforces its scope', async () => {
    const guarded = every().filter((it) => !isPublicRoute(it));
    expect(
      await failures(guarded, async (it) => {
        const without = await tokenOf(house.owner, allBut(it));
        const answer = await house.browser().ask(addressOf(it, {}), askFor(it, {}, { headers: without, from: '' }));
        if (answer.status !== 403) return `answers ${answer.status} without ${neededScope(it.spec)}`;
        // A page passes over what it does not know: the question would be the deed.
        if (it.spec.kind === 'page') return undefined;
        const only = await tokenOf(house.owner, [neededScope(it.spec)]);
        const let_in = await statusOf(
          house.browser().ask(addressOf(it, { query: { nonsense: '1' } }), askFor(it, {}, { headers: only, from: '' })),
        );
        return let_in === 403 || let_in === 401 ? `answers ${let_in} with it` : undefined;
      }),
    ).toEqual([]);
  });
  test('for who administers is closed to everybody else', async () => {
    const closed = every().filter(({ spec }) => spec.who === 'admin');
    expect(
      await failures(closed, async (it) => {
        const status = await statusOf(house.member.ask(addressOf(it, {}), askFor(it, {})));
        return status === 403 ? undefined : `answers a listener with ${status}`;
      }),
    ).toEqual([]);
  });
  test('that changes something refuses other sites and silence', async () => {
    expect(
      await failures(every().filter(isUnsafe), async (it) => {
        const ask = (headers: Record<string, string>) =>
          statusOf(house.owner.ask(addressOf(it, {}), askFor(it, {}, { from: '', headers })));
        for (const headers of [
          { 'sec-fetch-site': 'cross-site' },
          { 'sec-fetch-site': 'same-site' },
          { origin: 'https://evil.test', host: 'home.test' },
          { origin: 'null' },
          {},
        ]) {
          const status = await ask(headers as Record<string, string>);
          if (status !== 403) return `answers ${status} to ${JSON.stringify(headers)}`;
        }
        return undefined;
      }),
    ).toEqual([]);
  });
  test('for scripts is in the API document, and nothing else is', async () => {
    const doc = (await (await house.owner.ask('/api/v1/openapi.json')).json()) as { paths: Record<string, object> };
    const told = Object.entries(doc.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m} ${path}`),
    );
    const real = every()
      .filter(isDescribed)
      .map(({ spec }) => `${spec.method} ${templateOf(spec.path).template}`);
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(real.toSorted((a, b) => a.localeCompare(b)));
    const text = JSON.stringify(doc);
    for (const [, ref = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(doc, ref).toHaveProperty(['components', 'schemas', ref]);
    const ids = Array.from(text.matchAll(/"operationId":"([^"]+)"/g), (m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
  test('carries the headers that keep a browser safe', async () => {
    expect(
      await failures(
        every().filter((it) => !isUnsafe(it)),
        async (it) => {
          const happy = await happyOf(it);
          const answer = await drain(await house.owner.ask(addressOf(it, happy), askFor(it, happy)));
          const { headers } = answer;
          if (headers.get('x-content-type-options') !== 'nosniff') return 'may be sniffed';
          const policy = headers.get('content-security-policy') ?? '';
          if (!policy.startsWith("default-src 'none'")) return 'has no policy';
          return policy.includes('unsafe') && it.spec.path !== '/api/docs' ? 'has a loose policy' : undefined;
        },
      ),
    ).toEqual([]);
  });
});
