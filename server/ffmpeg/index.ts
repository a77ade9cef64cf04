/**
 * ffmpeg: how ffmpeg may run. Finds a binary and remembers what it can do, says what it may open, gives out slots (playing
 * before background) and runs passes over one file under a watchdog, killing with SIGKILL alone. Segments for playing are
 * started by streaming/fluent.ts, under the same guards and slots.
 * Not for: what is encoded and how it is cut into segments (streaming), what a recording sounds like (analysis).
 * Start reading at slots.ts, then pass.ts.
 */
export { explainMissing, findFfmpeg } from './find.ts';
export type { Ffmpeg, Found, Places } from './find.ts';
export { createSlots } from './slots.ts';
export type { Claim, Kind, SlotLimits, Slots, Ticket } from './slots.ts';
export { lowerPriority, runPass } from './pass.ts';
export type { Pass, PassEnd } from './pass.ts';
export { canBeArgument, urlOf } from './input.ts';
export type { ByteRange } from './input.ts';
export { watchProgress } from './watchdog.ts';
export type { Watchdog } from './watchdog.ts';
export { GLOBAL_OPTIONS, INPUT_GUARDS, SOUND_ONLY } from './whitelist.ts';
