import { LRUCache } from 'lru-cache';
import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { holdFiles, notFound } from '../http/index.ts';
import type { HeldFiles, Viewer } from '../http/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import { gridOf, ladderOf, renditionsOf } from './answers.ts';
import type { Ladder } from './answers.ts';
import { openSegmentCache } from './cache.ts';
import type { SegmentCache } from './cache.ts';
import type { SegmentFile } from './channel.ts';
import { decidePlayback } from './decide.ts';
import type { Abilities, Decision, Preference } from './decide.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { familyOf } from './grid.ts';
import type { Variant } from './grid.ts';
import { createInitSegments } from './init-segments.ts';
import type { Init, InitSegments } from './init-segments.ts';
import { measureLength } from './length.ts';
import type { LengthNeeds, Measured, Measuring } from './length.ts';
import type { Plan, Recording } from './plan.ts';
import { noFfmpeg, outdated } from './problems.ts';
import { absenceOf, createRecordings, lookAt } from './recordings.ts';
import type { Recordings } from './recordings.ts';
import type { RunEnd } from './run.ts';
import type { PlaybackAnswer } from './schema.ts';
import type { Links } from './signed/links.ts';
import { COVERS, originalScope, renditionOfTop, revOfKey, thingOf } from './signed/scope.ts';
import type { Source, Sources } from './sources.ts';
import { isThere, nameOfSubject, resolveSubject } from './subjects.ts';
import type { Resolved, Subject } from './subjects.ts';

export type Asker = { viewer: Viewer; signal?: AbortSignal | undefined };

export type Piece = { subject: Subject; variant: Variant; key: string };

export type StreamingNeeds = {
  /** Undefined: only files are sent. */
  ffmpeg: Pick<Ffmpeg, 'path'> | undefined;
  sources: Sources;
  /** What makes the addresses of an answer. */
  links: Links;
  cacheFolder: string;
  quotaBytes: number;
  /** Shared with whoever else runs ffmpeg. */
  slots: Slots;
  /** Told how long somebody waited for a segment that had to be made. */
  waited?: (it: { variant: Variant; ms: number }) => void;
  clock: Clock;
  log: Log;
};

/** The rungs of a ladder, and whether they stand on a measured length. */
export type Rungs = { subject: Subject; plans: Plan[]; recordings: Recording[]; exact: boolean };

type Wish = { can: Abilities; prefer: Preference };

export type Streaming = {
  source: (trackId: string, viewer: Viewer) => Source;
  /** Whether there is such a thing for this viewer, and something of it to hear. */
  isThere: (subject: Subject, viewer: Viewer) => boolean;
  /** Files as they are, each open for a moment: a player asks for many parts. */
  files: HeldFiles;
  playback: (subject: Subject, wish: Wish, asker: Asker) => Promise<PlaybackAnswer>;
  ladder: (subject: Subject, ladder: Ladder, asker: Asker) => Promise<Rungs>;
  plan: (piece: Piece, asker: Asker) => Promise<{ plan: Plan; exact: boolean }>;
  segment: (piece: Piece, k: number, asker: Asker) => Promise<SegmentFile>;
  init: (piece: Piece, asker: Asker) => Promise<Init>;
  /** The file of a segment was not there after all. */
  forget: (piece: Piece, k: number) => void;
  /** The exact length of a file, in a background slot: what the scan's second pass asks for. Undefined without ffmpeg. */
  measure: ((source: Measuring) => Promise<Measured>) | undefined;
  cacheBytes: () => number;
  counts: () => Counts;
  close: () => Promise<void>;
};

/** Since the start. Runs and how they ended are undefined without ffmpeg. */
export type Counts = { hits: number; misses: number; runs: Runs | undefined };
type Runs = { started: number; running: number; ends: Readonly<Record<RunEnd['kind'], number>> };

type Works = { engine: Engine; cache: SegmentCache; inits: InitSegments; recordings: Recordings };
type Known = { plan: Plan; exact: boolean };
type House = StreamingNeeds & {
  works: Works | undefined;
  known: LRUCache<string, Known>;
  tally: { hits: number; misses: number };
};

const MAX_REMEMBERED_PLANS = 2000;

