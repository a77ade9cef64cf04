/** The second front door of playlists: its pages. */
export { createPlaylistPages } from './page-routes.tsx';
export type { PlaylistPageNeeds } from './page-routes.tsx';
