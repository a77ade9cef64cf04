import { asText, type NativeTags } from './native-tags.ts';
import type { Lyrics, SyncedLine } from './reading.ts';
import { PROSE_CHARS, cleanName, cleanProse } from './text.ts';

/**
 * LRC and its dialects: `[mm:ss.xx]`, several stamps before one text, `[offset:±ms]` (a positive one shows the words
 * earlier), and word stamps `<mm:ss.xx>` inside a line. Text without any stamp is plain lyrics.
 */

const STAMP = /\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]/g;
const WORD = /<(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?>/g;
const FIELD = /^\[([a-z#]+)\s*:(.*)\]$/i;
const MAX_LINES = 5_000;

const stampMs = (m: RegExpMatchArray): number =>
  (Number(m[1]) * 60 + Number(m[2])) * 1000 + Math.round(Number(`0.${m[3] ?? 0}`) * 1000);

export function parseLrc(text: string): Lyrics | undefined {
  const prose = cleanProse(text);
  if (prose === undefined) return undefined;
  const lines: SyncedLine[] = [];
  const untimed: string[] = [];
  let room = PROSE_CHARS;
  let offsetMs = 0;
  let lang: string | undefined;
  for (const raw of prose.split('\n')) {
    const line = raw.trim();
    const stamps = leadingStamps(line);
    const field = stamps.length === 0 ? FIELD.exec(line) : undefined;
    if (field?.[1]!.toLowerCase() === 'offset') offsetMs = Number.parseInt(field[2]!, 10) || 0;
    if (/^(la|lang)$/i.test(field?.[1] ?? '')) lang = language(field![2]);
    if (!field && stamps.length === 0) untimed.push(raw);
    const body = line.slice(stamps.reduce((sum, s) => sum + s.length, 0)).trim();
    // Stamps repeat their text: 4,000 of them before one long line would make 240 MB of a file of 100 kB.
    for (const stamp of stamps.slice(0, MAX_LINES - lines.length)) {
      if ((room -= body.length) < 0) break;
      lines.push(syncedLine(stamp.atMs, body));
    }
  }
  const tongue = lang ? { lang } : {};
  if (lines.length === 0) {
    const plain = cleanProse(untimed.join('\n'));
    return plain === undefined ? undefined : { kind: 'plain', ...tongue, text: plain };
  }
  return { kind: 'synced', ...tongue, lines: inOrder(lines, -offsetMs) };
}

function leadingStamps(line: string): { atMs: number; length: number }[] {
  const found: { atMs: number; length: number }[] = [];
  let at = 0;
  for (const match of line.matchAll(STAMP)) {
    const gap = line.slice(at, match.index);
    if (gap.trim() !== '') break;
    found.push({ atMs: stampMs(match), length: gap.length + match[0].length });
    at = match.index + match[0].length;
  }
  return found;
}

function syncedLine(atMs: number, body: string): SyncedLine {
  const stamps = [...body.matchAll(WORD)];
  if (stamps.length === 0) return { atMs, text: body };
  const words = stamps.map((match, i) => ({
    atMs: stampMs(match),
    text: body.slice(match.index + match[0].length, stamps[i + 1]?.index ?? body.length),
  }));
  const before = body.slice(0, stamps[0]!.index).trim();
  if (before) words.unshift({ atMs, text: `${before} ` });
  return { atMs, text: body.replace(WORD, '').replace(/\s+/g, ' ').trim(), words: words.filter((w) => w.text !== '') };
}

function inOrder(lines: SyncedLine[], shiftMs: number): SyncedLine[] {
  const shift = (ms: number): number => Math.max(0, ms + shiftMs);
  return lines
    .map((line) => ({
      ...line,
      atMs: shift(line.atMs),
      ...(line.words ? { words: line.words.map((w) => ({ ...w, atMs: shift(w.atMs) })) } : {}),
    }))
    .sort((a, b) => a.atMs - b.atMs);
}

const language = (value: unknown): string | undefined => {
  const text = cleanName(value)?.toLowerCase();
  return text && /^[a-z]{2,3}(-[a-z]{2,4})?$/.test(text) && text !== 'xxx' && text !== 'und' ? text : undefined;
};

const TEXT_TAGS = ['SYNCEDLYRICS', 'LYRICS', 'UNSYNCEDLYRICS', 'UNSYNCED LYRICS', '©LYR', 'USLT', 'ULT'];
type SyncFrame = { language?: string; timeStampFormat?: number; syncText?: { text: string; timestamp?: number }[] };

/** Embedded lyrics, synced ones first, no text twice. */
export function readLyrics(tags: NativeTags): Lyrics[] {
  const found = ['SYLT', 'SLT'].flatMap((name) => tags.all(name)).flatMap((value) => fromSylt(value as SyncFrame));
  for (const value of TEXT_TAGS.flatMap((name) => tags.all(name))) {
    const frame =
      typeof value === 'object' && value !== null ? (value as { text?: string; language?: string }) : undefined;
    const parsed = parseLrc((frame ? frame.text : asText(value)) ?? '');
    const lang = language(frame?.language);
    if (parsed) found.push(lang && !parsed.lang ? { ...parsed, lang } : parsed);
  }
  const unique = new Map(found.map((lyrics) => [JSON.stringify(lyrics), lyrics]));
  return [...unique.values()].sort((a, b) => Number(a.kind === 'plain') - Number(b.kind === 'plain')).slice(0, 8);
}

/**
 * ID3v2.4 4.9. Format 2 counts milliseconds; 1 counts MPEG frames, which nobody writes. Syllables join until a line
 * end.
 */
function fromSylt(frame: SyncFrame): Lyrics[] {
  if (frame.timeStampFormat !== 2 || !frame.syncText?.length) return [];
  const lines: SyncedLine[] = [];
  const newLineBefore = frame.syncText.some(({ text }) => /^[\r\n]/.test(text));
  let room = PROSE_CHARS;
  for (const { text, timestamp } of frame.syncText.slice(0, 4 * MAX_LINES)) {
    const words = cleanName(text) ?? '';
    if ((room -= words.length) < 0) break;
    const last = lines.at(-1);
    // A leading line break begins a line; where none is written at all, each syllable is a line of its own.
    if (last && newLineBefore && !/^[\r\n]/.test(text))
      last.text = `${last.text}${/^\s/.test(text) ? ' ' : ''}${words}`.trim();
    else lines.push({ atMs: timestamp ?? 0, text: words });
  }
  const lang = language(frame.language);
  return [{ kind: 'synced', ...(lang ? { lang } : {}), lines: inOrder(lines, 0) }];
}
