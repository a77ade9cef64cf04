/**
 * listening: what people did. Plays (kept for ever), likes, stars, "never play this", the queue that lives on the server,
 * devices. Marks themselves are rows of library, so that lists can join them; this room decides when they change and
 * writes the fact on the journal in the same transaction. Not for lists people make (playlists) or the house makes (mixes).
 * Start reading at service.ts, then count-play.ts (when a listen counts) and queue.ts (how a queue is kept).
 */
export { createListening } from './service.ts';
export type { Listening, ListeningNeeds, MarkedKind, PlayEvent, Queue } from './service.ts';
export { createListeningRoutes } from './routes.ts';
export { countsAsPlay } from './count-play.ts';
export type { QueueEntry } from './queue.ts';
