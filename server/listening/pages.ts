/** The second front door of listening: home and history. */
export { createListeningPages } from './page-routes.tsx';
export type { ListeningPageNeeds } from './page-routes.tsx';
