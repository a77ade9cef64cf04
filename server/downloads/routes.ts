import { z } from 'zod';
import { attachment, json, route, sendFile, sendStream, type Call, type Route, type Viewer } from '../http/index.ts';
import { mediaTypeOf } from '../streaming/index.ts';
import type { Downloads, Kind, Taken } from './service.ts';

/** Belongs to whoever asked, and stays the same only as long as its files do. */
const PERSONAL = 'private, no-cache';

const preparing = z.object({
  ready: z.number().int().describe('How many of its tracks are ready.'),
  of: z.number().int(),
});

type DownloadCall = Call<Viewer, { id: string }, { as: 'original' | 'aac' }>;

/** Not all of it is ready: asked for again, this address tells how far it is, and at last sends it. */
const stillPreparing = (call: DownloadCall, { ready, of }: { ready: number; of: number }): Response => {
  const url = new URL(call.c.req.url);
  const headers = { 'retry-after': '1', location: url.pathname + url.search, 'cache-control': 'no-store' };
  return json(call, { ready, of }, { status: 202, headers });
};

const send = async (downloads: Downloads, call: DownloadCall, taken: Taken): Promise<Response> => {
  if (taken.kind === 'preparing') return stillPreparing(call, taken);
  const headers = { 'content-disposition': attachment(taken.name) };
  if (taken.kind === 'file') {
    const { file, container, etag } = taken;
    const type = mediaTypeOf(container);
    return sendFile(call, { path: file.path, type, cacheControl: PERSONAL, headers, ...(etag && { etag }) });
  }
  const { archive, sending } = taken;
  if (call.c.req.method !== 'HEAD') sending.begin();
  try {
    return await sendStream(call, {
      type: 'application/zip',
      etag: archive.etag,
      cacheControl: PERSONAL,
      headers,
      sizeBytes: archive.layout.sizeBytes,
      read: ({ start, end }, signal) => downloads.read(archive, { start, end: end + 1 }, signal),
      done: sending.end,
    });
  } catch (error) {
    sending.end();
    throw error;
  }
};

const what: Record<Kind, { path: string; summary: string; owner?: string }> = {
  tracks: { path: '/api/v1/tracks/:id/download', summary: 'A track to take along, as its file or as AAC.' },
  albums: {
    path: '/api/v1/albums/:id/download',
    summary: 'An album to take along: a ZIP of its files (or of AAC) and its cover, of exact length, with Range.',
  },
  playlists: {
    path: '/api/v1/playlists/:id/download',
    summary: 'A playlist to take along: a ZIP of its files (or of AAC) and a .m3u8, of exact length, with Range.',
    owner: 'Only the listener whose playlist it is; for others it does not exist.',
  },
};

const downloadRoute = (downloads: Downloads, kind: Kind): Route =>
  route(
    {
      ...what[kind],
      method: 'get',
      kind: 'media',
      who: 'user',
      scope: 'playback',
      params: { id: z.string().max(40) },
      query: { as: z.enum(['original', 'aac']).default('original') },
      answers: {
        200: 'All of it',
        202: preparing,
        206: 'A part of it',
        304: 'Not changed',
        410: 'Nothing of it is there any more',
        413: 'More AAC than can be made ready at once',
        416: 'No such part',
        429: 'Several downloads of yours are running',
      },
    },
    async (call) => {
      const ask = { kind, id: call.params.id, as: call.query.as };
      return send(downloads, call, await downloads.take(ask, call.viewer));
    },
  );

export const createDownloadRoutes = ({ downloads }: { downloads: Downloads }): Route[] =>
  (['tracks', 'albums', 'playlists'] as const).map((kind) => downloadRoute(downloads, kind));
