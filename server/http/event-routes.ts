import { z } from 'zod';
import { tooMany } from './problems.ts';
import { route, type Route } from './route.ts';
import type { Viewer } from './asking/viewer.ts';

/** A fact of the journal, as far as a live stream needs it. */
export type LiveFact = { seq: number; kind: string; payload: Record<string, unknown> };

export type LiveJournal = {
  since: (seq: number, limit: number) => LiveFact[];
  lastSeq: () => number;
  follow: (listener: () => void) => () => void;
};

const BATCH = 200;
const BEAT_MS = 25_000;
const STREAMS_PER_PERSON = 12;

/** A fact that names a person is that person's alone. */
const maySee = (fact: LiveFact, viewer: Viewer): boolean =>
  fact.payload['userId'] === undefined || fact.payload['userId'] === viewer.userId;

const wanted = (kind: string, topics: readonly string[]): boolean =>
  topics.length === 0 || topics.some((topic) => kind === topic || kind.startsWith(`${topic}.`));

const written = (fact: LiveFact): string => {
  const { userId: _person, ...shown } = fact.payload;
  return `id: ${fact.seq}\nevent: ${fact.kind}\ndata: ${JSON.stringify(shown)}\n\n`;
};

type StreamNeeds = {
  journal: LiveJournal;
  viewer: Viewer;
  /** Whether what they came with still stands. */
  stands: (viewer: Viewer) => boolean;
  topics: readonly string[];
  from: number;
  signal: AbortSignal;
};

/**
 * Facts are read as they are taken: who lags behind, or reads nothing, waits in the journal and not in memory, and what is
 * long is sent in parts between which others are served. It ends with the session or token that opened it.
 */
const openStream = (needs: StreamNeeds, onClose: () => void): ReadableStream => {
  const { journal, viewer, topics, signal } = needs;
  const text = new TextEncoder();
  let cursor = needs.from;
  let stop = (_gone?: boolean): void => undefined;
  let pump = (): void => undefined;
  return new ReadableStream<Uint8Array>({
    start: (out) => {
      let open = true;
      const hasRoom = () => open && (out.desiredSize ?? 0) > 0;
      const send = (chunk: string) => chunk !== '' && out.enqueue(text.encode(chunk));
      pump = () => {
        if (!hasRoom()) return;
        if (!needs.stands(viewer)) return stop();
        const facts = journal.since(cursor, BATCH);
        cursor = facts.at(-1)?.seq ?? cursor;
        const theirs = facts.filter((fact) => maySee(fact, viewer) && wanted(fact.kind, topics));
        send(theirs.map(written).join(''));
        if (facts.length === BATCH) setImmediate(pump);
      };
      const unfollow = journal.follow(() => pump());
      const beat = setInterval(() => {
        if (!needs.stands(viewer)) stop();
        else if (hasRoom()) send(': still here\n\n');
      }, BEAT_MS);
      stop = (gone = false) => {
        if (!open) return;
        open = false;
        clearInterval(beat);
        unfollow();
        onClose();
        if (!gone) out.close();
      };
      signal.addEventListener('abort', () => stop(), { once: true });
      if (signal.aborted) return stop();
      send('retry: 3000\n\n');
    },
    pull: () => pump(),
    cancel: () => stop(true),
  });
};

type EventNeeds = {
  journal: LiveJournal;
  /** Whether the session or token somebody came with has not ended since. */
  stands: (viewer: Viewer) => boolean;
  /** Ends all streams at a stop. */
  signal: AbortSignal;
};

/** Server-sent events over the journal: `Last-Event-ID` resumes, `?topics=scan,track` narrows. */
export const createEventRoutes = (needs: EventNeeds): Route[] => {
  const open = new Map<string, number>();
  return [
    route(
      {
        method: 'get',
        path: '/api/v1/events',
        kind: 'media',
        who: 'user',
        summary: 'What happens in the house, as server-sent events.',
        query: { topics: z.string().max(200).optional() },
        answers: { 200: 'text/event-stream', 429: 'Too many streams of one person.' },
      },
      ({ c, viewer, query }) => {
        const mine = open.get(viewer.userId) ?? 0;
        if (mine >= STREAMS_PER_PERSON) throw tooMany({ headers: { 'retry-after': '10' } });
        open.set(viewer.userId, mine + 1);
        const last = Number(c.req.header('last-event-id') ?? Number.NaN);
        const from = Number.isSafeInteger(last) && last >= 0 ? last : needs.journal.lastSeq();
        const topics = (query.topics ?? '').split(',').filter(Boolean);
        const signal = AbortSignal.any([needs.signal, c.req.raw.signal]);
        const body = openStream({ ...needs, viewer, topics, from, signal }, () =>
          open.set(viewer.userId, (open.get(viewer.userId) ?? 1) - 1),
        );
        const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
        return new Response(body, { headers });
      },
    ),
  ];
};
