import { z } from 'zod';

/** The shapes of read/shapes.ts for the API document. Answers are not validated: they are made from one place. */
const id = z.string().max(40);
const instant = z.string().describe('UTC, ISO-8601.');
const cover = z
  .object({ id, tint: z.string().nullable().describe('Hue step 0..23, or n for none.') })
  .nullable()
  .describe('Null without a picture.');
const gainFrom = z.enum(['tags', 'measured']).nullable();
const mine = { liked: z.boolean(), rating: z.int().nullable(), playCount: z.int() };

export const trackSchema = z
  .object({
    id,
    title: z.string(),
    artists: z.array(z.object({ id, name: z.string(), role: z.string() })),
    album: z.object({ id, title: z.string() }),
    discNumber: z.int(),
    trackNumber: z.int().nullable(),
    durationMs: z.int(),
    durationExact: z.boolean().describe('False until the recording has been decoded once.'),
    year: z.int().nullable(),
    genres: z.array(z.string()),
    codec: z.string(),
    container: z.string(),
    bitrateKbps: z.int().nullable(),
    sampleRateHz: z.int(),
    bitDepth: z.int().nullable(),
    channels: z.int(),
    sizeBytes: z.int().nullable(),
    cover,
    addedAt: instant,
    missing: z.boolean().describe('The file is not there at present.'),
    explicit: z.boolean().nullable(),
    lyrics: z.enum(['synced', 'plain']).nullable(),
    replayGain: z
      .object({
        trackDb: z.number().nullable(),
        albumDb: z.number().nullable(),
        trackPeak: z.number().nullable(),
        albumPeak: z.number().nullable(),
        trackFrom: gainFrom,
        albumFrom: gainFrom,
      })
      .nullable()
      .describe('Decibels to -18 LUFS and linear peaks: from the tags, else as measured; null until either is there.'),
    musicbrainz: z.object({ recordingId: id.nullable(), trackId: id.nullable(), releaseId: id.nullable() }).nullable(),
    path: z.string().optional().describe('Relative to its root; only for callers who may administer.'),
    ...mine,
    lastPlayedAt: instant.nullable(),
  })
  .meta({ id: 'Track' });

export const albumSchema = z
  .object({
    id,
    title: z.string(),
    artists: z.array(z.object({ id, name: z.string() })),
    year: z.int().nullable(),
    releaseDate: z.string().nullable(),
    originalDate: z.string().nullable(),
    type: z.string(),
    compilation: z.boolean(),
    trackCount: z.int(),
    missingCount: z.int(),
    discCount: z.int(),
    durationMs: z.int(),
    cover,
    genres: z.array(z.string()),
    addedAt: instant,
    ...mine,
  })
  .meta({ id: 'Album' });

export const artistSchema = z
  .object({
    id,
    name: z.string(),
    sortName: z.string(),
    albumCount: z.int(),
    trackCount: z.int(),
    cover,
    liked: z.boolean(),
  })
  .meta({ id: 'Artist' });

export const genreSchema = z
  .object({ id, name: z.string(), trackCount: z.int(), albumCount: z.int() })
  .meta({ id: 'Genre' });

export const folderSchema = z
  .object({
    id,
    name: z.string(),
    parentId: id.nullable(),
    trackCount: z.int().describe('Directly in it.'),
    connected: z.boolean().describe('False while the disk it lies on is away; what was in it is kept and listed.'),
    path: z.string().optional(),
  })
  .meta({ id: 'Folder' });

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('The cursor of the next page; null at the end.'),
    total: z.int().nullable().describe('Only where a counter knows it.'),
  });

export const albumPageSchema = albumSchema.extend({
  label: z.string().nullable(),
  catalogNumber: z.string().nullable(),
  musicbrainz: z.object({ releaseId: id.nullable(), releaseGroupId: id.nullable() }).nullable(),
  discs: z.array(z.object({ number: z.int(), title: z.string().nullable(), cover, tracks: z.array(trackSchema) })),
});

export const artistPageSchema = artistSchema.extend({
  musicbrainz: z.object({ artistId: id }).nullable(),
  albums: z.array(albumSchema).describe('Own albums, newest first, at most 200; links.albums has them all.'),
  appearsOn: z.array(albumSchema),
  similar: z.array(artistSchema).describe('Those they are credited together with, the most often first; at most 12.'),
  topTracks: z.array(trackSchema).describe('What this listener plays most.'),
  links: z.object({ albums: z.string(), tracks: z.string() }),
});

export const folderPageSchema = folderSchema.extend({
  parents: z.array(z.object({ id, name: z.string() })),
  folders: z.array(folderSchema),
  foldersNext: z.string().nullable().describe('Cursor for /folders?parent=…'),
  tracks: z.array(trackSchema),
  tracksNext: z.string().nullable().describe('Cursor for /tracks?folder=…&sort=name'),
});

export const lyricsSchema = z.object({
  kind: z.enum(['synced', 'plain']),
  language: z.string().nullable(),
  source: z.enum(['embedded', 'sidecar']),
  lines: z.array(z.object({ atMs: z.int().nullable(), text: z.string() })),
});
