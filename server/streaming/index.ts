/**
 * streaming: how a track reaches an ear. Decides between the file itself and HLS, lays recordings on an exact grid of
 * segments, encodes them on demand in bounded runs, checks and keeps them, and measures exact lengths for the scan.
 * Not for: what music there is and who may hear it (library), how ffmpeg is found and who may run it now (ffmpeg).
 * Start reading at grid.ts, then run-arguments.ts and engine.ts; signed/ is how an address becomes a permission (token.ts,
 * links.ts, routes.ts).
 */
export { decidePlayback } from './decide.ts';
export type { Abilities, Decision, Playable, Preference, Question, Reason } from './decide.ts';
export { gridSchema, playbackAnswer, playbackRequest } from './schema.ts';
export type { GridAnswer, PlaybackAnswer } from './schema.ts';
export { measureLength } from './length.ts';
export type { LengthNeeds, Measured, Measuring } from './length.ts';
export { openStreaming } from './service.ts';
export type { Streaming, StreamingNeeds } from './service.ts';
export { mediaTypeOf } from './media-types.ts';
export { createStreamingRoutes } from './routes.ts';
export type { Sources } from './sources.ts';
export { createLinks } from './signed/links.ts';
export type { Links } from './signed/links.ts';
export { openKeyRing } from './signed/key-ring.ts';
export { createSignedRoutes } from './signed/routes.ts';
