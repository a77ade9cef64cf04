import { z } from 'zod';
import { attachment, badInput, json, notFound, route, sendFile } from '../http/index.ts';
import type { Call, Route, Viewer } from '../http/index.ts';
import { insideRoot } from '../kit/index.ts';
import type { ReplayGain } from '../library/index.ts';
import { masterOf } from './answers.ts';
import { isVariant } from './grid.ts';
import type { Family } from './grid.ts';
import { looksLikeKey } from './key.ts';
import { downloadNameOf, mediaTypeOf } from './media-types.ts';
import { playbackAnswer, playbackRequest } from './schema.ts';
import { describeSignalPath, signalPathSchema } from './signal-path.ts';
import { absenceOf } from './recordings.ts';
import type { Asker, Piece, Streaming } from './service.ts';
import { PERSONAL, WITH_CREDENTIAL, sendPiece, sendPlaylist } from './send-piece.ts';
import type { Source } from './sources.ts';
import type { Subject } from './subjects.ts';

type AnyCall = Pick<Call<Viewer>, 'c' | 'viewer'>;

const askerOf = ({ c, viewer }: AnyCall): Asker => ({ viewer, signal: c.req.raw.signal });

const familyIn = (file: string): Family => {
  const family = /^(aac|flac)\.m3u8$/.exec(file)?.[1];
  if (!family) throw notFound();
  return family as Family;
};

const pieceIn = (subject: Subject, params: { variant: string; key: string }): Piece => {
  if (!isVariant(params.variant) || !looksLikeKey(params.key)) throw notFound();
  return { subject, variant: params.variant, key: params.key };
};

const spanIn = (text: string): { from: number; to: number } => {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (from === undefined || to === undefined || Number(to) < Number(from)) throw notFound();
  return { from: Number(from), to: Number(to) };
};

const subjectOf = (body: z.output<typeof playbackRequest>): Subject => {
  const { trackId, albumId, from, to } = body;
  if ((trackId === undefined) === (albumId === undefined))
    throw badInput({ errors: [{ path: 'trackId', message: 'Give either trackId or albumId.' }] });
  if (trackId !== undefined) return { kind: 'track', trackId };
  if (from !== undefined && to !== undefined && to < from)
    throw badInput({ errors: [{ path: 'to', message: 'It lies before from.' }] });
  return { kind: 'album', albumId: albumId ?? '', from: from ?? 0, to };
};

const text = z.string().max(64);
const tail = { variant: text, key: text, file: text };
const index = z.coerce.number().int().min(0).max(99_999);
const media = { method: 'get', kind: 'media', who: 'user', scope: 'playback' } as const;

const playbackRoutes = (streaming: Streaming): Route[] => [
  route(
    {
      method: 'post',
      path: '/api/v1/playback',
      who: 'user',
      makesNothing: true,
      scope: 'playback',
      summary: 'How a track (or an album laid end to end) reaches this player, with reasons.',
      body: playbackRequest,
      answers: { 200: playbackAnswer },
    },
    async (call) => {
      const { can, prefer } = call.body;
      const wish = {
        can: { containers: can.containers ?? [], codecs: can.codecs ?? [], hls: can.hls ?? false },
        prefer: { mode: prefer?.mode ?? 'auto', maxKbps: prefer?.maxKbps } as const,
      };
      const answer = await streaming.playback(subjectOf(call.body), wish, askerOf(call));
      // It holds signed addresses, which open what they name to whoever reads them.
      return json(call, answer, { headers: { 'cache-control': 'no-store' } });
    },
  ),
];

type GainOf = (trackId: string, viewer: Viewer) => ReplayGain | null;

/** What a player would have to say of itself to be sent this family; left out: what our own says. */
const wishFor = (family: Family | 'direct' | undefined, source: Source) => {
  if (family === 'direct') return { containers: [source.container], codecs: [source.codec], mode: 'direct' as const };
  return { containers: [], codecs: family ? [family] : ['aac', 'flac'], mode: 'hls' as const };
};

const signalPathRoute = (streaming: Streaming, gainOf: GainOf): Route =>
  route(
    {
      method: 'get',
      path: '/api/v1/tracks/:id/signal-path',
      who: 'user',
      summary: 'What happens to the sound of a track on its way, stage by stage, why, and how it is levelled.',
      params: { id: text },
      query: {
        family: z.enum(['aac', 'flac', 'direct']).optional(),
        maxKbps: z.coerce.number().int().min(32).max(20_000).optional(),
        levelling: z.enum(['track', 'album', 'off']).optional(),
      },
      answers: { 200: signalPathSchema },
    },
    async (call) => {
      const { family, maxKbps, levelling = 'track' } = call.query;
      const trackId = call.params.id;
      const source = streaming.source(trackId, call.viewer);
      const { containers, codecs, mode } = wishFor(family, source);
      const wish = { can: { containers, codecs, hls: mode === 'hls' }, prefer: { mode, maxKbps } };
      const answer = await streaming.playback({ kind: 'track', trackId }, wish, askerOf(call));
      return json(call, describeSignalPath(source, { answer, gain: gainOf(trackId, call.viewer), levelling }));
    },
  );

