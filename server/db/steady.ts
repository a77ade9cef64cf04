import type { Database } from 'better-sqlite3';

/*
 * SQLite plans a statement again when another value is bound that might call for another plan, and the driver unbinds all
 * values after each call: so every lookup by a value in a join was planned at every call, for ten times what it costs to
 * run. The switch against it (SQLITE_DBCONFIG_ENABLE_QPSG) cannot be reached through the driver. But a plus before a
 * parameter, which changes neither value nor affinity, keeps the planner from looking at what is bound.
 */
const PARAMETERS = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?\d*|[@:$]\w+/g;

/** The same statement, planned once. */
export const steady = (sql: string): string =>
  sql.replace(PARAMETERS, (part) => (/^[?@:$]/.test(part) ? `+${part}` : part));

/** Makes this of everything the connection prepares from now on. */
export const prepareSteadily = (sqlite: Database): void => {
  const prepare = sqlite.prepare.bind(sqlite);
  sqlite.prepare = ((sql: string) => prepare(steady(sql))) as Database['prepare'];
};
