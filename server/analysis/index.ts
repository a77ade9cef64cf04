/**
 * analysis: what a recording sounds like. Measures each track once, when all else is known of it: loudness and true peak
 * (EBU R128, for levelling) and the outline of its sound (for the seek bar), in one decode at the lowest priority.
 * It keeps outlines and histograms in a file of its own and writes levels through the library's front door.
 * Not for how a track is cut, sent or levelled while it plays (streaming, the player), nor for reading tags (scan).
 * Start reading at measure.ts and loudness.ts, then rounds.ts.
 */
export { openAnalysis } from './service.ts';
export type { Analysis, AnalysisNeeds, Progress, Waveform } from './service.ts';
export { createAnalysisRoutes, waveformSchema } from './routes.ts';
