/** What the deck reports while it plays, and what follows from it. */
import { gainOf, positionMs, qualityOf, say, setLink, setPlaying, setQueue, type Inside } from './core.ts';
import { approach } from './crossing.ts';
import type { DeckEvents } from './engine/deck.ts';
import { go, pass, prepareNext, renew } from './going.ts';
import { currentOf, firstIndex, markUnplayable, nextIndex, upcoming } from './queue/queue.ts';
import { settle } from './sleep.ts';

const PLACE_EVERY_MS = 15_000;
const LEVEL_AHEAD_SEC = 2;

/** Makes the engine and the server's copy of the queue, and listens to both. */
export function connect(inside: Inside): void {
  const { needs, state } = inside;
  inside.engine = needs.engine({
    events: deckEvents(inside),
    renew: (key) => renew(inside, key),
    quality: () => qualityOf(inside),
    onLink: (link) => setLink(inside, link),
  });
  inside.sync = needs.sync(
    () => ({ queue: state.queue, positionMs: positionMs(inside) }),
    (queue) => {
      setQueue(inside, queue, 'quiet');
      void prepareNext(inside);
    },
  );
  inside.engine.sound.setVolume(state.volume);
}

export function tick(inside: Inside): void {
  const { engine, state, needs } = inside;
  const atMs = positionMs(inside);
  if (state.playing) {
    needs.plays.advance(atMs);
    approach(inside);
  }
  const remainingSec = engine.deck().remainingSec();
  const next = upcoming(state.queue, 1)[0];
  if (state.playing && next && remainingSec < LEVEL_AHEAD_SEC && inside.standby === undefined)
    engine.channel().planLevel(gainOf(inside, next).db, remainingSec);
  if (state.playing && Date.now() - inside.placedAtMs > PLACE_EVERY_MS) {
    inside.placedAtMs = Date.now();
    inside.sync.push('place');
    void needs.plays.flush();
  }
  say(inside, 'time');
}

function deckEvents(inside: Inside): DeckEvents {
  const { state, needs } = inside;
  return {
    onTrack(item) {
      if (inside.expecting === item.key) {
        inside.expecting = undefined;
        return;
      }
      if (inside.expecting !== undefined || item === inside.crossed) return;
      const index = state.queue.entries.findIndex(({ id }) => id === item.key);
      const entry = state.queue.entries[index];
      if (!entry) {
        // It was taken out of the queue in the last half second, when the deck would not change its mind any more.
        const next = nextIndex(state.queue, 'ended');
        if (next !== undefined) void go(inside, { index: next, why: 'ended' });
        return;
      }
      needs.plays.end('ended');
      needs.plays.begin(entry.track, entry.source);
      inside.engine.channel().level(gainOf(inside, entry).db);
      setQueue(inside, { ...state.queue, index }, 'place');
      say(inside, 'track');
      void needs.plays.flush();
      void prepareNext(inside);
    },
    onGone(item, why) {
      const entry = state.queue.entries.find(({ id }) => id === item.key);
      if (!entry) return;
      if (inside.expecting === item.key) inside.expecting = undefined;
      if (entry === currentOf(state.queue)) {
        needs.plays.end('left');
        needs.onNotice({ kind: 'skipped', track: entry.track, why });
        setQueue(inside, markUnplayable(state.queue, entry.id, why), 'quiet');
      } else void pass(inside, entry, why);
    },
    onEnd() {
      const index = nextIndex(state.queue, 'ended');
      const asleep = settle(inside);
      if (index !== undefined && !asleep) return void go(inside, { index, why: 'ended' });
      // An element that has ended is not paused: a seek back to the start would sound.
      inside.engine.audio().pause();
      setPlaying(inside, false);
      void go(inside, { index: index ?? firstIndex(state.queue), start: false, why: 'ended' });
    },
    onFail() {
      const atMs = positionMs(inside);
      if (!inside.engine.stepDown()) return;
      void go(inside, { index: state.queue.index, positionMs: atMs, start: state.playing, why: 'left' });
    },
    onFlacFailed() {
      inside.engine.recordings.avoidFlac();
      void prepareNext(inside);
    },
  };
}
