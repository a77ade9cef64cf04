/** Text from files is whatever somebody's tagger wrote: cleaned once, here, before anybody trusts it. */

const NAME_CHARS = 1_000;
/** Of words to read or to sing, all of one text together. */
export const PROSE_CHARS = 100_000;

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]+/g;
const CONTROLS_BUT_LINES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]+/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;
/** A cut may leave half a pair behind. */
const HALF_AT_END = /[\ud800-\udbff]$/;
const PLAIN = /^[\x20-\x7e]*$/;

const cap = (text: string, chars: number): string =>
  text.length > chars ? text.slice(0, chars).replace(HALF_AT_END, '') : text;

/** One line: a name, a title. Absent when nothing is left. */
export function cleanName(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  let text = cap(String(value), 4 * NAME_CHARS);
  if (!PLAIN.test(text)) text = text.replace(CONTROLS, ' ').replace(LONE_SURROGATES, '\ufffd').normalize('NFC');
  text = cap(text.trim(), NAME_CHARS).trim();
  return text === '' ? undefined : text;
}

/** Several lines: lyrics, comments. Line ends become \n. */
export function cleanProse(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = cap(value, PROSE_CHARS)
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(CONTROLS_BUT_LINES, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .trim();
  return text === '' ? undefined : text;
}

export function cleanNames(values: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const value of values.slice(0, 200)) {
    const name = cleanName(value);
    if (name) found.add(name);
  }
  return [...found];
}

/** Text files beside the music: UTF-8 or UTF-16 by their mark or by what fits, else Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const zeros = [0, 0];
  const probe = bytes.subarray(0, 400);
  for (const [i, b] of probe.entries()) if (b === 0) zeros[i & 1]!++;
  if (probe.length >= 4 && zeros[1]! > probe.length / 5) return new TextDecoder('utf-16le').decode(bytes);
  if (probe.length >= 4 && zeros[0]! > probe.length / 5) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
