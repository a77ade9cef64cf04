import { defineProblem } from '../kit/index.ts';

export const unauthenticated = defineProblem({
  code: 'http/unauthenticated',
  status: 401,
  title: 'Sign in first, or send a token.',
});
export const forbidden = defineProblem({ code: 'http/forbidden', status: 403, title: 'This is for the owner.' });
export const wrongScope = defineProblem({
  code: 'http/scope',
  status: 403,
  title: 'This token does not allow that.',
});
export const wrongOrigin = defineProblem({
  code: 'http/origin',
  status: 403,
  title: 'This request did not come from one of our own pages.',
});
/** Unknown and foreign things answer alike. */
export const notFound = defineProblem({ code: 'http/not-found', status: 404, title: 'There is nothing here.' });
export const methodNotAllowed = defineProblem({
  code: 'http/method',
  status: 405,
  title: 'This address does not take that method.',
});
export const conflict = defineProblem({ code: 'http/conflict', status: 409, title: 'This is there already.' });
export const preconditionFailed = defineProblem({
  code: 'http/changed-meanwhile',
  status: 412,
  title: 'This was changed meanwhile. Read it again, then repeat the change.',
});
export const preconditionRequired = defineProblem({
  code: 'http/if-match-needed',
  status: 428,
  title: 'Say which version you are changing, with If-Match.',
});
export const keyUsedOtherwise = defineProblem({
  code: 'http/idempotency-key',
  status: 422,
  title: 'This Idempotency-Key belongs to another request.',
});
export const sameAtOnce = defineProblem({
  code: 'http/same-at-once',
  status: 409,
  title: 'The same request is being answered already.',
});
export const endUnknown = defineProblem({
  code: 'http/end-unknown',
  status: 409,
  title: 'This was begun once and its end is not known. See what is there, then ask with a new Idempotency-Key.',
});
export const doneAlready = defineProblem({
  code: 'http/done-already',
  status: 409,
  title: 'This was done already, and its answer is shown once only.',
});
export const tooLarge = defineProblem({ code: 'http/too-large', status: 413, title: 'That is too large.' });
export const wrongMediaType = defineProblem({
  code: 'http/media-type',
  status: 415,
  title: 'Send JSON, with Content-Type: application/json.',
});
export const badInput = defineProblem({
  code: 'http/input',
  status: 422,
  title: 'Something in the request is not right.',
});
export const tooMany = defineProblem({ code: 'http/too-many', status: 429, title: 'That is too many at once.' });
export const internal = defineProblem({
  code: 'http/internal',
  status: 500,
  title: 'Something went wrong here. It has been written to the log.',
});
