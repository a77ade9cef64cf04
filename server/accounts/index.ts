/**
 * accounts: who may come in. People and their roles, passwords, sessions, tokens, the first set-up, everybody's own settings.
 * Not for what somebody may see of the library: that is library's, by the viewer this room makes.
 * Start reading at service.ts (what there is), then door/: who-is.ts (every request), sign-in.ts and setup.ts (the ways
 * in), guesses.ts (why guessing does not pay). people/ has names, roles and settings, tokens/ what scripts carry.
 */
export { createAccounts } from './service.ts';
export type { AccountNeeds, Accounts } from './service.ts';
export { createAccountRoutes } from './routes/routes.ts';
export { arrivalOf, farewell, welcome } from './door/arrival.ts';
export { resetPassword } from './door/reset-password.ts';
export { scopesOfRole, SCOPES } from './people/scopes.ts';
export { settingsChangeSchema } from './people/settings.ts';
export type { Settings, SettingsChange } from './people/settings.ts';
export type { Person } from './people/people-store.ts';
export type { SessionRow } from './door/session-store.ts';
export type { TokenRow } from './tokens/token-store.ts';
export { PASSWORD_MIN } from './door/passwords.ts';
export {
  alreadySetUp,
  nameTaken,
  noAccount,
  tooManyGuesses,
  wrongCode,
  wrongCredentials,
  wrongPassword,
} from './problems.ts';
