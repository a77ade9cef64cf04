/** The second front door of library: its pages. */
export { createLibraryPages } from './page-routes.tsx';
export type { LibraryPageNeeds } from './page-routes.tsx';
