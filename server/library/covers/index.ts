/**
 * Covers: pictures of albums, discs, tracks and artists. Originals are kept by hash in the data folder, what people
 * see is encoded anew. Which picture belongs to what is decided by the scan and stored in the library's tables.
 */
export { openCovers, type CoverFolders, type Covers } from './covers.ts';
export { COVER_SIZES, type CoverFormat, type CoverSize, type ImageFacts } from './images.ts';
export { createCoverSweep } from './sweep.ts';
export { createCoverRoutes } from './cover-routes.ts';
export { createCoverShelf, type CoverShelf } from './cover-shelf.ts';
