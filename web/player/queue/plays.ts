/**
 * What was heard: one event per listen, counted by what sounded, not by what was clicked. Events wait in the browser's storage
 * until the server has them; each carries its own id, so sending one twice counts once.
 */
import type { Api } from '../api.ts';
import { newUuid, type Shelf } from '../device.ts';

export type Outcome = 'completed' | 'skipped' | 'stopped';
export type PlayEvent = {
  id: string;
  trackId: string;
  startedAt: string;
  playedMs: number;
  outcome: Outcome;
  source: string;
  deviceId: string;
};
type Listen = Omit<PlayEvent, 'outcome'> & { durationMs: number; atMs: number };

export type PlayLog = {
  begin(track: { id: string; durationMs: number }, source: string): void;
  /** The playhead, as it moves while something sounds. */
  advance(positionMs: number): void;
  /** The playhead jumped: what lies between was not heard. */
  jump(positionMs: number): void;
  /** `ended`: the track ran out. `moved`: the listener went elsewhere. `left`: the page closes or nothing can be played. */
  end(why: 'ended' | 'moved' | 'left'): void;
  /** Sends what waits; with `closing` in a way that outlives the page. */
  flush(closing?: boolean): Promise<void>;
};

/** Most of it heard counts as heard, whatever came then. */
export function decideOutcome(
  listen: { playedMs: number; durationMs: number },
  why: 'ended' | 'moved' | 'left',
): Outcome {
  if (why === 'ended' || listen.playedMs >= listen.durationMs * 0.9) return 'completed';
  return why === 'moved' ? 'skipped' : 'stopped';
}

const MOST_WAITING = 1000;
const A_BATCH = 100;

export function createPlayLog(needs: { api: Api; shelf: Shelf; deviceId: string; now: () => number }): PlayLog {
  const { api, shelf, deviceId, now } = needs;
  let listen: Listen | undefined;
  let sending = false;
  const waiting = (): PlayEvent[] => shelf.read<PlayEvent[]>('plays') ?? [];
  const keep = (event: PlayEvent): void => shelf.write('plays', [...waiting(), event].slice(-MOST_WAITING));
  const close = (over: Listen, why: 'ended' | 'moved' | 'left'): void => {
    const { durationMs, atMs: _, ...event } = over;
    if (event.playedMs >= 500) keep({ ...event, outcome: decideOutcome({ ...event, durationMs }, why) });
  };
  // A crash leaves the last listen behind.
  const crashed = shelf.read<Listen>('listen');
  if (crashed) close(crashed, 'left');
  shelf.write('listen', undefined);
  let savedAtMs = 0;
  return {
    begin({ id: trackId, durationMs }, source) {
      const startedAt = new Date(now()).toISOString();
      listen = { id: newUuid(), trackId, startedAt, playedMs: 0, source, deviceId, durationMs, atMs: 0 };
    },
    advance(positionMs) {
      if (!listen) return;
      const stepMs = positionMs - listen.atMs;
      if (stepMs > 0 && stepMs < 3000) listen.playedMs += Math.round(stepMs);
      listen.atMs = positionMs;
      if (now() - savedAtMs < 5000) return;
      savedAtMs = now();
      shelf.write('listen', listen);
    },
    jump(positionMs) {
      if (listen) listen.atMs = positionMs;
    },
    end(why) {
      if (listen) close(listen, why);
      listen = undefined;
      shelf.write('listen', undefined);
    },
    async flush(closing = false) {
      const events = waiting().slice(0, A_BATCH);
      if (events.length === 0 || (sending && !closing)) return;
      sending = true;
      const answer = await api.send('POST', '/plays', { body: { events }, keepalive: closing });
      sending = false;
      // Refused for good (a track that is no more): keeping it would block all that follow.
      const settled =
        answer.ok || (answer.status >= 400 && answer.status < 500 && ![401, 403, 408, 429].includes(answer.status));
      if (!settled) return;
      const sent = new Set(events.map(({ id }) => id));
      shelf.write(
        'plays',
        waiting().filter(({ id }) => !sent.has(id)),
      );
    },
  };
}
