/**
 * config: environment and flags -> one frozen, typed Config. Every option is described once, as a row of options.ts; the
 * README's table, `--help` and the refusal of misspelt names are made from the same rows.
 * Not for settings people change while it runs: those live with their room. Nothing here looks at the disk, except for the
 * password file. Start reading at options.ts.
 */
export { readConfig } from './read-config.ts';
export type { Config, ConfigInput } from './read-config.ts';
export { readArguments } from './arguments.ts';
export type { Arguments } from './arguments.ts';
export { helpText, optionsTable } from './option-docs.ts';
export { badValue, unknownOption } from './problems.ts';
