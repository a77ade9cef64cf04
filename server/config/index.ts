/**
 * config: environment and flags -> one frozen, typed Config. Every option is described once, in options.ts; the README's
 * table and the help text are made from the same rows.
 */
export { readConfig } from './read-config.ts';
export type { Config } from './read-config.ts';
