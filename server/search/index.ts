/**
 * search: finding anything by name while it is typed, mistyped, cut short or spelt otherwise. One `SearchEngine` shape;
 * SQLite's FTS5 answers by default, Meilisearch where it is there (engines.ts). Each index follows the journal by itself
 * and can be thrown away.
 * Not for lists with sorts and filters (library), nor for what somebody may see: every hit is shown through library.
 * Start reading at engine.ts (the shape), words.ts (how names are compared), fts/ask.ts (how a question is answered).
 */
export { openFtsEngine } from './fts/engine.ts';
export { createSearch } from './service.ts';
export type { Search, SearchAnswer, SearchNeeds } from './service.ts';
export type { SearchEngine } from './engine.ts';
export { createSecondEngine } from './second-engine.ts';
export type { SecondEngine } from './second-engine.ts';
export { createSearchRoutes } from './routes.ts';
