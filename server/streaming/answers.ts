import { encodeId } from '../kit/index.ts';
import { VARIANTS } from './grid.ts';
import type { Family, Variant } from './grid.ts';
import { planAlbum, planTrack } from './plan.ts';
import type { Plan, Recording } from './plan.ts';
import { codecStringOf, masterPlaylist } from './playlist.ts';
import type { GridAnswer, PlaybackAnswer } from './schema.ts';
import type { Subject } from './subjects.ts';

/** Nominal; FLAC as measured on music, where the PCM rate is the bound. */
export const kbpsOf = ({ rendition }: Plan): number =>
  rendition.codec === 'aac' ? rendition.kbps : Math.round((rendition.rateHz * 2 * rendition.bits * 0.58) / 1000);

export type Ladder = { family: Family; maxKbps?: number | undefined };

export const rungsWithin = ({ family, maxKbps }: Ladder): readonly Variant[] => {
  const variants = VARIANTS[family];
  const able = variants.filter((it) => it === 'flac' || maxKbps === undefined || Number(it.slice(3)) <= maxKbps);
  // Somebody with less than the lowest rate hears the lowest rate.
  return able.length ? able : variants.slice(-1);
};

export const ladderOf = (recordings: readonly Recording[], ladder: Ladder): Plan[] =>
  rungsWithin(ladder).map((variant) => {
    const [only] = recordings;
    return only && recordings.length === 1 ? planTrack(only, variant) : planAlbum(recordings, variant);
  });

/** Where each recording of an album begins. */
export const offsetsOf = (
  { starts, grid }: Plan,
  recordings: readonly Recording[],
): NonNullable<GridAnswer['offsets']> =>
  recordings.map(({ trackId }, i) => {
    const start = starts[i] ?? 0;
    return { trackId: encodeId('trk', trackId), start, samples: (starts[i + 1] ?? grid.samples) - start };
  });

/** `base`: the address of the scope; its rungs hang below it. */
export const gridOf = (plans: readonly Plan[], base: string, recordings: readonly Recording[]): GridAnswer => {
  const [best] = plans;
  if (!best) throw new Error('A ladder has at least one rung');
  const { grid, rendition } = best;
  return {
    codec: rendition.codec,
    mime: `audio/mp4; codecs="${rendition.codec === 'flac' ? 'flac' : codecStringOf(rendition)}"`,
    sampleRateHz: grid.rateHz,
    samples: grid.samples,
    segmentSamples: grid.segmentSamples,
    priming: grid.priming,
    count: grid.count,
    rates: plans.map((plan) => {
      const here = `${base}/${plan.variant}`;
      return { variant: plan.variant, kbps: kbpsOf(plan), base: here, init: `${here}/plain.mp4` };
    }),
    ...(recordings.length > 1 && { offsets: offsetsOf(best, recordings) }),
  };
};

type Rungs = { subject: Subject; plans: readonly Plan[]; recordings: readonly Recording[] };

/** The master playlist; of an album it tells where each track begins. `uriOf` is relative to it. */
export const masterOf = ({ subject, plans, recordings }: Rungs, uriOf: (plan: Plan) => string): string => {
  const entries = plans.map((plan) => ({ rendition: plan.rendition, uri: uriOf(plan) }));
  const [best] = plans;
  if (subject.kind === 'track' || !best) return masterPlaylist(entries);
  const offsets = offsetsOf(best, recordings).map((it) => `${it.trackId}:${it.start}`);
  const notes = { 'evensong.sample-rate': String(best.grid.rateHz), 'evensong.offsets': offsets.join(',') };
  return masterPlaylist(entries, notes);
};

export const renditionsOf = (plans: readonly Plan[]): PlaybackAnswer['renditions'] =>
  plans.map((plan) => ({
    variant: plan.variant,
    codec: plan.rendition.codec,
    kbps: kbpsOf(plan),
    sampleRateHz: plan.rendition.rateHz,
    ...(plan.rendition.codec === 'flac' && { bitDepth: plan.rendition.bits }),
  }));
