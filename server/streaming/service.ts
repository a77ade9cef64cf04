import { LRUCache } from 'lru-cache';
import { createSlots } from '../ffmpeg/index.ts';
import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { notFound } from '../http/index.ts';
import type { Viewer } from '../http/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import { albumBase, gridOf, ladderOf, renditionsOf, trackBase } from './answers.ts';
import type { Ladder } from './answers.ts';
import { openSegmentCache } from './cache.ts';
import type { SegmentCache } from './cache.ts';
import type { SegmentFile } from './channel.ts';
import { decidePlayback } from './decide.ts';
import type { Abilities, Preference } from './decide.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { VARIANTS, familyOf } from './grid.ts';
import type { Variant } from './grid.ts';
import { createInitSegments } from './init-segments.ts';
import type { Init, InitSegments } from './init-segments.ts';
import type { Plan, Recording } from './plan.ts';
import { emptyAlbum, noFfmpeg, outdated } from './problems.ts';
import { createRecordings } from './recordings.ts';
import type { Recordings } from './recordings.ts';
import type { PlaybackAnswer } from './schema.ts';
import type { Sources, TrackSource } from './sources.ts';

/** What is listened to: a track, or tracks [from, to] of an album laid end to end. */
export type Subject =
  { kind: 'track'; trackId: number } | { kind: 'album'; albumId: number; from: number; to?: number | undefined };

export type Asker = { viewer: Viewer; signal?: AbortSignal | undefined };

export type Piece = { subject: Subject; variant: Variant; key: string };

export type StreamingNeeds = {
  /** Undefined: only files are sent. */
  ffmpeg: Ffmpeg | undefined;
  sources: Sources;
  cacheFolder: string;
  quotaBytes: number;
  cores: number;
  /** Shared with whoever else runs ffmpeg; made here when left out. */
  slots?: Slots;
  clock: Clock;
  log: Log;
};

export type Streaming = {
  source: (trackId: number, viewer: Viewer) => TrackSource;
  playback: (subject: Subject, wish: { can: Abilities; prefer: Preference }, asker: Asker) => Promise<PlaybackAnswer>;
  /** The rungs of a ladder, and whether they stand on a measured length. */
  ladder: (
    subject: Subject,
    ladder: Ladder,
    asker: Asker,
  ) => Promise<{ plans: Plan[]; exact: boolean; recordings: Recording[] }>;
  plan: (piece: Piece, asker: Asker) => Promise<{ plan: Plan; exact: boolean }>;
  segment: (piece: Piece, k: number, asker: Asker) => Promise<SegmentFile>;
  init: (piece: Piece, asker: Asker) => Promise<Init>;
  /** The file of a segment was not there after all. */
  forget: (piece: Piece, k: number) => void;
  cacheBytes: () => number;
  close: () => Promise<void>;
};

type Works = { engine: Engine; cache: SegmentCache; inits: InitSegments; recordings: Recordings };
type Known = { plan: Plan; exact: boolean };
type House = StreamingNeeds & { works: Works | undefined; known: LRUCache<string, Known> };

const MAX_REMEMBERED_PLANS = 2000;
/** Longer runs of an album are asked for in parts. */
const MAX_ALBUM_TRACKS = 200;

