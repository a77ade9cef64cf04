import { checkMatch, json, jsonText, requireMatch, route, type Route, type Viewer } from '../http/index.ts';
import { decodeId, mintId, toInstant } from '../kit/index.ts';
import type { Library } from '../library/index.ts';
import { enqueueBody, enqueuedSchema, placeBody, queueBody, queueSchema, revisionSchema } from './schemas.ts';
import type { Listening, Queue } from './service.ts';

type Needs = { listening: Listening; library: Pick<Library, 'trackTexts'> };

const etagOf = (revision: number): string => `"${revision}"`;
const PUT_BYTES = 3 << 20;
const owner = 'Each listener has one queue.';

/** The queue as text: 5,000 tracks are put together from their kept texts, not built and written anew. */
const queueText = (queue: Queue, library: Needs['library'], viewer: Viewer): string => {
  const rows = queue.entries.map(({ trackId }) => decodeId('trk', trackId) ?? 0);
  const texts = library.trackTexts([...new Set(rows)], viewer);
  const entries = queue.entries.map(
    (entry, i) => `${JSON.stringify(entry).slice(0, -1)},"track":${texts.get(rows[i] ?? 0) ?? 'null'}}`,
  );
  const { index, positionMs, shuffle, repeat, revision, updatedAtMs } = queue;
  const updatedAt = updatedAtMs === 0 ? null : toInstant(updatedAtMs);
  const place = { index, positionMs, shuffle, repeat, deviceId: queue.deviceId ?? null, revision, updatedAt };
  return `{"entries":[${entries.join(',')}],${JSON.stringify(place).slice(1)}`;
};

const withoutUndefined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };

const wholeRoutes = ({ listening, library }: Needs): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/queue',
      who: 'user',
      owner,
      summary: 'The queue, with its tracks. The ETag is its revision.',
      answers: { 200: queueSchema },
    },
    (call) => {
      const queue = listening.queue(call.viewer);
      return jsonText(call, queueText(queue, library, call.viewer), {
        etag: etagOf(queue.revision),
        // The tag tells of the queue alone: what its tracks say (liked, missing) may change under the same one.
        headers: { 'cache-control': 'private, no-store' },
      });
    },
  ),
  route(
    {
      method: 'put',
      path: '/api/v1/queue',
      who: 'user',
      owner,
      summary: 'A whole queue, at most 5,000 entries. If-Match names the revision it was made from.',
      body: queueBody,
      maxBodyBytes: PUT_BYTES,
      answers: { 200: revisionSchema },
    },
    (call) => {
      const base = listening.revision(call.viewer);
      requireMatch(call, etagOf(base));
      const entries = call.body.entries.map(({ id, ...entry }) => ({ id: id ?? mintId('ent'), ...entry }));
      const revision = listening.changeQueue({ ...call.body, entries, base }, call.viewer);
      return json(call, { revision }, { etag: etagOf(revision) });
    },
  ),
];

const partRoutes = ({ listening }: Needs): Route[] => [
  route(
    {
      method: 'patch',
      path: '/api/v1/queue',
      who: 'user',
      owner,
      summary: 'The place in it, without its entries. If-Match as with PUT.',
      body: placeBody,
      answers: { 200: revisionSchema },
    },
    (call) => {
      const base = listening.revision(call.viewer);
      requireMatch(call, etagOf(base));
      const revision = listening.changeQueue({ ...withoutUndefined(call.body), base }, call.viewer);
      return json(call, { revision }, { etag: etagOf(revision) });
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/queue/entries',
      who: 'user',
      owner,
      summary: 'Puts tracks in, next or behind what was queued by hand before.',
      body: enqueueBody,
      answers: { 201: enqueuedSchema },
    },
    (call) => {
      const base = listening.revision(call.viewer);
      checkMatch(call, etagOf(base));
      const added = listening.enqueue({ ...call.body, base }, call.viewer);
      return json(call, added, { status: 201, etag: etagOf(added.revision) });
    },
  ),
];

export const createQueueRoutes = (needs: Needs): Route[] => [...wholeRoutes(needs), ...partRoutes(needs)];
