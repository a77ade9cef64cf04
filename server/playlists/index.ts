/**
 * playlists: lists people make. Entries have ids of their own and gapped positions, edits carry a revision, what is taken
 * out can be put back, M3U8 goes out and comes in. A playlist is its owner's: for anybody else it does not exist.
 * Not for lists the house makes (mixes) nor for likes (listening).
 * Start reading at service.ts (what can be done), positions.ts (how order is kept), m3u.ts (the file format).
 */
export { createPlaylists, MOST_PLAYLIST_ENTRIES } from './service.ts';
export type { PlaylistNeeds, Playlists, Removed, Where } from './service.ts';
export { createPlaylistRoutes } from './routes.ts';
export { createShow } from './show.ts';
export type { Show } from './show.ts';
export type { Playlist } from './shapes.ts';
export type { EntryRow, PlaylistRow } from './store.ts';
export { readM3u, writeM3u } from './m3u.ts';
export type { M3u, M3uEntry } from './m3u.ts';
