import { z } from 'zod';
import { ALL_VARIANTS } from './grid.ts';

/** What the API says about playing. The OpenAPI document is made from these. */
const id = z.string().max(40);

export const playbackRequest = z.strictObject({
  trackId: id.optional().describe('One track. Either this or albumId.'),
  albumId: id
    .optional()
    .describe('The tracks of an album laid end to end as one (always HLS): no seam between them in any player.'),
  from: z.int().min(0).optional().describe('With albumId: first track, counted from 0.'),
  to: z.int().min(0).optional().describe('With albumId: last track, included.'),
  can: z
    .strictObject({
      containers: z.array(z.string().max(32)).max(32).optional().describe('mp3, flac, mp4, ogg, wav …'),
      codecs: z.array(z.string().max(32)).max(32).optional().describe('mp3, flac, aac, opus, vorbis, alac, pcm …'),
      hls: z.boolean().optional().describe('Plays HLS, or appends our fMP4 segments itself.'),
    })
    .describe('What the player can do. What is left out counts as no.'),
  prefer: z
    .strictObject({
      mode: z.enum(['auto', 'direct', 'hls']).optional(),
      maxKbps: z.int().min(32).max(20_000).optional().describe('Never more than this; below lossless it means AAC.'),
    })
    .optional(),
});

const rate = z.object({
  variant: z.enum(ALL_VARIANTS),
  kbps: z.int().describe('Nominal; for FLAC an estimate.'),
  base: z
    .string()
    .describe(
      'Segment k is `${base}/${k}.m4s`, on a signed path. It changes with the file, so every answer is immutable.',
    ),
  init: z.string().describe('The init segment without an edit list (media_time 0): take `priming` off yourself.'),
});

export const gridSchema = z
  .object({
    codec: z.enum(['aac', 'flac']),
    mime: z.string().describe('For MediaSource: audio/mp4; codecs="…"'),
    sampleRateHz: z.int(),
    samples: z.int().describe('L: samples of music at sampleRateHz. The decoded length is exactly this when trimmed.'),
    segmentSamples: z.int().describe('N: segment k holds the samples [k*N, (k+1)*N) - priming.'),
    priming: z.int().describe('1024 for AAC, 0 for FLAC.'),
    count: z.int().describe('Segments 0 … count-1.'),
    rates: z.array(rate).min(1).describe('Best first. All share this grid: a switch is one append.'),
    offsets: z
      .array(z.object({ trackId: id, start: z.int().describe('First sample of the track.'), samples: z.int() }))
      .optional()
      .describe('Only for an album laid end to end.'),
  })
  .describe('All that is needed to play by segments, without reading a playlist.');

export const playbackAnswer = z.object({
  mode: z.enum(['direct', 'hls']),
  url: z
    .string()
    .describe(
      'The file, or the master playlist, on a signed path: it needs no session and no header, ends some hours after the music, and at once with the session or token that asked. 403: ask again.',
    ),
  codec: z.string().describe('What arrives: codec of the file, or aac / flac.'),
  durationMs: z.int(),
  durationExact: z.boolean().describe('False until the whole recording has been decoded once.'),
  renditions: z.array(
    z.object({
      variant: z.string(),
      codec: z.string(),
      kbps: z.int(),
      sampleRateHz: z.int(),
      bitDepth: z.int().optional(),
    }),
  ),
  covers: z
    .string()
    .describe(
      'Covers without a session: `${covers}/{coverId}-{64, 128, 256, 512 or 1024}.{webp, avif or jpg}`, signed as `url` is.',
    ),
  reasons: z
    .array(z.object({ code: z.string(), text: z.string() }))
    .describe('Why this way, in the order of deciding.'),
  grid: gridSchema.optional().describe('With mode hls.'),
  fallback: gridSchema
    .optional()
    .describe('The same music in AAC, where grid is FLAC: for a slow link or a decoder that fails.'),
});

export type PlaybackAnswer = z.output<typeof playbackAnswer>;
export type GridAnswer = z.output<typeof gridSchema>;