const fileRoute = (streaming: Streaming): Route =>
  route(
    {
      ...media,
      path: '/api/v1/tracks/:id/file',
      summary: 'The original bytes, with Range. `download=1` names the file.',
      params: { id: text },
      query: { download: z.enum(['1', '0']).optional() },
      answers: { 200: 'The file', 206: 'A part of it', 304: 'Not changed', 416: 'No such part' },
    },
    async (call) => {
      const source = streaming.source(call.params.id, call.viewer);
      const opened = await streaming.files.open(source.path, () => insideRoot(source.rootPath, source.path));
      if (!opened) throw absenceOf(source);
      const name = downloadNameOf(source.path);
      return sendFile(call, {
        path: source.path,
        opened,
        type: mediaTypeOf(source.container),
        cacheControl: PERSONAL,
        headers: call.query.download === '1' ? { 'content-disposition': attachment(name) } : {},
      });
    },
  );

const trackRoutes = (streaming: Streaming): Route[] => [
  route(
    {
      ...media,
      path: '/api/v1/tracks/:id/hls/:master',
      summary: 'The master playlist of a family: aac.m3u8 or flac.m3u8.',
      params: { id: text, master: text },
      answers: { 200: 'A master playlist' },
    },
    async (call) => {
      const family = familyIn(call.params.master);
      const subject = { kind: 'track' as const, trackId: call.params.id };
      const rungs = await streaming.ladder(subject, { family }, askerOf(call));
      const text = masterOf(rungs, ({ variant, key }) => `${variant}/${key}/index.m3u8`);
      return sendPlaylist(call, text, { manner: WITH_CREDENTIAL, cacheControl: PERSONAL });
    },
  ),
  route(
    {
      ...media,
      path: '/api/v1/tracks/:id/hls/:variant/:key/:file',
      summary: 'Under a key, which changes with the file: index.m3u8, init.mp4, plain.mp4, {k}.m4s.',
      params: { id: text, ...tail },
      answers: { 200: 'The playlist, init segment or segment', 410: 'The file has changed: ask for playback again' },
    },
    (call) => {
      const subject = { kind: 'track' as const, trackId: call.params.id };
      const asked = { piece: pieceIn(subject, call.params), file: call.params.file, manner: WITH_CREDENTIAL };
      return sendPiece(streaming, asked, { call, asker: askerOf(call) });
    },
  ),
];

const albumRoutes = (streaming: Streaming): Route[] => [
  route(
    {
      ...media,
      path: '/api/v1/albums/:id/hls/:master',
      summary:
        'An album (or a run of it) laid end to end as one; where each track begins is told in EXT-X-SESSION-DATA.',
      params: { id: text, master: text },
      query: { from: index.optional(), to: index.optional() },
      answers: { 200: 'A master playlist' },
    },
    async (call) => {
      const family = familyIn(call.params.master);
      const from = call.query.from ?? 0;
      const subject = { kind: 'album' as const, albumId: call.params.id, from, to: call.query.to };
      const rungs = await streaming.ladder(subject, { family }, askerOf(call));
      const span = `${from}-${rungs.subject.kind === 'album' ? rungs.subject.to : from}`;
      const text = masterOf(rungs, ({ variant, key }) => `${span}/${variant}/${key}/index.m3u8`);
      return sendPlaylist(call, text, { manner: WITH_CREDENTIAL, cacheControl: PERSONAL });
    },
  ),
  route(
    {
      ...media,
      path: '/api/v1/albums/:id/hls/:span/:variant/:key/:file',
      summary: 'As for tracks; `span` is from-to, counted from 0.',
      params: { id: text, span: text, ...tail },
      answers: { 200: 'The playlist, init segment or segment', 410: 'A file has changed: ask for playback again' },
    },
    (call) => {
      const subject = { kind: 'album' as const, albumId: call.params.id, ...spanIn(call.params.span) };
      const asked = { piece: pieceIn(subject, call.params), file: call.params.file, manner: WITH_CREDENTIAL };
      return sendPiece(streaming, asked, { call, asker: askerOf(call) });
    },
  ),
];

type Needs = {
  streaming: Streaming;
  /** How loud a track is, as the library tells everybody. */
  gainOf: GainOf;
};

export const createStreamingRoutes = ({ streaming, gainOf }: Needs): Route[] => [
  ...playbackRoutes(streaming),
  signalPathRoute(streaming, gainOf),
  fileRoute(streaming),
  ...trackRoutes(streaming),
  ...albumRoutes(streaming),
];
