import type { Log } from '../kit/index.ts';
import type { Ask, Found, SearchEngine } from './engine.ts';
import { createFollower, type Follower, type FollowNeeds, type Touched } from './follow.ts';
import { engineAway } from './problems.ts';

/*
 * Who answers. One engine always stands ready; another may lead while it is there and has caught up. Where the leading one
 * fails the same question goes to the standing one, and it is left in peace until it has proved that it is back.
 */
export type Leading = 'none' | 'filling' | 'ok' | 'away';
export type EnginesState = {
  answering: SearchEngine['name'];
  leading: Leading;
  /** What is amiss with the leading one. */
  why: string | undefined;
};

export type Engines = {
  /** For one question, which may take several askings: who answered the last of them. */
  begin: () => { ask: SearchEngine['ask']; by: () => SearchEngine['name'] };
  /** From when it has caught up, this one answers. Takes the place of another that led. */
  lead: (engine: SearchEngine) => void;
  stopLeading: () => Promise<void>;
  state: () => EnginesState;
  /** Makes the index of every engine anew, each while the old one answers; a problem where the leading one is away. */
  reindex: () => Promise<void>;
  caughtUp: () => Promise<void>;
  /** What was found and is not there. */
  lookAgain: (touched: Touched) => void;
  health: SearchEngine['health'];
  close: () => Promise<void>;
};

type Needs = Omit<FollowNeeds, 'engine'> & { standing: SearchEngine; log: Log };
type Led = { engine: SearchEngine; follower: Follower; wasCurrent: boolean };

/** It may be back any second, and to look costs nothing. */
const LOOK_AGAIN_MS = [250, 1000, 2000, 5000] as const;

const tryAsking = async ({ engine, follower }: Led, question: Ask): Promise<Found[] | undefined> => {
  try {
    const found = await engine.ask(question);
    follower.trust();
    return found;
  } catch (error) {
    follower.doubt(error);
    return undefined;
  }
};

const rebuildLed = async ({ follower }: Led): Promise<void> => {
  try {
    await follower.rebuild();
  } catch (error) {
    follower.doubt(error);
    throw engineAway();
  }
};

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
          const found = it && (await tryAsking(it, question));
          by = it && found ? it.engine.name : standing.name;
          return found ?? standing.ask(question);
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
      if (it) return { answering: it.engine.name, leading: 'ok', why: undefined };
      const why = led?.follower.trouble();
      const leading = led ? (led.wasCurrent || why !== undefined ? 'away' : 'filling') : 'none';
      return { answering: standing.name, leading, why };
    },
    reindex: async () => {
      await standingFollower.rebuild();
      if (led) await rebuildLed(led);
    },
    caughtUp: async () => {
      await Promise.all(all().map((follower) => follower.caughtUp()));
    },
    lookAgain: (touched) => {
      for (const follower of all()) follower.lookAgain(touched);
    },
    health: () => standing.health(),
    close: async () => {
      await Promise.all([stopLeading(), standingFollower.close()]);
    },
  };
};
