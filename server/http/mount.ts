import type { Context, Hono } from 'hono';
import { isProblem, Problem, type Log } from '../kit/index.ts';
import { diskFull } from '../db/index.ts';
import { logAccess, shownPath } from './asking/access-log.ts';
import type { Client, ReadClient } from './asking/client.ts';
import type { AnswerOnce } from './answering/idempotency.ts';
import { cookiesOf } from './answering/cookies.ts';
import { guard } from './asking/guard.ts';
import { page, type PageFrame } from './answering/page.ts';
import { problemAnswer } from './answering/problem-answer.ts';
import { internal, methodNotAllowed, notFound, unauthenticated } from './problems.ts';
import { readInput } from './asking/read-input.ts';
import { nextRequestId } from './asking/request-id.ts';
import type { Call, Route } from './route.ts';
import { addSecurityHeaders, openToAll } from './answering/security-headers.ts';
import { redirectTo } from './answering/answers.ts';
import type { Viewer, WhoIs } from './asking/viewer.ts';

export type MountNeeds = {
  whoIs: WhoIs;
  /** From createClientReader: who is believed about addresses. */
  readClient: ReadClient;
  frame: PageFrame;
  /** The view of a problem on a page. */
  problemPage: (problem: Problem) => { title: string; body: Parameters<typeof page>[1]['body'] };
  baseUrl: string | undefined;
  /** From createAnswerOnce: repeats of a post with the same Idempotency-Key. Without it the header means nothing. */
  answerOnce?: AnswerOnce;
  /** Told of every answer; `route` is the template, "none" where there is no such address. */
  onAnswered?: (it: Answered) => void;
  log: Log;
};

const asProblem = (error: unknown, log: Log): Problem => {
  if (isProblem(error)) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return diskFull();
  log.error({ err: error }, 'An unexpected failure');
  return internal();
};

export type Answered = { route: string; kind: Kind; method: string; status: number; ms: number };

type Kind = 'api' | 'page' | 'media';
type Asking = { c: Context; client: Client; viewer: Viewer | undefined; requestId: string };

const failWith = async (
  needs: MountNeeds,
  { c, viewer, requestId }: Asking,
  failure: { problem: Problem; kind: Kind },
) => {
  const { problem, kind } = failure;
  if (kind !== 'page') return problemAnswer(problem, requestId);
  if (problem.code === unauthenticated.code) {
    const url = new URL(c.req.url);
    const next = c.req.method === 'GET' ? url.pathname + url.search : '/';
    return redirectTo({ c }, `/sign-in${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`);
  }
  const answer = await page(
    { c, viewer, frame: needs.frame },
    { ...needs.problemPage(problem), status: problem.status },
  );
  for (const [name, value] of Object.entries(problem.facts.headers ?? {})) answer.headers.set(name, value);
  return answer;
};

const headless = (answer: Response): Response => {
  // A streaming GET answered to HEAD would leave its file open: end the body ourselves.
  void answer.body?.cancel().catch(() => undefined);
  return new Response(null, { status: answer.status, headers: answer.headers });
};

/** What every answer gets, whoever made it. */
const finish = (answer: Response, { c, client, requestId }: Asking): Response => {
  answer.headers.set('x-request-id', requestId);
  addSecurityHeaders(answer.headers, client.https);
  for (const cookie of cookiesOf(c)) answer.headers.append('set-cookie', cookie);
  return c.req.method === 'HEAD' ? headless(answer) : answer;
};

const handle = (it: Route, call: Call<Viewer | undefined>, needs: MountNeeds): Response | Promise<Response> => {
  const { c, viewer, body } = call;
  const { method, kind, makesNothing } = it.spec;
  const key = method === 'post' && kind !== 'page' && !makesNothing ? c.req.header('idempotency-key') : undefined;
  if (key === undefined || !viewer || !needs.answerOnce) return it.handle(call);
  const url = new URL(c.req.url);
  const request = JSON.stringify([url.pathname, url.search, body ?? null]);
  return needs.answerOnce({ key, userId: viewer.userId, request }, () => it.handle(call));
};

