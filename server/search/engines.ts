import type { Log } from '../kit/index.ts';
import type { SearchEngine } from './engine.ts';
import { createFollower, type Follower, type FollowNeeds } from './follow.ts';

/*
 * Who answers. One engine always stands ready; another may lead while it is there and has caught up. Where the leading one
 * fails the same question goes to the standing one, and it is left in peace until it has proved that it is back.
 */
export type Leading = 'none' | 'filling' | 'ok' | 'away';
export type EnginesState = { answering: SearchEngine['name']; leading: Leading };

export type Engines = {
  /** For one question, which may take several askings: who answered the last of them. */
  begin: () => { ask: SearchEngine['ask']; by: () => SearchEngine['name'] };
  /** From when it has caught up, this one answers. Takes the place of another that led. */
  lead: (engine: SearchEngine) => void;
  stopLeading: () => Promise<void>;
  state: () => EnginesState;
  /** Makes the index of every engine anew, each while the old one answers. */
  reindex: () => Promise<void>;
  caughtUp: () => Promise<void>;
  health: SearchEngine['health'];
  close: () => Promise<void>;
};

type Needs = Omit<FollowNeeds, 'engine'> & { standing: SearchEngine; log: Log };
type Led = { engine: SearchEngine; follower: Follower; wasCurrent: boolean };

/** It may be back any second, and to look costs nothing. */
const LOOK_AGAIN_MS = [250, 1000, 2000, 5000] as const;

export const createEngines = ({ standing, ...follow }: Needs): Engines => {
  const standingFollower = createFollower({ ...follow, engine: standing });
  let led: Led | undefined;

  const usable = (): Led | undefined => {
    if (!led?.follower.isCurrent()) return undefined;
    led.wasCurrent = true;
    return led;
  };
  const all = (): Follower[] => [standingFollower, ...(led ? [led.follower] : [])];
  const stopLeading = async (): Promise<void> => {
    const before = led;
    led = undefined;
    await before?.follower.close();
  };

  return {
    begin: () => {
      let by = standing.name;
      return {
        ask: async (question) => {
          const it = usable();
          if (it) {
            by = it.engine.name;
            try {
              const found = await it.engine.ask(question);
              it.follower.trust();
              return found;
            } catch (error) {
              it.follower.doubt(error);
            }
          }
          by = standing.name;
          return standing.ask(question);
        },
        by: () => by,
      };
    },
    lead: (engine) => {
      void stopLeading();
      led = { engine, follower: createFollower({ ...follow, engine, retryMs: LOOK_AGAIN_MS }), wasCurrent: false };
    },
    stopLeading,
    state: () => {
      const it = usable();
      if (it) return { answering: it.engine.name, leading: 'ok' };
      const leading = led ? (led.wasCurrent || led.follower.isFailing() ? 'away' : 'filling') : 'none';
      return { answering: standing.name, leading };
    },
    reindex: async () => {
      await Promise.all(all().map((follower) => follower.rebuild()));
    },
    caughtUp: async () => {
      await Promise.all(all().map((follower) => follower.caughtUp()));
    },
    health: () => standing.health(),
    close: async () => {
      await Promise.all([stopLeading(), standingFollower.close()]);
    },
  };
};
