import { z } from 'zod';
import type { Viewer } from '../../http/index.ts';
import type { Inside } from '../inside.ts';

export const MAX_CROSSFADE_SEC = 12;

/*
 * A person's own settings. Kept as one JSON value and read through the schema, so that a value this version does not know
 * (an older or newer one wrote it) falls back to its default instead of failing.
 */
const playback = {
  /** What the player asks for: by itself, the original (files as they are, lossless ones in FLAC), or always a stream. */
  mode: z.enum(['auto', 'direct', 'hls']),
  /** The highest rate a stream may have; null leaves it to the line. */
  maxKbps: z.int().min(32).max(2000).nullable(),
  /** Which of the levels, of the tags or measured, is applied. */
  levelling: z.enum(['off', 'auto', 'track', 'album']),
  /** So many seconds two songs sound together; 0 is never. Within an album they never do. */
  crossfadeSec: z.int().min(0).max(MAX_CROSSFADE_SEC),
};

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  playback: z.object(playback),
});

export const settingsChangeSchema = z.strictObject({
  theme: settingsSchema.shape.theme.optional(),
  playback: z.strictObject(playback).partial().optional(),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

const defaults: z.infer<typeof settingsSchema> = {
  theme: 'system',
  playback: { mode: 'auto', maxKbps: null, levelling: 'auto', crossfadeSec: 0 },
};

const readStored = z.object({
  theme: settingsSchema.shape.theme.catch(defaults.theme),
  playback: z
    .object({
      mode: playback.mode.catch(defaults.playback.mode),
      maxKbps: playback.maxKbps.catch(defaults.playback.maxKbps),
      levelling: playback.levelling.catch(defaults.playback.levelling),
      crossfadeSec: playback.crossfadeSec.catch(defaults.playback.crossfadeSec),
    })
    .catch(defaults.playback),
});

/** Only what is named changes. */
export const applySettings = (before: Settings, change: SettingsChange): Settings => ({
  theme: change.theme ?? before.theme,
  playback: {
    mode: change.playback?.mode ?? before.playback.mode,
    maxKbps: change.playback?.maxKbps === undefined ? before.playback.maxKbps : change.playback.maxKbps,
    levelling: change.playback?.levelling ?? before.playback.levelling,
    crossfadeSec: change.playback?.crossfadeSec ?? before.playback.crossfadeSec,
  },
});

export type PersonalSettings = ReturnType<typeof createPersonalSettings>;

export const createPersonalSettings = ({ db, people }: Inside) => {
  const read = (viewer: Viewer): Settings => readStored.parse(people.settings(viewer.userId));
  return {
    read,
    change: (viewer: Viewer, change: SettingsChange): Settings =>
      db.transact(() => {
        const after = applySettings(read(viewer), change);
        people.setSettings(viewer.userId, after);
        return after;
      }),
  };
};