const openWorks = async (needs: StreamingNeeds): Promise<Works | undefined> => {
  const { ffmpeg, clock, log, cacheFolder, quotaBytes, cores } = needs;
  if (!ffmpeg) return undefined;
  const slots = needs.slots ?? createSlots({ cores });
  let isBusy: (name: string) => boolean = () => false;
  const cache = await openSegmentCache({ folder: cacheFolder, quotaBytes, clock, log, isBusy: (name) => isBusy(name) });
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

const sourceOf = (house: House, trackId: number, viewer: Viewer): TrackSource => {
  const source = house.sources.track(trackId, viewer);
  if (!source) throw notFound();
  return source;
};

const tracksOf = (house: House, subject: Subject, viewer: Viewer): TrackSource[] => {
  if (subject.kind === 'track') return [sourceOf(house, subject.trackId, viewer)];
  const tracks = house.sources.albumTracks(subject.albumId, viewer);
  if (!tracks) throw notFound();
  const run = tracks.slice(subject.from, (subject.to ?? tracks.length - 1) + 1).slice(0, MAX_ALBUM_TRACKS);
  if (run.length === 0) throw emptyAlbum();
  return run.map((trackId) => sourceOf(house, trackId, viewer));
};

const recordingsOf = async (house: House, subject: Subject, { viewer, signal }: Asker) => {
  const { recordings } = working(house);
  const sources = tracksOf(house, subject, viewer);
  const found = [];
  for (const source of sources) found.push(await recordings.of(source, { owner: viewer.userId, signal }));
  return { sources, recordings: found.map((it) => it.recording), exact: found.every((it) => it.exact) };
};

const nameOf = ({ subject, variant, key }: Piece): string => {
  const what =
    subject.kind === 'track' ? `t${subject.trackId}` : `a${subject.albumId}/${subject.from}-${subject.to ?? ''}`;
  return `${what}/${variant}/${key}`;
};

const remember = (house: House, subject: Subject, ladder: { plans: readonly Plan[]; exact: boolean }): void => {
  for (const plan of ladder.plans)
    house.known.set(nameOf({ subject, variant: plan.variant, key: plan.key }), { plan, exact: ladder.exact });
};

const ladder: (house: House) => Streaming['ladder'] = (house) => async (subject, wish, asker) => {
  const { recordings, exact } = await recordingsOf(house, subject, asker);
  const plans = ladderOf(recordings, wish);
  remember(house, subject, { plans, exact });
  return { plans, exact, recordings };
};

/** The plan behind an address. What was planned a while ago stands as long as this process: somebody may be in the middle of it. */
const planOf = async (house: House, piece: Piece, asker: Asker): Promise<Known> => {
  working(house);
  tracksOf(house, piece.subject, asker.viewer);
  const known = house.known.get(nameOf(piece));
  if (known) return known;
  const { plans, exact } = await ladder(house)(piece.subject, { family: familyOf(piece.variant) }, asker);
  const plan = plans.find((it) => it.variant === piece.variant);
  if (plan?.key !== piece.key) throw outdated();
  return { plan, exact };
};

const baseOf = (subject: Subject, count: number): string =>
  subject.kind === 'track'
    ? trackBase(subject.trackId)
    : albumBase(subject.albumId, { from: subject.from, to: subject.from + count - 1 });

const playback =
  (house: House): Streaming['playback'] =>
  async (subject, { can, prefer }, asker) => {
    const sources = tracksOf(house, subject, asker.viewer);
    const [first] = sources;
    if (!first) throw notFound();
    const ffmpeg = house.works !== undefined;
    const lossless = sources.every((it) => it.lossless);
    const partOfFile = subject.kind === 'album' || first.cue !== undefined;
    const track = {
      container: first.container,
      codec: first.codec,
      bitrateKbps: first.bitrateKbps,
      lossless,
      partOfFile,
    };
    const wanted = subject.kind === 'album' ? { ...prefer, mode: 'hls' as const } : prefer;
    const decision = decidePlayback({ track, can, prefer: wanted, ffmpeg });
    if (decision.mode === 'direct') {
      if (subject.kind === 'album') throw noFfmpeg();
      const url = `${trackBase(first.trackId).slice(0, -'/hls'.length)}/file`;
      const exactly = { durationMs: first.durationMs, durationExact: first.length !== undefined };
      return { mode: 'direct', url, codec: first.codec, ...exactly, renditions: [], reasons: decision.reasons };
    }
    const { plans, exact, recordings } = await ladder(house)(subject, decision, asker);
    // An album keeps the addresses of exactly these tracks, also when another is added to it meanwhile.
    const span = subject.kind === 'album' ? { ...subject, to: subject.from + recordings.length - 1 } : subject;
    const base = baseOf(span, recordings.length);
    const lossy = decision.family === 'flac' ? ladderOf(recordings, { family: 'aac', maxKbps: decision.maxKbps }) : [];
    remember(house, span, { plans: [...plans, ...lossy], exact });
    const grid = gridOf(plans, base, recordings);
    return {
      mode: 'hls',
      url: subject.kind === 'track' ? `${base}/${decision.family}.m3u8` : albumMaster(span, decision.family),
      codec: grid.codec,
      durationMs: Math.round((grid.samples / grid.sampleRateHz) * 1000),
      durationExact: exact,
      renditions: renditionsOf(plans),
      reasons: decision.reasons,
      grid,
      ...(lossy.length > 0 && { fallback: gridOf(lossy, base, recordings) }),
    };
  };

const albumMaster = (span: Subject, family: string): string => {
  if (span.kind !== 'album') throw new Error('Not an album');
  const base = albumBase(span.albumId, { from: span.from, to: span.to ?? span.from });
  return `${base.slice(0, base.lastIndexOf('/'))}/${family}.m3u8?from=${span.from}&to=${span.to ?? span.from}`;
};

export const openStreaming = async (needs: StreamingNeeds): Promise<Streaming> => {
  const works = await openWorks(needs);
  const house: House = { ...needs, works, known: new LRUCache({ max: MAX_REMEMBERED_PLANS }) };
  return {
    source: (trackId, viewer) => sourceOf(house, trackId, viewer),
    playback: playback(house),
    ladder: ladder(house),
    plan: (piece, asker) => planOf(house, piece, asker),
    segment: async (piece, k, { viewer, signal }) => {
      const { engine, cache, recordings } = working(house);
      const { plan } = await planOf(house, piece, { viewer, signal });
      if (k >= plan.grid.count) throw notFound();
      if (cache.sizeOf(plan, k) === undefined) await recordings.assertUnchanged(plan);
      return engine.segment(plan, k, { owner: viewer.userId, signal });
    },
    init: async (piece, asker) => {
      const { plan } = await planOf(house, piece, asker);
      return working(house).inits.of(plan.rendition);
    },
    forget: (piece, k) => works?.cache.forget({ key: piece.key, variant: piece.variant }, k),
    cacheBytes: () => works?.cache.sizeBytes() ?? 0,
    close: async () => {
      await works?.engine.close();
      await works?.cache.close();
    },
  };
};

export const isVariant = (text: string): text is Variant =>
  Object.values(VARIANTS)
    .flat()
    .includes(text as Variant);
