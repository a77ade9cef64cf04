/** The second front door of search: its page. */
export { createSearchPages } from './search-pages.tsx';
export type { SearchPageNeeds } from './search-pages.tsx';
