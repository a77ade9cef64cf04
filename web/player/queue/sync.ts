/**
 * The server's copy of the queue. Every change goes there with the revision it was based on; when another device was quicker
 * (412), its queue is read, merged and sent again. Small moves (the place, the position) do not send the entries.
 */
import type { Answer, Api } from '../api.ts';
import type { Track } from '../track.ts';
import { currentOf, upNext, type Queue, type QueueEntry, type Repeat } from './queue.ts';

export type StoredQueue = {
  entries: readonly (Omit<QueueEntry, 'track'> & { trackId: string; track?: Track | null })[];
  index: number;
  positionMs: number;
  shuffle?: boolean;
  repeat?: Repeat;
  deviceId?: string | null;
  revision?: string | number;
};

export type Place = { queue: Queue; positionMs: number };
export type Pulled = Place & { deviceId: string | undefined };

export type QueueSync = {
  pull(): Promise<Pulled | undefined>;
  /** Soon; a burst of changes is sent once. `what` decides how much goes. */
  push(what: What): void;
  /** Now, in a way that outlives the page. */
  pushClosing(): void;
};

/** Entries whose track this listener cannot see (any more) are left out; the index moves with them. */
export function readStored(stored: StoredQueue): Place {
  const seen = stored.entries.flatMap(({ id, source, byYou, order, track }) =>
    track ? [{ id, source, byYou, order, track }] : [],
  );
  const current = stored.entries[stored.index];
  const at = seen.findIndex(({ id }) => id === current?.id);
  const queue = {
    entries: seen,
    index: Math.max(0, at),
    shuffle: stored.shuffle ?? false,
    repeat: stored.repeat ?? 'off',
  };
  return { queue, positionMs: at < 0 ? 0 : stored.positionMs };
}

/**
 * Ours and theirs, both grown from `base`. What the other device added by hand comes to us behind what we queued, what it removed
 * goes, what plays here stays. A queue that shares nothing with the base is a new one: whoever plays keeps the own.
 */
export function mergeQueues(base: Queue | undefined, ours: Queue, theirs: Queue): Queue {
  const ids = (queue: Queue): Set<string> => new Set(queue.entries.map(({ id }) => id));
  const known = base ? ids(base) : new Set<string>();
  const theirIds = ids(theirs);
  const current = currentOf(ours);
  if (!theirs.entries.some(({ id }) => known.has(id))) return ours;
  const stay = ours.entries.filter((entry) => entry === current || theirIds.has(entry.id) || !known.has(entry.id));
  const kept = { ...ours, entries: stay, index: current ? stay.indexOf(current) : 0 };
  const ourIds = ids(ours);
  const added = theirs.entries.filter(({ id, byYou }) => byYou && !known.has(id) && !ourIds.has(id));
  const at = kept.index + 1 + upNext(kept).byYou.length;
  return { ...kept, entries: [...stay.slice(0, at), ...added, ...stay.slice(at)] };
}

type SyncNeeds = {
  api: Api;
  deviceId: string;
  now(): Place;
  /** The merge changed what stands here. */
  adopt(queue: Queue): void;
};

const SOON_MS = 400;
const AGAIN_MS = 10_000;
/** A browser carries at most 64 KiB past the end of a page. */
const CLOSING_BYTES = 60_000;

type What = 'entries' | 'place';

/** Gathers what is to be sent and sends one thing at a time. `send` answers after how long to try again, if at all. */
function createCourier(send: (what: What) => Promise<{ what: What; afterMs: number } | undefined>) {
  let due: What | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  const schedule = (what: What, afterMs: number): void => {
    due = due === 'entries' ? due : what;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), afterMs);
  };
  async function run(): Promise<void> {
    if (sending || !due) return;
    sending = true;
    const what = due;
    due = undefined;
    const again = await send(what);
    sending = false;
    if (again) schedule(again.what, again.afterMs);
    else if (due) schedule(due, SOON_MS);
  }
  return {
    schedule,
    stop(): What | undefined {
      clearTimeout(timer);
      return due;
    },
  };
}

function placeOf({ queue, positionMs }: Place, deviceId: string): object {
  const { index, shuffle, repeat } = queue;
  return { index, shuffle, repeat, positionMs: Math.round(positionMs), deviceId };
}

function wholeOf(place: Place, deviceId: string): object {
  const entries = place.queue.entries.map(({ id, track, source, byYou, order }) => ({
    id,
    trackId: track.id,
    source,
    byYou,
    order,
  }));
  return { ...placeOf(place, deviceId), entries };
}

export function createQueueSync(needs: SyncNeeds): QueueSync {
  const { api, deviceId } = needs;
  let revision: string | undefined;
  let base: Queue | undefined;

  const note = (answer: Answer<{ revision?: string | number }>): void => {
    if (!answer.ok) return;
    revision = answer.etag ?? (answer.data?.revision === undefined ? revision : `"${answer.data.revision}"`);
  };
  async function pull(): Promise<Pulled | undefined> {
    const answer = await api.get<StoredQueue>('/queue');
    if (!answer.ok) return undefined;
    note(answer);
    const stored = readStored(answer.data);
    base = stored.queue;
    return { ...stored, deviceId: answer.data.deviceId ?? undefined };
  }
  async function send(what: What): Promise<{ what: What; afterMs: number } | undefined> {
    if (!revision) await pull();
    const place = needs.now();
    const body = what === 'entries' ? wholeOf(place, deviceId) : placeOf(place, deviceId);
    const method = what === 'entries' ? 'PUT' : 'PATCH';
    const answer = await api.send<{ revision?: string }>(method, '/queue', { body, ifMatch: revision });
    note(answer);
    if (answer.ok) {
      if (what === 'entries') base = place.queue;
      return undefined;
    }
    if (answer.status === 412) {
      const before = base;
      const theirs = await pull();
      if (theirs) needs.adopt(mergeQueues(before, needs.now().queue, theirs.queue));
      return { what: 'entries', afterMs: SOON_MS };
    }
    const mayPass = answer.status === 0 || answer.status >= 500 || answer.status === 429;
    return mayPass ? { what, afterMs: AGAIN_MS } : undefined;
  }
  const courier = createCourier(send);
  return {
    pull,
    push: (what) => courier.schedule(what, SOON_MS),
    pushClosing() {
      const due = courier.stop();
      if (!revision) return;
      const whole = due === 'entries' ? wholeOf(needs.now(), deviceId) : undefined;
      const fits = whole !== undefined && JSON.stringify(whole).length < CLOSING_BYTES;
      const body = fits ? whole : placeOf(needs.now(), deviceId);
      void api.send(fits ? 'PUT' : 'PATCH', '/queue', { body, ifMatch: revision, keepalive: true });
    },
  };
}
