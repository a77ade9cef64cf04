import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { z } from 'zod';
import { notFound, route, sendFile } from '../../http/index.ts';
import type { Call, Route, Viewer } from '../../http/index.ts';
import { insideRoot, isProblem } from '../../kit/index.ts';
import type { CoverFormat, CoverShelf, CoverSize } from '../../library/index.ts';
import { masterOf, rungsWithin } from '../answers.ts';
import { mediaTypeOf } from '../media-types.ts';
import { linkRefused, outdated } from '../problems.ts';
import { absenceOf } from '../recordings.ts';
import { SIGNED, sendPiece, sendPlaylist } from '../send-piece.ts';
import type { Streaming } from '../service.ts';
import type { Subject } from '../subjects.ts';
import type { Judgement, Links } from './links.ts';
import { keyOfRev, ladderOfRendition, originalScope, readThing, revOfKey, scopeName } from './scope.ts';
import type { Scope } from './scope.ts';
import { createSeeks } from './seeks.ts';
import type { Seeks } from './seeks.ts';
import { verdictOf } from './verdict.ts';

/*
 * What lies under /m/: playlists, segments, originals and covers for whoever holds an address that was signed for them. The
 * same bytes whoever asks, no cookie looked at, nothing that varies, kept for ever by any cache; every no is forgotten.
 */
export type SignedNeeds = { streaming: Streaming; links: Links; covers: CoverShelf };
type House = SignedNeeds & { seeks: Seeks };

type AnyCall = Pick<Call, 'c'>;
/** Somebody with an address that stands. */
type Asking = { call: AnyCall; viewer: Viewer; scope: Scope };
type Params = Scope & { token: string };

/** As it came over the wire: decoding, dots and doubled slashes would give one thing many addresses. */
const targetOf = (c: Context): string => {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  if (incoming?.url !== undefined) return incoming.url;
  return c.req.raw.url.replace(/^[a-z]+:\/\/[^/]*/i, '');
};

type Address = { token: string; scope: Scope; rest: string };

const judge = ({ links }: House, c: Context, { token, scope, rest }: Address): Judgement =>
  targetOf(c) === `/m/${token}/${scopeName(scope)}/${rest}` ? links.judge(token, scope) : { kind: 'invented' };

/** The scope within what the route found in the path. */
const scopeIn = ({ thing, rev, rendition }: Scope): Scope => ({ thing, rev, rendition });

/** Throws 403 unless this very address was signed and still stands; whether the thing does is left to what looks for it anyway. */
const enter = (house: House, call: AnyCall, { token, rest, ...params }: Params & { rest: string }): Asking => {
  const scope = scopeIn(params);
  const judged = judge(house, call.c, { token, scope, rest });
  if (judged.kind !== 'yes') throw linkRefused();
  return { call, viewer: judged.viewer, scope };
};

/** The same for an edge, which never comes to where the thing is looked for. */
const judgeWhole = (house: House, c: Context, { token, ...params }: Params): Judgement => {
  const scope = scopeIn(params);
  const judged = judge(house, c, { token, scope, rest: 'verdict' });
  if (judged.kind !== 'yes') return judged;
  const { viewer } = judged;
  const it = readThing(scope.thing);
  const isThere =
    it?.kind === 'subject' ? house.streaming.isThere(it.subject, viewer) : scope.rev === house.links.policyOf(viewer);
  return isThere ? judged : { kind: 'ended' };
};

const subjectIn = ({ thing }: Scope): Subject => {
  const it = readThing(thing);
  if (it?.kind !== 'subject') throw notFound();
  return it.subject;
};

/** What is not there, or not for this listener any more, is refused like a bad signature; only a wrong file below it is 404. */
const orRefused = async (
  { streaming }: House,
  { viewer, scope }: Asking,
  work: Promise<Response>,
): Promise<Response> => {
  try {
    return await work;
  } catch (error) {
    if (isProblem(error, notFound) && !streaming.isThere(subjectIn(scope), viewer)) throw linkRefused();
    throw error;
  }
};

const sendMaster = async ({ streaming }: House, { call, viewer, scope }: Asking, file: string): Promise<Response> => {
  const ladder = ladderOfRendition(scope.rendition);
  if (!ladder || file !== `${ladder.family}.m3u8`) throw notFound();
  const asker = { viewer, signal: call.c.req.raw.signal };
  const rungs = await streaming.ladder(subjectIn(scope), ladder, asker);
  if (revOfKey(rungs.plans[0]?.key ?? '') !== scope.rev) throw outdated();
  const text = masterOf(rungs, ({ variant }) => `${variant}/index.m3u8`);
  return sendPlaylist(call, text, { manner: SIGNED, cacheControl: rungs.exact ? SIGNED.immutable : SIGNED.fleeting });
};

type Below = { variant: string; file: string };

