/**
 * How much of the line the music may take. The person's choice comes from the server and holds everywhere; a device may
 * have its own (a phone on a small plan), which is kept in the browser.
 */
import type { Levelling } from './engine/sound.ts';

export type Quality = { mode: 'auto' | 'direct' | 'hls'; maxKbps: number | null };
/** GET /api/v1/settings, as far as it is heard. */
export type PlaybackSettings = Quality & { levelling: Levelling; crossfadeSec: number };

export const DEFAULTS: PlaybackSettings = { mode: 'auto', maxKbps: null, levelling: 'auto', crossfadeSec: 0 };

/** As a form says it: `auto`, `original` or a number of kbit/s. */
export const readQuality = (choice: string): Quality =>
  choice === 'original' ? { mode: 'direct', maxKbps: null } : { mode: 'auto', maxKbps: Number(choice) || null };

/** A browser that was told to save data is taken at its word, unless somebody chose otherwise for it. */
const SAVING_KBPS = 128;

export function decideQuality(from: { device: string | undefined; person: Quality; savesData: boolean }): Quality {
  if (from.device) return readQuality(from.device);
  const { mode, maxKbps } = from.person;
  return from.savesData ? { mode: 'auto', maxKbps: Math.min(maxKbps ?? Infinity, SAVING_KBPS) } : { mode, maxKbps };
}
