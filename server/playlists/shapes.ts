import { z } from 'zod';
import { cleanText, toInstant } from '../kit/index.ts';
import { trackSchema } from '../library/index.ts';
import type { Removed } from './service.ts';
import type { PlaylistRow } from './store.ts';

const text = (most: number) =>
  z
    .string()
    .max(most * 4)
    .transform((value) => cleanText(value, most));
const name = text(200).refine((value) => value !== '', 'A name is needed.');
const description = text(2000);
const trackId = z.string().regex(/^trk_[1-9a-z][0-9a-z]{0,12}$/);
const trackIds = z.array(trackId).max(1000);
const entryId = z.string().regex(/^ent_[0-9a-z]{1,36}$/);
const entryIds = z.array(entryId).min(1).max(1000);
const after = entryId.nullable().optional().describe('Behind this entry; null: at the start; left out: at the end.');

export const createBody = z.strictObject({
  name,
  description: description.default(''),
  trackIds: trackIds.default([]),
});
export const changeBody = z.strictObject({ name: name.optional(), description: description.optional() });

const removed = z.strictObject({
  id: entryId,
  trackId,
  after: entryId.nullable(),
  addedAt: z.iso.datetime({ offset: true }),
});
export const addBody = z.union([
  z.strictObject({ trackIds: trackIds.min(1), after }),
  z.strictObject({ restore: z.array(removed).min(1).max(1000).describe('What a DELETE answered.') }),
]);
export const moveBody = z.strictObject({ ids: entryIds, after });
export const takeBody = z.strictObject({ ids: entryIds });
export const importBody = z.strictObject({
  name: name.optional().describe('Else the name in the list.'),
  m3u: z.string().min(1).max(4_000_000),
  dryRun: z.boolean().default(false).describe('Only tells what would be found.'),
});

const cover = z.object({ id: z.string(), tint: z.string().nullable() });
export const playlistSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    trackCount: z.int(),
    durationMs: z.int(),
    covers: z.array(cover).describe('Up to four, of what stands first.'),
    createdAt: z.string(),
    updatedAt: z.string(),
    revision: z.int(),
    liked: z.boolean(),
    rating: z.int().nullable(),
  })
  .meta({ id: 'Playlist' });

export const entrySchema = z.object({
  id: z.string(),
  trackId: z.string(),
  addedAt: z.string(),
  track: trackSchema.nullable().describe('Null when it is not in the library any more, or not for you.'),
});
export const playlistPageSchema = playlistSchema.extend({
  entries: z.array(entrySchema).describe('The first 500.'),
  entriesNext: z.string().nullable(),
});
export const changedSchema = z.object({ revision: z.int(), trackCount: z.int() });
export const addedSchema = changedSchema.extend({
  entries: z.array(z.object({ id: z.string(), trackId: z.string() })),
});
export const takenSchema = changedSchema.extend({
  removed: z.array(removed).describe('Post these as `restore` and everything is where it was.'),
});
export const importSchema = z.object({
  playlist: playlistSchema.nullable().describe('Null after a dry run, or when nothing was found.'),
  found: z.int(),
  by: z.record(z.string(), z.int()).describe('How many by address, path, file name, tags.'),
  unmatched: z.array(
    z.object({
      line: z.int(),
      location: z.string().describe('Of one longer than 4096 characters the beginning; it is looked for by its tags.'),
      title: z.string().nullable(),
      artist: z.string().nullable(),
    }),
  ),
});

type Marks = { likedAtMs: number | null; stars: number | null };
export type Playlist = z.output<typeof playlistSchema>;

export const playlistShape = (row: PlaylistRow, extra: { marks: Marks; covers: Playlist['covers'] }): Playlist => ({
  id: row.id,
  name: row.name,
  description: row.description,
  trackCount: row.entryCount,
  durationMs: row.durationMs,
  covers: extra.covers,
  createdAt: toInstant(row.createdAtMs),
  updatedAt: toInstant(row.updatedAtMs),
  revision: row.revision,
  liked: extra.marks.likedAtMs !== null,
  rating: extra.marks.stars,
});

type RemovedShape = z.output<typeof removed>;
export const removedShape = (it: Removed, encode: (row: number) => string): RemovedShape => ({
  id: it.id,
  trackId: encode(it.trackId),
  after: it.after,
  addedAt: toInstant(it.addedAtMs),
});
