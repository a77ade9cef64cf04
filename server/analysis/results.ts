import type { Log } from '../kit/index.ts';
import type { SoundFacts, Sounds } from '../library/index.ts';
import { levelAlbum } from './album-levels.ts';
import type { SoundStore } from './sound-store.ts';

/*
 * Results reach the library in batches: each write to it makes every kept answer old, and one a second for hours would
 * leave nothing kept at all. Nothing is lost with a batch that a kill takes along: the store of sounds has it already, and
 * the next start copies it from there.
 */
export type Results = {
  add: (facts: SoundFacts) => void;
  /** Measured, though the library does not know yet. */
  has: (trackId: number) => boolean;
  size: () => number;
  flush: () => void;
};

type Needs = { sounds: Sounds; store: Pick<SoundStore, 'part'>; forget: () => void; log: Log };

const BATCH = 200;

export const createResults = ({ sounds, store, forget, log }: Needs): Results => {
  const batch = new Map<number, SoundFacts>();
  const write = (facts: readonly SoundFacts[]): void => {
    for (const album of sounds.write(facts)) levelAlbum({ sounds, partOf: store.part }, album);
    forget();
  };
  const flush = (): void => {
    if (batch.size === 0) return;
    const facts = [...batch.values()];
    batch.clear();
    try {
      write(facts);
    } catch (err) {
      log.warn({ err }, 'Levels could not be written; they are kept beside, and the next scan goes on with them');
    }
  };
  return {
    add: (facts) => {
      batch.set(facts.trackId, facts);
      if (batch.size >= BATCH) flush();
    },
    has: (trackId) => batch.has(trackId),
    size: () => batch.size,
    flush,
  };
};
