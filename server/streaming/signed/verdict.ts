import type { Judgement } from './links.ts';

/*
 * What an edge may do with an answer about a token: it asks this route before each hit and keeps what it hears. A yes is good
 * for 20 s, and 30 s longer while nobody answers here. A no about a token that was ours overwrites that yes, or it would rise
 * again when this server goes away; a no about an invented one is not kept, so that strangers cannot fill anybody's memory.
 */
const FRESH_S = 20;
const LAST_MINUTE_S = 60;

export const verdictOf = (judged: Judgement): { status: 204 | 403; cacheControl: string } => {
  if (judged.kind === 'invented') return { status: 403, cacheControl: 'no-store' };
  if (judged.kind === 'ended') return { status: 403, cacheControl: `max-age=${FRESH_S}` };
  // No yes outlives its token.
  const left = Math.floor(judged.leftS);
  if (judged.leftS < LAST_MINUTE_S) return { status: 204, cacheControl: `max-age=${Math.min(FRESH_S, left)}` };
  return { status: 204, cacheControl: `max-age=${FRESH_S}, stale-while-revalidate=5, stale-if-error=30` };
};
