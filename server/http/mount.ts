import type { Context, Hono } from 'hono';
import { isProblem, mintId, Problem, type Log } from '../kit/index.ts';
import { diskFull } from '../db/index.ts';
import { guard } from './guard.ts';
import { page, type PageFrame } from './page.ts';
import { problemAnswer } from './problem-answer.ts';
import { internal, methodNotAllowed, notFound, unauthenticated } from './problems.ts';
import { readInput } from './read-input.ts';
import type { Call, Route } from './route.ts';
import { redirectTo } from './answers.ts';
import type { Viewer, WhoIs } from './viewer.ts';

export type MountNeeds = {
  whoIs: WhoIs;
  frame: PageFrame;
  /** The view of a problem on a page. */
  problemPage: (problem: Problem) => { title: string; body: Parameters<typeof page>[1]['body'] };
  baseUrl: string | undefined;
  log: Log;
};

const asProblem = (error: unknown, log: Log): Problem => {
  if (isProblem(error)) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return diskFull();
  log.error({ err: error }, 'An unexpected failure');
  return internal();
};

type Failure = { c: Context; problem: Problem; viewer: Viewer | undefined; requestId: string };

const failWith = (needs: MountNeeds, { c, problem, viewer, requestId }: Failure, kind: 'api' | 'page' | 'media') => {
  if (kind !== 'page') return problemAnswer(problem, requestId);
  if (problem.code === unauthenticated.code) {
    const url = new URL(c.req.url);
    const next = c.req.method === 'GET' ? url.pathname + url.search : '/';
    return redirectTo({ c }, `/sign-in${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`);
  }
  return page({ c, viewer, frame: needs.frame }, { ...needs.problemPage(problem), status: problem.status });
};

const headless = (answer: Response): Response => {
  // A streaming GET answered to HEAD would leave its file open: end the body ourselves.
  void answer.body?.cancel().catch(() => undefined);
  return new Response(null, { status: answer.status, headers: answer.headers });
};

const serve = async (c: Context, it: Route, needs: MountNeeds): Promise<Response> => {
  const requestId = mintId('req');
  const log = needs.log;
  let viewer: Viewer | undefined;
  let answer: Response;
  try {
    viewer = await needs.whoIs(c);
    guard(c, it, { viewer, baseUrl: needs.baseUrl });
    const input = await readInput(c, it);
    const call: Call<Viewer | undefined> = { c, viewer, ...input, log, requestId, frame: needs.frame };
    answer = await it.handle(call);
  } catch (error) {
    const problem = asProblem(error, log.child({ requestId, route: it.spec.path }));
    answer = await failWith(needs, { c, problem, viewer, requestId }, it.spec.kind ?? 'api');
  }
  answer.headers.set('x-request-id', requestId);
  return c.req.method === 'HEAD' ? headless(answer) : answer;
};

/** Puts the route table on the app: each entry behind its guard, 405 for a known address with another method, 404 for the rest. */
export const mountRoutes = (app: Hono, routes: readonly Route[], needs: MountNeeds): void => {
  for (const it of routes) {
    const methods = it.spec.method === 'get' ? ['GET', 'HEAD'] : [it.spec.method.toUpperCase()];
    app.on(methods, it.spec.path, (c) => serve(c, it, needs));
  }
  const byPath = Map.groupBy(routes, (it) => it.spec.path);
  for (const [path, here] of byPath) {
    const allow = here.flatMap((it) => (it.spec.method === 'get' ? ['GET', 'HEAD'] : [it.spec.method.toUpperCase()]));
    app.all(path, () => problemAnswer(methodNotAllowed({ headers: { allow: allow.join(', ') } }), mintId('req')));
  }
  app.notFound(async (c) => {
    const requestId = mintId('req');
    const isApi = /^\/(api|m|health|metrics)(\/|$)/.test(c.req.path);
    const viewer = await needs.whoIs(c);
    return failWith(needs, { c, problem: notFound(), viewer, requestId }, isApi ? 'api' : 'page');
  });
  app.onError((error, c) => {
    const requestId = mintId('req');
    return problemAnswer(asProblem(error, needs.log.child({ requestId, path: c.req.path })), requestId);
  });
};
