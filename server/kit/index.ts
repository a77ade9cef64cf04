/**
 * kit: the toolbox every room may open. Problems, ids, clock, log, scope, keyed lock, limit, atomic files, child processes.
 * It knows no other room and holds no word of the trade: nothing about music lives here.
 * Start reading at problem.ts (how failures travel) and ids.ts (how things are named to the outside).
 */
export { Problem, defineProblem, isProblem } from './problem.ts';
export type { FieldError, ProblemDefinition, ProblemFacts, ProblemMaker } from './problem.ts';
export { decodeId, encodeId, mintId, mintSecret } from './ids.ts';
export type { MintedPrefix, RowPrefix } from './ids.ts';
export { systemClock, toInstant } from './clock.ts';
export type { Clock } from './clock.ts';
export { createLog, silentLog } from './log.ts';
export type { Log, LogLevel } from './log.ts';
export { openScope } from './scope.ts';
export type { Scope } from './scope.ts';
export { createKeyedLock } from './keyed-lock.ts';
export type { KeyedLock } from './keyed-lock.ts';
export { createLimit } from './limit.ts';
export type { Limit, LimitOptions } from './limit.ts';
export { writeFileAtomic } from './atomic-file.ts';
export { runProcess } from './run-process.ts';
export type { ProcessOutcome } from './run-process.ts';
export { insideRoot } from './inside-root.ts';
export { TO_READ } from './to-read.ts';
export { cleanText } from './clean-text.ts';
export { nearestName } from './nearest-name.ts';
export { sha256Hex } from './hash.ts';
