import { SOUND_ONLY, runPass } from '../ffmpeg/index.ts';
import type { ByteRange, Ffmpeg, PassEnd, Slots, Ticket } from '../ffmpeg/index.ts';
import { createFrameList } from './frame-list.ts';
import type { FrameEnds } from './frame-list.ts';
import { createClaimReader } from './header-claims.ts';
import type { HeaderClaims } from './header-claims.ts';
import { atRate } from './grid.ts';
import { readMusicSeconds } from './mp4-length.ts';
import { readLinks } from './ogg-links.ts';
import { tooManyWaiting } from './problems.ts';

/*
 * How long a recording really is. Headers are wrong in practice (a VBR MP3 without Xing says 4:27 for 1:00, a truncated FLAC
 * 242 s for 40), so the recording is decoded once and counted, with `async=1` as in every run, so that both agree about
 * gaps. The quick way only demultiplexes: within 30 ms, for a track that is to be played before the scan came to it.
 */
export type Measured =
  | {
      kind: 'measured';
      /** Samples of music, at srcRate: what `L` is made of. Padding that the file itself declares is not counted. */
      samples: number;
      /** The pts of the first of them, in samples at srcRate. */
      p0: number;
      srcRate: number;
      channels: number;
      /** The headers promise another length than there is: cut short, or with holes. */
      damaged: boolean;
      /** It does not end as its header says, but it is several streams joined in one file, each of them whole: nothing to complain of. */
      playsWhole?: boolean;
      /** False for the quick way. */
      exact: boolean;
    }
  /** `passing`: the disk did not answer, or not in time. Trying again later may help. */
  | { kind: 'unplayable'; why: string; passing: boolean };

export type LengthNeeds = { ffmpeg: Pick<Ffmpeg, 'path'>; slots: Slots };
export type Measuring = { path: Buffer; range?: ByteRange | undefined; signal?: AbortSignal | undefined };

const FRAME = 65_536;
const LOWEST_PRIORITY = 19;
const QUICK_LIMIT_MS = 20_000;

/** More than rounding. */
const differ = (a: number, b: number): boolean => Math.abs(a - b) > Math.max(0.1, b * 0.005);

/** Another length than its headers promise, or than its samples make: cut short, with a hole, or two streams joined in one file. */
const isDamaged = (claims: HeaderClaims, seconds: { timeline: number; counted: number }): boolean => {
  const { durationSeconds, estimated } = claims;
  if (differ(seconds.counted, seconds.timeline)) return true;
  return durationSeconds !== undefined && !estimated && differ(durationSeconds, seconds.timeline);
};

const withinTicket = async <T>(ticket: Ticket, work: () => Promise<T>): Promise<T> => {
  try {
    await ticket.started;
    return await work();
  } finally {
    ticket.release();
  }
};

type Read = { end: PassEnd; ends: FrameEnds | undefined; claims: HeaderClaims };
type Way = {
  inputOptions?: readonly string[];
  output: readonly string[];
  bytesAreSamples: boolean;
  niceness: number;
  limitMs?: number;
};

const readThrough = async (needs: LengthNeeds, { path, range, signal }: Measuring, way: Way): Promise<Read> => {
  const frames = createFrameList(way);
  const claims = createClaimReader();
  const end = await runPass(needs.ffmpeg, {
    source: path,
    range,
    inputOptions: ['-copyts', ...(way.inputOptions ?? [])],
    output: [...SOUND_ONLY, ...way.output, '-f', 'framecrc', '-'],
    onOutput: frames.push,
    onComplaint: claims.push,
    verbosity: 'info',
    niceness: way.niceness,
    ...(way.limitMs && { limitMs: way.limitMs }),
    signal,
  });
  return { end, ends: frames.ends(), claims: claims.claims() };
};

const refusal = (end: PassEnd): Measured => {
  if (end.kind === 'stalled') return { kind: 'unplayable', why: 'The disk did not answer.', passing: true };
  if (end.kind === 'overran') return { kind: 'unplayable', why: 'Decoding took too long.', passing: true };
  return { kind: 'unplayable', why: 'No sound could be decoded from it.', passing: false };
};

