/**
 * downloads: music to take along. A track as its file, an album or a playlist as a ZIP, the files as they are or as AAC
 * for a phone. Length and bytes of an archive are known before the first of them is sent, so it can be resumed anywhere.
 * Not for playing (streaming), nor for fetching things from elsewhere.
 * Start reading at zip.ts (what an archive is), contents.ts (what goes in), encodes.ts (what has to be made first).
 */
export { openDownloads } from './service.ts';
export type { DownloadNeeds, Downloads } from './service.ts';
export { createDownloadRoutes } from './routes.ts';