const openWorks = (needs: StreamingNeeds): Works | undefined => {
  const { ffmpeg, slots, clock, log, cacheFolder, quotaBytes } = needs;
  if (!ffmpeg) return undefined;
  let isBusy: (name: string) => boolean = () => false;
  const cache = openSegmentCache({ folder: cacheFolder, quotaBytes, clock, log, isBusy: (name) => isBusy(name) });
  const engine = createEngine({ binary: ffmpeg.path, slots, cache, log });
  isBusy = engine.isBusy;
  const inits = createInitSegments({ binary: ffmpeg.path, folder: cache.initFolder, runsFolder: cache.runsFolder });
  inits.prepare().catch((error: unknown) => log.warn({ err: error }, 'The init segments could not be made'));
  return { engine, cache, inits, recordings: createRecordings({ ffmpeg, slots }) };
};

const working = (house: House): Works => {
  if (!house.works) throw noFfmpeg();
  return house.works;
};

const nameOf = ({ subject, variant, key }: Piece): string => `${nameOfSubject(subject)}/${variant}/${key}`;

const remember = (house: House, { subject, plans, exact }: Rungs): void => {
  for (const plan of plans) house.known.set(nameOf({ subject, variant: plan.variant, key: plan.key }), { plan, exact });
};

const climb = async (house: House, resolved: Resolved, wish: Ladder & Asker): Promise<Rungs> => {
  const { recordings } = working(house);
  const found = [];
  for (const source of resolved.sources) found.push(await recordings.of(source, { owner: wish.viewer.userId }));
  const known = found.map((it) => it.recording);
  const exact = found.every((it) => it.exact);
  const rungs = { subject: resolved.subject, plans: ladderOf(known, wish), recordings: known, exact };
  remember(house, rungs);
  return rungs;
};

/** The plan behind an address. What was planned a while ago stands as long as this process: somebody may be in the middle of it. */
const planOf = async (house: House, piece: Piece, asker: Asker): Promise<Known> => {
  working(house);
  const resolved = resolveSubject(house.sources, piece.subject, asker.viewer);
  const known = house.known.get(nameOf({ ...piece, subject: resolved.subject }));
  if (known) return known;
  const { plans, exact } = await climb(house, resolved, { family: familyOf(piece.variant), ...asker });
  const plan = plans.find((it) => it.variant === piece.variant);
  if (plan?.key !== piece.key) throw outdated();
  return { plan, exact };
};

/** The address below which a ladder's playlists and segments lie, for this listener. */
const addressOf = (house: House, { subject, plans }: Pick<Rungs, 'subject' | 'plans'>, viewer: Viewer): string => {
  const [top] = plans;
  if (!top) throw new Error('A ladder has at least one rung');
  const scope = { thing: thingOf(subject), rev: revOfKey(top.key), rendition: renditionOfTop(top.variant) };
  return house.links.sign(viewer, scope, (top.grid.samples / top.grid.rateHz) * 1000);
};

const decide = (house: House, { subject, sources }: Resolved, { can, prefer }: Wish): Decision => {
  const [first] = sources;
  const album = subject.kind === 'album';
  const track = {
    container: first.container,
    codec: first.codec,
    bitrateKbps: first.bitrateKbps,
    lossless: sources.every((it) => it.lossless),
    partOfFile: album || first.cue !== undefined,
  };
  const ffmpeg = house.works !== undefined;
  if (album && !ffmpeg) throw noFfmpeg();
  return decidePlayback({ track, can, prefer: album ? { ...prefer, mode: 'hls' } : prefer, ffmpeg });
};

/** Covers need no look at the library: whoever has the address sees what the listener may see. */
const coversFor = ({ links }: House, viewer: Viewer): string =>
  links.sign(viewer, { thing: COVERS, rev: links.policyOf(viewer), rendition: 'img' }, 0);

const directAnswer = async (
  house: House,
  source: Source,
  { viewer, reasons }: { viewer: Viewer; reasons: PlaybackAnswer['reasons'] },
): Promise<PlaybackAnswer> => {
  // As it lies there now: an address of what the scan saw would be void if it has changed since.
  const facts = await lookAt(source.path);
  if (!facts) throw absenceOf(source);
  const { scope, name } = originalScope(source, facts);
  return {
    mode: 'direct',
    url: `${house.links.sign(viewer, scope, source.durationMs)}/${name}`,
    codec: source.codec,
    durationMs: source.durationMs,
    durationExact: source.length !== undefined,
    renditions: [],
    covers: coversFor(house, viewer),
    reasons,
  };
};

