/*
 * The grid. A rendition is cut at exact sample counts, so that a playlist is arithmetic and any process can make any
 * segment: segment k holds 180 AAC frames of 1024 samples at the base rate (44.1 kHz: 4.179592 s, 48 kHz: 3.84 s). 180 is
 * a multiple of 4 (a FLAC frame is 4096 here), 15 (Opus) and 3 (finite decimals at 48 kHz). A high-rate FLAC segment holds
 * the same time. AAC frame i carries the samples [(i-1)*1024, i*1024): L samples make ceil(L/1024)+1 frames, the first of
 * which is the encoder's priming, and the last keeps its full length (a shortened one is not trimmed by any MSE player).
 */

/** Part of every cache key. To be raised whenever the bytes of a segment would change. */
export const ENGINE = 1;

export const FRAME_SAMPLES = 1024;
export const SEGMENT_FRAMES = 180;
/** Samples that ffmpeg's AAC encoder puts before the first. */
export const PRIMING_SAMPLES = 1024;

export type Family = 'aac' | 'flac';
export type Variant = 'aac256' | 'aac128' | 'aac64' | 'flac';

/** Best first: the order in which a ladder is listed. */
export const VARIANTS: Record<Family, readonly Variant[]> = { aac: ['aac256', 'aac128', 'aac64'], flac: ['flac'] };

export const ALL_VARIANTS: readonly Variant[] = [...VARIANTS.aac, ...VARIANTS.flac];

export const isVariant = (text: string): text is Variant => ALL_VARIANTS.includes(text as Variant);

export const familyOf = (variant: Variant): Family => (variant === 'flac' ? 'flac' : 'aac');

/** How a variant is encoded for a given source. */
export type Rendition =
  | { variant: 'flac'; codec: 'flac'; rateHz: number; bits: 16 | 24 }
  | { variant: Exclude<Variant, 'flac'>; codec: 'aac'; rateHz: number; kbps: number };

/** What of a source decides its renditions. */
export type SourceFormat = { rateHz: number; bits?: number | undefined };

const KBPS = { aac256: 256, aac128: 128, aac64: 64 } as const;
const MAX_FLAC_RATE = 192_000;

export const baseRateOf = (rateHz: number): 44_100 | 48_000 => (rateHz % 11_025 === 0 ? 44_100 : 48_000);

export const renditionOf = (variant: Variant, source: SourceFormat): Rendition => {
  const base = baseRateOf(source.rateHz);
  if (variant !== 'flac') return { variant, codec: 'aac', rateHz: base, kbps: KBPS[variant] };
  const whole = source.rateHz >= base && source.rateHz % base === 0 && source.rateHz <= MAX_FLAC_RATE;
  return { variant, codec: 'flac', rateHz: whole ? source.rateHz : base, bits: (source.bits ?? 16) > 16 ? 24 : 16 };
};

/** A recording laid on the grid. All counts are samples at `rateHz`. */
export type Grid = {
  rateHz: number;
  /** Samples of music. */
  samples: number;
  /** What a segment spans, the last one excepted. */
  segmentSamples: number;
  /** What stands before the first sample of music in the decoded stream. */
  priming: number;
  /** What all segments span together. */
  totalSamples: number;
  count: number;
};

export const segmentSamplesOf = (rendition: Rendition): number =>
  SEGMENT_FRAMES * FRAME_SAMPLES * (rendition.rateHz / baseRateOf(rendition.rateHz));

export const layGrid = (rendition: Rendition, samples: number): Grid => {
  const segmentSamples = segmentSamplesOf(rendition);
  const priming = rendition.codec === 'aac' ? PRIMING_SAMPLES : 0;
  const totalSamples =
    rendition.codec === 'aac' ? Math.ceil(samples / FRAME_SAMPLES) * FRAME_SAMPLES + PRIMING_SAMPLES : samples;
  return {
    rateHz: rendition.rateHz,
    samples,
    segmentSamples,
    priming,
    totalSamples,
    count: Math.ceil(totalSamples / segmentSamples),
  };
};

/** Where segment k begins and how long it is, in samples of the encoded stream (tfdt and the sum of its trun durations). */
export const spanOf = (grid: Grid, k: number): { start: number; samples: number } => {
  const start = k * grid.segmentSamples;
  return { start, samples: Math.min(grid.segmentSamples, grid.totalSamples - start) };
};

/** A count of samples at another rate, to the nearest sample. */
export const atRate = (samples: number, fromHz: number, toHz: number): number =>
  fromHz === toHz ? samples : Math.round((samples * toHz) / fromHz);
