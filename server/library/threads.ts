/**
 * The library's door for threads: its tables, its names, its pictures as they came. Without the routes, schemas and codecs of
 * index.ts, which a thread would read in for nothing each time it starts, a tenth of a second.
 */
export { fold, sortKey } from './fold.ts';
export { createOriginals } from './covers/originals.ts';
export { albumDatesOf, createLibraryWriter, NEED } from './write/index.ts';
export type * from './write/index.ts';
