/** The second front door of admin: the owner's page. */
export { createServerPages } from './server-pages.tsx';
export type { ServerPageNeeds } from './server-pages.tsx';
