import type { Problem } from '../../kit/index.ts';

/** RFC 9457. `type` stays about:blank-like but stable: the code is what clients match on. */
export const problemAnswer = (problem: Problem, requestId: string): Response =>
  new Response(
    JSON.stringify({
      type: `urn:evensong:problem:${problem.code.replace('/', ':')}`,
      title: problem.title,
      status: problem.status,
      code: problem.code,
      ...(problem.facts.detail !== undefined && { detail: problem.facts.detail }),
      ...(problem.facts.errors && { errors: problem.facts.errors }),
      requestId,
    }),
    {
      status: problem.status,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        ...problem.facts.headers,
      },
    },
  );
