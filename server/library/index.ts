/**
 * library: what music there is. Roots, folders, files, artists, albums, tracks, genres, discs, covers, lyrics, and each
 * listener's marks that lists join. It owns those tables; the scan writes through `write/`, people's marks go
 * through marks.ts, everybody reads through `read/`, and every read takes the viewer who asks, so that what somebody may see is
 * decided in one place.
 * Not for how music gets in (scan), nor for how it sounds (analysis) or reaches an ear (streaming).
 * Start reading at the schema in migrations/0002_library.sql. In read/, lists.ts says which lists there are and which filters
 * and sorts an index serves, sources.ts how a row becomes JSON, pages-of-one.ts what belongs to one album or artist.
 */
export * from './threads.ts';
export { createLibrary } from './read/index.ts';
export type * from './read/index.ts';
export { sightOf } from './read/visible.ts';
export { keepWarm } from './read/keep-warm.ts';
export { filePathOf } from './read/track-source.ts';
export { createFilters, readFilter } from './filter/index.ts';
export type { FilteredKind, Filters, Wanted } from './filter/index.ts';
export { createFindables } from './read/findable.ts';
export type { Findable, FindableKind, Findables } from './read/findable.ts';
export { createLibraryRoutes } from './routes.ts';
export { albumSchema, artistSchema, genreSchema, pageOf, trackSchema } from './schemas.ts';
export { COVER_SIZES, createCoverRoutes, createCoverShelf, createCoverSweep, openCovers } from './covers/index.ts';
export type { CoverFolders, CoverFormat, CoverShelf, CoverSize, Covers, ImageFacts } from './covers/index.ts';
export { decodeCursor, encodeCursor, tagOf } from './read/keyset.ts';
export { createRoots, createSounds } from './write/index.ts';
