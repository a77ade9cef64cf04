/**
 * accounts: who may come in. People and their roles, passwords, sessions, tokens, the first set-up, everybody's own settings.
 * Not for what somebody may see of the library: that is library's, by the viewer this room makes.
 * Start reading at service.ts (what there is), then who-is.ts (every request), sign-in.ts and setup.ts (the ways in),
 * guesses.ts (why guessing does not pay).
 */
export { createAccounts } from './service.ts';
export type { AccountNeeds, Accounts } from './service.ts';
export { createAccountRoutes } from './routes.ts';
export { arrivalOf, farewell, welcome } from './arrival.ts';
export { resetPassword } from './reset-password.ts';
export { scopesOfRole, SCOPES } from './scopes.ts';
export { settingsChangeSchema } from './settings.ts';
export type { Settings, SettingsChange } from './settings.ts';
export type { Person } from './people-store.ts';
export type { SessionRow } from './session-store.ts';
export type { TokenRow } from './token-store.ts';
export { PASSWORD_MIN } from './passwords.ts';
export {
  alreadySetUp,
  nameTaken,
  noAccount,
  tooManyGuesses,
  wrongCode,
  wrongCredentials,
  wrongPassword,
} from './problems.ts';