const sendBelow = async (house: House, asking: Asking, { variant, file }: Below): Promise<Response> => {
  const { call, viewer, scope } = asking;
  const ladder = ladderOfRendition(scope.rendition);
  const rung = ladder && rungsWithin(ladder).find((it) => it === variant);
  if (!rung) throw notFound();
  const piece = { subject: subjectIn(scope), variant: rung, key: keyOfRev(scope.rev) };
  const k = Number.parseInt(file, 10);
  const seek = house.seeks.begin(`${viewer.credentialId}/${scopeName(scope)}`, k);
  const signal = AbortSignal.any([call.c.req.raw.signal, seek.signal]);
  try {
    return await sendPiece(house.streaming, { piece, file, manner: SIGNED }, { call, asker: { viewer, signal } });
  } finally {
    seek.done();
  }
};

const sendOriginal = async ({ streaming }: House, { call, viewer, scope }: Asking, file: string): Promise<Response> => {
  const subject = subjectIn(scope);
  if (subject.kind !== 'track') throw notFound();
  const source = streaming.source(subject.trackId, viewer);
  const opened = await streaming.files.open(source.path, () => insideRoot(source.rootPath, source.path));
  if (!opened) throw absenceOf(source);
  const facts = { sizeBytes: Number(opened.stat.size), mtimeNs: opened.stat.mtimeNs };
  const { scope: now, name } = originalScope(source, facts);
  if (now.rev !== scope.rev || name !== file) {
    await opened.release();
    throw now.rev === scope.rev ? notFound() : outdated();
  }
  return sendFile(call, {
    path: source.path,
    opened,
    type: mediaTypeOf(source.container),
    etag: `"${scope.rev}"`,
    cacheControl: SIGNED.immutable,
  });
};

const FORMATS: Record<string, CoverFormat> = { webp: 'webp', avif: 'avif', jpg: 'jpeg' };

const sendCover = async (
  { covers, links }: House,
  { call, viewer, scope }: Asking,
  file: string,
): Promise<Response> => {
  if (scope.rev !== links.policyOf(viewer)) throw linkRefused();
  const [, id = '', pixels, ending = ''] = /^(cov_\w+)-(64|128|256|512|1024)\.(webp|avif|jpg)$/.exec(file) ?? [];
  const format = FORMATS[ending];
  const how = { call, cacheControl: SIGNED.immutable };
  const answer = format && (await covers.send({ id, size: Number(pixels) as CoverSize, format, viewer }, how));
  if (!answer) throw notFound();
  return answer;
};

const text = z.string();
const scopeParams = { token: text, thing: text, rev: text, rendition: text };
const SCOPE_PATH = '/m/:token/:thing/:rev/:rendition';
const signed = { method: 'get', kind: 'media', who: 'signed' } as const;
const refusals = {
  403: 'The address does not stand: another thing’s, expired, its session or token ended, or spelled otherwise.',
  410: 'The file has changed: ask for playback again',
};

const verdictRoute = (house: House): Route =>
  route(
    {
      ...signed,
      path: `${SCOPE_PATH}/verdict`,
      summary: 'Whether a signed path stands: what a caching proxy in front asks before it answers from its cache.',
      params: scopeParams,
      answers: { 204: 'It does, for as long as Cache-Control says.', 403: refusals[403] },
    },
    ({ c, params }) => {
      const { status, cacheControl } = verdictOf(judgeWhole(house, c, params));
      if (status === 403) throw linkRefused({ headers: { 'cache-control': cacheControl } });
      return new Response(null, { status, headers: { 'cache-control': cacheControl } });
    },
  );

export const createSignedRoutes = (needs: SignedNeeds): Route[] => {
  const house: House = { ...needs, seeks: createSeeks() };
  return [
    verdictRoute(house),
    route(
      {
        ...signed,
        path: `${SCOPE_PATH}/:file`,
        summary: 'Without a session: the master playlist of a ladder, the original file (Range), or a cover.',
        params: { ...scopeParams, file: text },
        answers: { 200: 'The bytes, the same for everybody', 206: 'A part', 304: 'Not changed', ...refusals },
      },
      async (call) => {
        const { file, ...scope } = call.params;
        const asking = enter(house, call, { ...scope, rest: file });
        if (scope.rendition === 'img') return sendCover(house, asking, file);
        const send = scope.rendition === 'file' ? sendOriginal : sendMaster;
        return orRefused(house, asking, send(house, asking, file));
      },
    ),
    route(
      {
        ...signed,
        path: `${SCOPE_PATH}/:variant/:file`,
        summary: 'Without a session: index.m3u8, init.mp4, plain.mp4 or {k}.m4s of a rung of the ladder.',
        params: { ...scopeParams, variant: text, file: text },
        answers: { 200: 'The playlist, init segment or segment', ...refusals },
      },
      async (call) => {
        const { variant, file, ...scope } = call.params;
        const asking = enter(house, call, { ...scope, rest: `${variant}/${file}` });
        return orRefused(house, asking, sendBelow(house, asking, { variant, file }));
      },
    ),
  ];
};
