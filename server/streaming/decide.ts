import type { Family } from './grid.ts';

/** What of a track decides how it is played. */
export type Playable = {
  container: string;
  codec: string;
  bitrateKbps?: number | undefined;
  lossless: boolean;
  /** A CUE track lies inside a file that other tracks share. */
  partOfFile: boolean;
};

export type Abilities = { containers: readonly string[]; codecs: readonly string[]; hls: boolean };
export type Preference = { mode: 'auto' | 'direct' | 'hls'; maxKbps?: number | undefined };
export type Reason = { code: string; text: string };

export type Decision =
  | { mode: 'direct'; reasons: Reason[] }
  | { mode: 'hls'; family: Family; maxKbps?: number | undefined; reasons: Reason[] };

export type Question = { track: Playable; can: Abilities; prefer: Preference; ffmpeg: boolean };

/** Below this a ceiling rules lossless out: 16 bit, 44.1 kHz FLAC peaks near 740 kbit/s, loud material above. */
const LOSSLESS_FLOOR_KBPS = 1000;

const ALIASES: Record<string, string> = { m4a: 'mp4', mov: 'mp4', oga: 'ogg', mpeg: 'mp3', wave: 'wav', adts: 'aac' };
const plain = (name: string): string => ALIASES[name.toLowerCase()] ?? name.toLowerCase();
const has = (list: readonly string[], name: string): boolean => list.some((it) => plain(it) === plain(name));

/** Why the file as it lies on disk will not do, or undefined when it will. */
const obstacleToDirect = ({ track, can, prefer }: Question): Reason | undefined => {
  if (track.partOfFile) return { code: 'part-of-file', text: 'The track is a part of a larger file (CUE sheet).' };
  if (!has(can.containers, track.container))
    return { code: 'container', text: `The player does not open ${track.container} files.` };
  if (!has(can.codecs, track.codec)) return { code: 'codec', text: `The player does not decode ${track.codec}.` };
  if (prefer.maxKbps !== undefined && (track.bitrateKbps ?? Infinity) > prefer.maxKbps)
    return { code: 'bitrate', text: `The file needs more than the ${prefer.maxKbps} kbit/s that were asked for.` };
  return undefined;
};

const chooseFamily = ({ track, can, prefer }: Question): { family: Family; reason: Reason } => {
  if (!track.lossless)
    return { family: 'aac', reason: { code: 'lossy-source', text: 'The file is lossy already: AAC.' } };
  if (!has(can.codecs, 'flac'))
    return { family: 'aac', reason: { code: 'no-flac', text: 'The player does not decode FLAC: AAC.' } };
  if (prefer.maxKbps !== undefined && prefer.maxKbps < LOSSLESS_FLOOR_KBPS)
    return { family: 'aac', reason: { code: 'bitrate', text: `At most ${prefer.maxKbps} kbit/s: AAC.` } };
  return { family: 'flac', reason: { code: 'lossless', text: 'The file is lossless and stays so: FLAC.' } };
};

const asHls = (question: Question, before: Reason[]): Decision => {
  const { family, reason } = chooseFamily(question);
  return { mode: 'hls', family, maxKbps: question.prefer.maxKbps, reasons: [...before, reason] };
};

/** How a track reaches this player, with the reasons in the order in which they counted. */
export const decidePlayback = (question: Question): Decision => {
  const { can, prefer, ffmpeg } = question;
  if (!ffmpeg)
    return {
      mode: 'direct',
      reasons: [{ code: 'no-ffmpeg', text: 'There is no ffmpeg here: the file is sent as it is.' }],
    };
  if (prefer.mode === 'hls') return asHls(question, [{ code: 'asked', text: 'HLS was asked for.' }]);
  const obstacle = obstacleToDirect(question);
  if (!obstacle)
    return { mode: 'direct', reasons: [{ code: 'as-it-is', text: 'The player can play the file as it is.' }] };
  if (can.hls) return asHls(question, [obstacle]);
  const last = { code: 'no-hls', text: 'The player does not play HLS either: the file is sent as it is.' };
  return { mode: 'direct', reasons: [obstacle, last] };
};
