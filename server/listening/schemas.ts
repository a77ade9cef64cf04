import { z } from 'zod';
import { cleanText } from '../kit/index.ts';
import { trackSchema } from '../library/index.ts';
import { MOST_ENTRIES } from './queue.ts';

const text = (most: number) =>
  z
    .string()
    .max(most * 4)
    .transform((value) => cleanText(value, most));
const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.:-]+$/);
const trackId = z.string().regex(/^trk_[1-9a-z][0-9a-z]{0,12}$/);
const deviceId = id.describe('A UUID the device mints itself.');

export const kinds = z.enum(['tracks', 'albums', 'artists', 'playlists', 'episodes']);

export const playsBody = z.strictObject({
  events: z
    .array(
      z.strictObject({
        id: id.describe('Made by the client; the same id twice counts once.'),
        trackId,
        startedAt: z.iso.datetime({ offset: true }),
        playedMs: z.int().min(0).max(86_400_000).describe('What sounded, not what was clicked past.'),
        outcome: z.enum(['completed', 'skipped', 'stopped']),
        source: text(200),
        deviceId,
      }),
    )
    .min(1)
    .max(500),
});

export const playsAnswer = z.object({
  accepted: z.int(),
  known: z.int().describe('Were here already.'),
  refused: z.array(z.object({ id: z.string(), code: z.string() })),
});

export const playSchema = z.object({
  id: z.string(),
  startedAt: z.string(),
  playedMs: z.int(),
  outcome: z.enum(['completed', 'skipped', 'stopped']),
  counted: z.boolean().describe('Half of it or four minutes: it is in the play count.'),
  source: z.string(),
  deviceId: z.string(),
  title: z.string().describe('As it was called then.'),
  artistText: z.string(),
  track: trackSchema.nullable().describe('Null when it is not in the library any more.'),
});

const repeat = z.enum(['off', 'all', 'one']);
const entryIn = z.strictObject({
  id: id.optional().describe('Left out: the house makes one.'),
  trackId,
  source: text(200).default(''),
  byYou: z.boolean().default(false),
  order: z.number().min(-1e9).max(1e9).default(0),
});
const index = z.int().min(0).max(MOST_ENTRIES);
const positionMs = z.int().min(0).max(864_000_000);

export const queueBody = z.strictObject({
  entries: z.array(entryIn).max(MOST_ENTRIES),
  index,
  positionMs: positionMs.default(0),
  shuffle: z.boolean().default(false),
  repeat: repeat.default('off'),
  deviceId,
});

export const placeBody = z.strictObject({
  index: index.optional(),
  positionMs: positionMs.optional(),
  shuffle: z.boolean().optional(),
  repeat: repeat.optional(),
  deviceId: deviceId.optional(),
});

export const enqueueBody = z.strictObject({
  trackIds: z.array(trackId).min(1).max(500),
  where: z.enum(['next', 'end']).default('end'),
  source: text(200).default(''),
});

const entryOut = z.object({
  id: z.string(),
  trackId: z.string(),
  source: z.string(),
  byYou: z.boolean(),
  order: z.number(),
});
export const queueSchema = z.object({
  entries: z.array(
    entryOut.extend({ track: trackSchema.nullable().describe('Null when it cannot be seen any more.') }),
  ),
  index,
  positionMs,
  shuffle: z.boolean(),
  repeat,
  deviceId: z.string().nullable(),
  revision: z.int(),
  updatedAt: z.string().nullable(),
});
export const revisionSchema = z.object({ revision: z.int() });
export const enqueuedSchema = z.object({ revision: z.int(), entries: z.array(entryOut) });

export const deviceBody = z.strictObject({ name: text(80).refine((name) => name !== '', 'A name is needed.') });
export const meetBody = deviceBody.extend({ id: deviceId });
export const deviceSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  createdAt: z.string(),
  seenAt: z.string(),
});
