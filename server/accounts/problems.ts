import { defineProblem } from '../kit/index.ts';

/** One sentence for a wrong name and for a wrong password: which of the two it was is nobody's business. */
export const wrongCredentials = defineProblem({
  code: 'accounts/wrong-credentials',
  status: 401,
  title: 'Wrong name or password.',
});
export const tooManyGuesses = defineProblem({
  code: 'accounts/too-many-guesses',
  status: 429,
  title: 'Too many tries. Wait a little and try again.',
});
export const wrongCode = defineProblem({
  code: 'accounts/wrong-code',
  status: 403,
  title: 'This set-up code is not the one in the log. Each start makes a new one.',
});
export const alreadySetUp = defineProblem({
  code: 'accounts/already-set-up',
  status: 410,
  title: 'This server has its owner. Sign in instead.',
});
export const wrongPassword = defineProblem({
  code: 'accounts/wrong-password',
  status: 403,
  title: 'The current password is not right.',
});
export const nameTaken = defineProblem({
  code: 'accounts/name-taken',
  status: 409,
  title: 'Somebody here has that name, or one that looks the same.',
});
export const ownerStays = defineProblem({
  code: 'accounts/owner-stays',
  status: 409,
  title: 'The owner keeps this role and cannot be removed by others.',
});
export const ownPassword = defineProblem({
  code: 'accounts/own-password',
  status: 409,
  title: 'Change your own password in your settings, with the current one.',
});
export const noSession = defineProblem({
  code: 'accounts/no-session',
  status: 409,
  title: 'A token has no session to end. Delete the token instead.',
});
export const beyondYourself = defineProblem({
  code: 'accounts/beyond-yourself',
  status: 403,
  title: 'A token cannot be given more than you have yourself.',
});
export const tooManyTokens = defineProblem({
  code: 'accounts/too-many-tokens',
  status: 409,
  title: 'That is the greatest number of tokens one person may have. Delete one first.',
});
export const noAccount = defineProblem({
  code: 'accounts/no-account',
  status: 404,
  title: 'There is no such account.',
});