const measureWhole = async (needs: LengthNeeds, source: Measuring): Promise<Measured> => {
  const ticket = needs.slots.claim({ kind: 'background', owner: 'length' });
  if (!ticket) throw new Error('Background work is always queued');
  return withinTicket(ticket, async () => {
    source.signal?.throwIfAborted();
    const frames = `asetnsamples=n=${FRAME}:p=0`;
    const filters = ['-filter:a:0', `aresample=async=1,${frames}`, '-filter:a:1', `asetpts=N/SR/TB,${frames}`];
    // The same sound twice: as the timestamps say, and counted.
    const output = ['-map', '0:a:0', ...filters, '-c:a', 'pcm_s16le'];
    const read = await readThrough(needs, source, { output, bytesAreSamples: true, niceness: LOWEST_PRIORITY });
    source.signal?.throwIfAborted();
    const { end, ends, claims } = read;
    if (!ends || end.kind !== 'ended') return refusal(end);
    const decoded = ends.end - ends.first;
    const promised = await readMusicSeconds(source.path);
    const bounds = [claims.gaplessSamples, promised && Math.round(promised * ends.rateHz)].filter((it) => it && it > 0);
    // A header may only take padding off, never whole frames of music.
    const samples = Math.min(decoded, ...bounds.map((it) => Math.max(it ?? decoded, decoded - 4096)));
    const damaged = isDamaged(claims, { timeline: decoded / ends.rateHz, counted: ends.counted / ends.rateHz });
    return {
      kind: 'measured',
      samples,
      p0: ends.first,
      srcRate: ends.rateHz,
      channels: ends.channels,
      damaged,
      exact: true,
    };
  });
};

/**
 * Decodes the whole recording, at the lowest priority and in a background slot. Rejects only when ffmpeg cannot be started or
 * `signal` aborts. Streams joined in one Ogg file are counted one by one: damaged they stay, for no header tells their length.
 */
export const measureLength = async (needs: LengthNeeds, source: Measuring): Promise<Measured> => {
  const whole = await measureWhole(needs, source);
  if (whole.kind !== 'measured' || !whole.damaged || source.range) return whole;
  const links = await readLinks(source.path);
  if (links.length < 2) return whole;
  let samples = 0;
  let playsWhole = true;
  for (const range of links) {
    const link = await measureWhole(needs, { ...source, range });
    if (link.kind === 'measured') samples += atRate(link.samples, link.srcRate, whole.srcRate);
    playsWhole &&= link.kind === 'measured' && !link.damaged;
  }
  return { ...whole, samples, playsWhole };
};

/**
 * Counts packets without decoding them: 0.2 s, within 30 ms. Where the music begins only a decoder knows (a header of WMA
 * says 0 where the first sample has pts 4057), so the first second is decoded beside it. In the foreground: somebody waits.
 */
export const measureQuickly = async (needs: LengthNeeds, source: Measuring & { owner: string }): Promise<Measured> => {
  const ticket = needs.slots.claim({ kind: 'playing', owner: source.owner });
  if (!ticket) throw tooManyWaiting({ headers: { 'retry-after': '5' } });
  return withinTicket(ticket, async () => {
    const common = { niceness: 0, limitMs: QUICK_LIMIT_MS };
    const decode = { output: ['-c:a', 'pcm_s16le'], inputOptions: ['-t', '1'], bytesAreSamples: true, ...common };
    const [all, head] = await Promise.all([
      readThrough(needs, source, { output: ['-c', 'copy'], bytesAreSamples: false, ...common }),
      readThrough(needs, source, decode),
    ]);
    if (!all.ends || all.end.kind !== 'ended') return refusal(all.end);
    if (!head.ends || head.end.kind !== 'ended') return refusal(head.end);
    const { first: p0, rateHz: srcRate, channels } = head.ends;
    const samples = Math.max(0, Math.round((all.ends.end / all.ends.ticksPerSecond) * srcRate) - p0);
    return { kind: 'measured', samples, p0, srcRate, channels, damaged: false, exact: false };
  });
};
