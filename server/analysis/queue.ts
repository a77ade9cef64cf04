import type { QueuePlace, Sounds } from '../library/index.ts';

/*
 * In which order tracks are measured: those that somebody looks at now, then what each listener plays most, then the
 * newest. The place in the long list is kept, so that a round passes over what cannot be measured today (a disk that is
 * away) once, however much of it there is.
 */
export type Queue = {
  /** Undefined at the end of the round. */
  next: () => number | undefined;
  /** Somebody waits for it. So many may be waited for; what comes later takes its turn. */
  want: (trackId: number) => void;
  /** Its work was taken from it: soon again. */
  giveBack: (trackId: number) => void;
  /** From the top. */
  beginRound: () => void;
};

const PAGE = 200;
const FAVOURITES = 300;
const MAX_WANTED = 200;

export const createQueue = (sounds: Pick<Sounds, 'unmeasured' | 'unmeasuredFavourites'>): Queue => {
  const wanted = new Set<number>();
  let favourites: number[] = [];
  let page: QueuePlace[] = [];
  let place: QueuePlace | undefined;

  const takeWanted = (): number | undefined => {
    const [first] = wanted;
    if (first !== undefined) wanted.delete(first);
    return first;
  };
  const takeNewest = (): number | undefined => {
    if (page.length === 0) page = sounds.unmeasured(place, PAGE);
    const next = page.shift();
    if (next) place = next;
    return next?.id;
  };
  return {
    next: () => takeWanted() ?? favourites.shift() ?? takeNewest(),
    want: (trackId) => {
      if (wanted.size < MAX_WANTED) wanted.add(trackId);
    },
    giveBack: (trackId) => void wanted.add(trackId),
    beginRound: () => {
      favourites = sounds.unmeasuredFavourites(FAVOURITES);
      page = [];
      place = undefined;
    },
  };
};
