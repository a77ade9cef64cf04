import { parseDate } from './dates.ts';
import { decibels } from './gain.ts';
import type { CueFile, CueSheet, CueTrack, ReplayGain } from './reading.ts';
import { cleanName } from './text.ts';

/**
 * CUE sheets, beside a file or embedded in it. Times are mm:ss:ff with 75 frames a second, which is a whole number of
 * samples at every CD-like rate; the caller multiplies. A sheet that does not add up is `broken`, with the reason a
 * person can act on: half a sheet would cut the music in the wrong places.
 */

export type ParsedCue = { kind: 'sheet'; sheet: CueSheet } | { kind: 'broken'; why: string };

const FRAMES_PER_SECOND = 75;
const LINE = /^\s*([A-Z]+)\s*(.*?)\s*$/i;
const TIME = /^(\d{1,4}):([0-5]?\d):([0-7]?\d)$/;
const MAX_LINES = 20_000;

type DraftTrack = Omit<CueTrack, 'startFrame' | 'endFrame'> & { index: Map<number, number>; audio: boolean };
type DraftFile = { name: string; tracks: DraftTrack[] };
type Draft = { sheet: Omit<CueSheet, 'files'>; files: DraftFile[]; broken?: string };

export function parseCue(text: string): ParsedCue {
  const draft: Draft = { sheet: {}, files: [] };
  for (const [n, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n?|\n/, MAX_LINES)
    .entries()) {
    const match = LINE.exec(line);
    if (match) command(draft, match[1]!.toUpperCase(), match[2]!);
    if (draft.broken) return { kind: 'broken', why: `Line ${n + 1}: ${draft.broken}` };
  }
  return finish(draft);
}

const unquote = (text: string): string => /^"(.*)"$/.exec(text)?.[1] ?? text;

function command(draft: Draft, name: string, rest: string): void {
  const track = draft.files.at(-1)?.tracks.at(-1);
  const value = cleanName(unquote(rest));
  switch (name) {
    case 'FILE':
      draft.files.push({ name: fileName(rest), tracks: [] });
      return;
    case 'TRACK':
      return startTrack(draft, rest);
    case 'INDEX':
      return setIndex(draft, track, rest);
    case 'TITLE':
    case 'PERFORMER':
    case 'SONGWRITER':
      if (value) (track ?? draft.sheet)[name.toLowerCase() as 'title' | 'performer' | 'songwriter'] = value;
      return;
    case 'ISRC':
      if (track && value) track.isrc = value.toUpperCase();
      return;
    case 'PREGAP':
      if (track) track.preGapFrames = frames(rest) ?? 0;
      return;
    case 'CATALOG':
      if (value) draft.sheet.catalog = value;
      return;
    case 'REM':
      if (!track) remark(draft.sheet, rest);
  }
}

const fileName = (rest: string): string => (/^"([^"]*)"/.exec(rest)?.[1] ?? rest.replace(/\s+\S+$/, '')).trim();

function startTrack(draft: Draft, rest: string): void {
  const match = /^(\d{1,3})\s+(\S+)/.exec(rest);
  const file = draft.files.at(-1);
  if (!match) draft.broken = 'TRACK needs a number and a type.';
  else if (!file) draft.broken = 'A track stands before any FILE.';
  else file.tracks.push({ no: Number(match[1]), audio: match[2]!.toUpperCase() === 'AUDIO', index: new Map() });
}

function setIndex(draft: Draft, track: DraftTrack | undefined, rest: string): void {
  const match = /^(\d{1,2})\s+(\S+)$/.exec(rest);
  const at = match ? frames(match[2]!) : undefined;
  if (!track) draft.broken = 'INDEX stands before any TRACK.';
  else if (!match || at === undefined) draft.broken = `"${rest.slice(0, 40)}" is no index of the form 01 mm:ss:ff.`;
  else track.index.set(Number(match[1]), at);
}

function frames(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match || Number(match[3]) >= FRAMES_PER_SECOND) return undefined;
  return (Number(match[1]) * 60 + Number(match[2])) * FRAMES_PER_SECOND + Number(match[3]);
}

function remark(sheet: Draft['sheet'], rest: string): void {
  const match = /^(\S+)\s+(.*)$/.exec(rest);
  const value = match ? cleanName(unquote(match[2]!)) : undefined;
  if (!match || !value) return;
  const number = Number.parseInt(value, 10);
  const gain = (part: Partial<ReplayGain>): void => {
    sheet.replayGain = { fromR128: false, ...sheet.replayGain, ...part };
  };
  const db = decibels(value);
  switch (match[1]!.toUpperCase()) {
    case 'GENRE':
      sheet.genre = value;
      return;
    case 'DATE': {
      const date = parseDate(value);
      if (date) sheet.date = date;
      return;
    }
    case 'DISCNUMBER':
      if (number > 0) sheet.discNo = number;
      return;
    case 'TOTALDISCS':
      if (number > 0) sheet.discTotal = number;
      return;
    case 'REPLAYGAIN_ALBUM_GAIN':
      if (db !== undefined) gain({ albumDb: db });
      return;
    case 'REPLAYGAIN_ALBUM_PEAK':
      if (Number(value) > 0) gain({ albumPeak: Number(value) });
  }
}

function finish(draft: Draft): ParsedCue {
  const files: CueFile[] = [];
  const numbers = new Set<number>();
  for (const file of draft.files) {
    const audio = file.tracks.filter((track) => track.audio);
    for (const track of audio) {
      if (!track.index.has(1)) return { kind: 'broken', why: `Track ${track.no} has no INDEX 01.` };
      if (numbers.has(track.no)) return { kind: 'broken', why: `Track ${track.no} is there twice.` };
      numbers.add(track.no);
    }
    const starts = audio.map((track) => track.index.get(1)!);
    const wrong = starts.findIndex((start, i) => i > 0 && start <= starts[i - 1]!);
    if (wrong > 0) return { kind: 'broken', why: `Track ${audio[wrong]!.no} does not start after the one before it.` };
    if (audio.length > 0) files.push({ name: file.name, tracks: audio.map((track, i) => cut(track, starts, i)) });
  }
  if (files.length === 0) return { kind: 'broken', why: 'It names no audio track.' };
  return { kind: 'sheet', sheet: { ...draft.sheet, files } };
}

/** A pause before a track (INDEX 00) belongs to the track before it, as on a CD player. */
function cut(draft: DraftTrack, starts: readonly number[], i: number): CueTrack {
  const { index: _index, audio: _audio, ...facts } = draft;
  const endFrame = starts[i + 1];
  return { ...facts, startFrame: starts[i]!, ...(endFrame === undefined ? {} : { endFrame }) };
}

export type CueCut = { start: number; end: number | undefined };

/** [start, end) in samples; `end` is absent where the track runs to the end of its file. */
export function cueSamples(track: Pick<CueTrack, 'startFrame' | 'endFrame'>, sampleRateHz: number): CueCut {
  const at = (frame: number): number => Math.floor((frame * sampleRateHz) / FRAMES_PER_SECOND);
  return { start: at(track.startFrame), end: track.endFrame === undefined ? undefined : at(track.endFrame) };
}
