import { z } from 'zod';
import { trackSchema, type ReplayGain } from '../library/index.ts';
import type { PlaybackAnswer } from './schema.ts';
import type { Source } from './sources.ts';

/*
 * What happens to the sound of a track between the file and the ear, nothing left out: what the file is, what the server
 * makes of it and why, and by how much our player turns it up or down.
 */
const gainSource = z.enum(['tags', 'measured']).nullable();

export const signalPathSchema = z.object({
  way: z
    .enum(['direct', 'copy', 'transcode'])
    .describe('direct: the bytes of the file. copy: other bytes, the same samples. transcode: encoded anew.'),
  source: trackSchema
    .pick({ codec: true, container: true, bitrateKbps: true, sampleRateHz: true, bitDepth: true, channels: true })
    .extend({ lossless: z.boolean() }),
  sent: z.object({
    codec: z.string(),
    kbps: z.int().nullable(),
    sampleRateHz: z.int(),
    bitDepth: z.int().nullable(),
  }),
  reasons: z
    .array(z.object({ code: z.string(), text: z.string() }))
    .describe('Why this way, in the order of deciding.'),
  level: z
    .object({
      db: z.number(),
      kind: z.enum(['track', 'album', 'off', 'unmeasured']),
      from: gainSource.describe('Whether the file says so or it was measured here.'),
      heldBack: z.boolean().describe('Its peak would clip with more.'),
    })
    .describe('What our player does to the volume.'),
  lossless: z.boolean().describe('True only if every stage is.'),
  stages: z.array(
    z.object({
      stage: z.enum(['source', 'mix', 'resample', 'encode', 'deliver', 'level']),
      text: z.string(),
      lossless: z.boolean(),
    }),
  ),
});
export type SignalPath = z.output<typeof signalPathSchema>;
export type Levelling = 'track' | 'album' | 'off';
type Level = SignalPath['level'];
type Stage = SignalPath['stages'][number];

const gainIn = (gain: ReplayGain, levelling: Levelling): Omit<Level, 'heldBack'> & { peak: number | null } => {
  const { trackDb, albumDb, trackPeak, albumPeak } = gain;
  const album = { db: albumDb, kind: 'album' as const, from: gain.albumFrom, peak: albumPeak ?? trackPeak };
  const track = { db: trackDb, kind: 'track' as const, from: gain.trackFrom, peak: trackPeak ?? albumPeak };
  const [first, second] = levelling === 'album' ? [album, track] : [track, album];
  const chosen = first.db === null ? second : first;
  return chosen.db === null
    ? { db: 0, kind: 'unmeasured', from: null, peak: null }
    : { ...chosen, db: chosen.db, kind: chosen.kind };
};

/** By the player's rules: never above what the peak leaves room for; without a known peak it is never turned up. */
export const decideLevel = (gain: ReplayGain | null, levelling: Levelling): Level => {
  if (levelling === 'off') return { db: 0, kind: 'off', from: null, heldBack: false };
  if (!gain) return { db: 0, kind: 'unmeasured', from: null, heldBack: false };
  const { peak, ...level } = gainIn(gain, levelling);
  const unknown = level.db > 0 ? 0 : Infinity;
  const headroomDb = peak !== null && peak > 0 ? -20 * Math.log10(peak) : unknown;
  const heldBack = level.db > headroomDb;
  return { ...level, db: Math.round(Math.min(level.db, headroomDb) * 100) / 100, heldBack };
};

const hertz = (rateHz: number): string => `${rateHz / 1000} kHz`;
const FROM = { tags: 'as the tags say', measured: 'as measured' } as const;

const levelStage = ({ db, kind, from, heldBack }: Level): Stage[] => {
  if (kind === 'off' || kind === 'unmeasured') return [];
  const held = heldBack ? ', held back by its peak' : '';
  const text = `${db > 0 ? '+' : ''}${db.toFixed(1)} dB, ${kind} ${from ? FROM[from] : ''}${held}`;
  return [{ stage: 'level', text, lossless: db === 0 }];
};

const serverStages = (source: Source, sent: PlaybackAnswer['renditions'][number] | undefined): Stage[] => {
  if (!sent) return [];
  const stages: Stage[] = [];
  const { channels, rateHz } = source;
  if (channels !== 2) stages.push({ stage: 'mix', text: `${channels} channels to stereo`, lossless: channels < 2 });
  if (sent.sampleRateHz !== rateHz)
    stages.push({ stage: 'resample', text: `${hertz(rateHz)} to ${hertz(sent.sampleRateHz)}`, lossless: false });
  const flac = sent.codec === 'flac';
  const text = flac ? `FLAC, ${sent.bitDepth ?? 16} bit` : `AAC, ${sent.kbps} kbit/s`;
  stages.push({ stage: 'encode', text, lossless: flac && (source.bits ?? 16) <= (sent.bitDepth ?? 16) });
  return stages;
};

const wayOf = (source: Source, answer: PlaybackAnswer, server: readonly Stage[]): SignalPath['way'] => {
  if (answer.mode === 'direct') return 'direct';
  return source.lossless && server.every((it) => it.lossless) ? 'copy' : 'transcode';
};

type Told = { answer: PlaybackAnswer; gain: ReplayGain | null; levelling: Levelling };

export const describeSignalPath = (source: Source, { answer, gain, levelling }: Told): SignalPath => {
  const depth = source.bits ? `${source.bits} bit, ` : '';
  const [best] = answer.mode === 'hls' ? answer.renditions : [];
  const server = serverStages(source, best);
  const level = decideLevel(gain, levelling);
  const stages: Stage[] = [
    { stage: 'source', text: `${source.codec}, ${depth}${hertz(source.rateHz)}`, lossless: source.lossless },
    ...server,
    { stage: 'deliver', text: best ? 'HLS segments' : 'The file as it is', lossless: true },
    ...levelStage(level),
  ];
  return {
    way: wayOf(source, answer, server),
    source: {
      codec: source.codec,
      container: source.container,
      bitrateKbps: source.bitrateKbps ?? null,
      sampleRateHz: source.rateHz,
      bitDepth: source.bits ?? null,
      channels: source.channels,
      lossless: source.lossless,
    },
    sent: {
      codec: best?.codec ?? source.codec,
      kbps: best?.kbps ?? source.bitrateKbps ?? null,
      sampleRateHz: best?.sampleRateHz ?? source.rateHz,
      bitDepth: best ? (best.bitDepth ?? null) : (source.bits ?? null),
    },
    reasons: answer.reasons,
    level,
    lossless: stages.every((it) => it.lossless),
    stages,
  };
};