type Told = { route: string; kind: Kind; answer: Response; startedAtMs: number };

const tell = ({ onAnswered }: MountNeeds, c: Context, { route, kind, answer, startedAtMs }: Told): void => {
  const ms = performance.now() - startedAtMs;
  onAnswered?.({ route, kind, method: c.req.method, status: answer.status, ms });
};

const serve = async (c: Context, it: Route, needs: MountNeeds): Promise<Response> => {
  const startedAtMs = performance.now();
  const asking: Asking = { c, client: needs.readClient(c), viewer: undefined, requestId: nextRequestId() };
  let answer: Response;
  try {
    // What may be kept by anybody must not know who asked, nor carry a cookie that is renewed on the way.
    if (it.spec.who !== 'signed' && !it.spec.blind) asking.viewer = await needs.whoIs(c, asking.client);
    guard(c, it, { ...asking, baseUrl: needs.baseUrl });
    const input = await readInput(c, it);
    const call: Call<Viewer | undefined> = { ...asking, ...input, log: needs.log, frame: needs.frame };
    answer = await handle(it, call, needs);
  } catch (error) {
    const problem = asProblem(error, needs.log.child({ requestId: asking.requestId, route: it.spec.path }));
    answer = await failWith(needs, asking, { problem, kind: it.spec.kind ?? 'api' });
  }
  answer = finish(answer, asking);
  if (it.spec.who === 'signed') openToAll(answer.headers);
  tell(needs, c, { route: it.spec.path, kind: it.spec.kind ?? 'api', answer, startedAtMs });
  logAccess(needs.log, c, { it, ...asking, status: answer.status, startedAtMs });
  return answer;
};

const methodsOf = (it: Route): string[] =>
  it.spec.method === 'get' ? ['GET', 'HEAD'] : [it.spec.method.toUpperCase()];

/** An address without a route for this method: known addresses say which methods they take, others are not there. */
const refuse = async (c: Context, needs: MountNeeds, failure: { problem: Problem; kind: Kind }): Promise<Response> => {
  const startedAtMs = performance.now();
  const asking: Asking = { c, client: needs.readClient(c), viewer: undefined, requestId: nextRequestId() };
  // Only a page needs to know who looks at it; and a broken store must not turn a 404 into a 500.
  const look = async () => needs.whoIs(c, asking.client);
  if (failure.kind === 'page') asking.viewer = await look().catch(() => undefined);
  const answer = finish(await failWith(needs, asking, failure), asking);
  tell(needs, c, { route: 'none', kind: failure.kind, answer, startedAtMs });
  return answer;
};

/** Puts the route table on the app: each entry behind its guard, 405 for a known address with another method, 404 for the rest. */
export const mountRoutes = (app: Hono, routes: readonly Route[], needs: MountNeeds): void => {
  for (const it of routes) app.on(methodsOf(it), it.spec.path, (c) => serve(c, it, needs));
  for (const [path, here] of Map.groupBy(routes, (it) => it.spec.path)) {
    const allow = [...new Set(here.flatMap(methodsOf))].join(', ');
    const kind = here.every((it) => it.spec.kind === 'page') ? 'page' : 'api';
    app.all(path, (c) => refuse(c, needs, { problem: methodNotAllowed({ headers: { allow } }), kind }));
  }
  app.notFound((c) => {
    const kind = /^\/(api|m|health|metrics|assets)(\/|$)/.test(c.req.path) ? 'api' : 'page';
    return refuse(c, needs, { problem: notFound(), kind });
  });
  app.onError((error, c) => {
    const asking: Asking = { c, client: needs.readClient(c), viewer: undefined, requestId: nextRequestId() };
    const problem = asProblem(error, needs.log.child({ requestId: asking.requestId, path: shownPath(c.req.path) }));
    return finish(problemAnswer(problem, asking.requestId), asking);
  });
};