const playback = async (house: House, subject: Subject, wish: Wish & Asker): Promise<PlaybackAnswer> => {
  const { viewer } = wish;
  const resolved = resolveSubject(house.sources, subject, viewer);
  const decision = decide(house, resolved, wish);
  const { reasons } = decision;
  if (decision.mode === 'direct') return directAnswer(house, resolved.sources[0], { viewer, reasons });
  const { family, maxKbps } = decision;
  const rungs = await climb(house, resolved, { family, maxKbps, viewer });
  const lossy = { ...rungs, plans: family === 'flac' ? ladderOf(rungs.recordings, { family: 'aac', maxKbps }) : [] };
  remember(house, lossy);
  const address = addressOf(house, rungs, viewer);
  const grid = gridOf(rungs.plans, address, rungs.recordings);
  return {
    mode: 'hls',
    url: `${address}/${family}.m3u8`,
    codec: grid.codec,
    durationMs: Math.round((grid.samples / grid.sampleRateHz) * 1000),
    durationExact: rungs.exact,
    renditions: renditionsOf(rungs.plans),
    covers: coversFor(house, viewer),
    reasons,
    grid,
    ...(lossy.plans.length > 0 && {
      fallback: gridOf(lossy.plans, addressOf(house, lossy, viewer), rungs.recordings),
    }),
  };
};

const segment = async (house: House, asked: Piece & { k: number }, asker: Asker): Promise<SegmentFile> => {
  const { engine, cache, recordings } = working(house);
  const { plan } = await planOf(house, asked, asker);
  if (asked.k >= plan.grid.count) throw notFound();
  const ask = { owner: asker.viewer.userId, signal: asker.signal };
  if (cache.sizeOf(plan, asked.k) !== undefined) {
    house.tally.hits++;
    return engine.segment(plan, asked.k, ask);
  }
  house.tally.misses++;
  const beganMs = performance.now();
  await recordings.assertUnchanged(plan);
  const made = await engine.segment(plan, asked.k, ask);
  house.waited?.({ variant: plan.variant, ms: performance.now() - beganMs });
  return made;
};

const runsOf = (engine: Engine): Runs => ({
  started: engine.started(),
  running: engine.running(),
  ends: engine.ends(),
});

const measureWith =
  (needs: LengthNeeds) =>
  (source: Measuring): Promise<Measured> =>
    measureLength(needs, source);

/** Opens the room: its cache is swept, its engine stands ready. Without ffmpeg it sends files and says so. */
export const openStreaming = (needs: StreamingNeeds): Streaming => {
  const works = openWorks(needs);
  const files = holdFiles();
  const tally = { hits: 0, misses: 0 };
  const house: House = { ...needs, works, known: new LRUCache({ max: MAX_REMEMBERED_PLANS }), tally };
  return {
    source: (trackId, viewer) => resolveSubject(needs.sources, { kind: 'track', trackId }, viewer).sources[0],
    isThere: (subject, viewer) => isThere(needs.sources, subject, viewer),
    files,
    playback: (subject, wish, asker) => playback(house, subject, { ...wish, ...asker }),
    ladder: async (subject, wish, asker) =>
      climb(house, resolveSubject(needs.sources, subject, asker.viewer), { ...wish, ...asker }),
    plan: (piece, asker) => planOf(house, piece, asker),
    segment: (piece, k, asker) => segment(house, { ...piece, k }, asker),
    init: async (piece, asker) => working(house).inits.of((await planOf(house, piece, asker)).plan.rendition),
    forget: (piece, k) => works?.cache.forget({ key: piece.key, variant: piece.variant }, k),
    measure: needs.ffmpeg && measureWith({ ffmpeg: needs.ffmpeg, slots: needs.slots }),
    cacheBytes: () => works?.cache.sizeBytes() ?? 0,
    counts: () => ({ ...tally, runs: works && runsOf(works.engine) }),
    close: async () => {
      await files.close();
      await needs.links.close();
      await works?.engine.close();
      await works?.inits.close();
      await works?.cache.close();
    },
  };
};
