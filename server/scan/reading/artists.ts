/**
 * One text into names. Several values in the tags are always names already; only a single text is looked into, and
 * only for separators that hardly occur inside names: `; `, ` / `, ` feat. `, ` ft. ` (and their brackets). A comma,
 * an ampersand or a bare slash stays, so "Earth, Wind & Fire", "Simon & Garfunkel" and "AC/DC" are safe without a
 * list.
 */

/** Names that do contain a separator. Folded like `key` below. */
const WHOLE = ['AC / DC', 'Love / Hate', 'M / A / R / R / S', '+ / -'];
/** Names that ID3v2.3, where a bare slash separates values, would tear apart. */
const WHOLE_WITH_SLASH = ['AC/DC', 'Love/Hate', 'M/A/R/R/S', '+/-', 'S/H/E'];

const key = (name: string): string => name.normalize('NFC').toLowerCase().trim();
const KNOWN = new Set([...WHOLE, ...WHOLE_WITH_SLASH].map(key));

const SEPARATOR = /;\s+|;(?=\S)|\s+\/\s+|\s+[([]?(?:feat\.?|ft\.?|featuring)\s+/i;
const SLASH = /\s*\/\s*/;

export type SplitOptions = {
  isWhole?: (name: string) => boolean;
  /** The text comes from where a bare slash separates values (ID3v2.3). */
  bareSlash?: boolean;
};

export function splitArtists(text: string, options: SplitOptions = {}): string[] {
  const isWhole = (name: string): boolean => KNOWN.has(key(name)) || (options.isWhole?.(name) ?? false);
  const names = splitBy(text.trim(), SEPARATOR, isWhole);
  const all = options.bareSlash ? names.flatMap((name) => splitBy(name, SLASH, isWhole)) : names;
  return [...new Map(all.map((name) => [key(name), name])).values()];
}

/** Splits and takes pieces back together, longest first, wherever they are one known name. */
function splitBy(text: string, separator: RegExp, isWhole: (name: string) => boolean): string[] {
  if (isWhole(text)) return [text];
  const pieces: { name: string; start: number; end: number }[] = [];
  const all = new RegExp(separator.source, 'gi');
  let start = 0;
  for (let match = all.exec(text); match; match = all.exec(text)) {
    pieces.push({ name: text.slice(start, match.index), start, end: match.index });
    start = match.index + match[0].length;
    if (match[0] === '') all.lastIndex++;
  }
  pieces.push({ name: text.slice(start), start, end: text.length });
  if (pieces.length === 1 || pieces.length > 50) return [text];
  const names: string[] = [];
  for (let i = 0; i < pieces.length;) {
    const taken = longestKnown(text, pieces.slice(i), isWhole);
    const name = tidy(text.slice(pieces[i]!.start, pieces[i + taken - 1]!.end));
    if (name) names.push(name);
    i += taken;
  }
  return names.length > 0 ? names : [text];
}

function longestKnown(
  text: string,
  pieces: readonly { start: number; end: number }[],
  isWhole: (name: string) => boolean,
): number {
  for (let n = Math.min(pieces.length, 8); n > 1; n--) {
    if (isWhole(text.slice(pieces[0]!.start, pieces[n - 1]!.end).trim())) return n;
  }
  return 1;
}

/** "Song (feat. X)" leaves a bracket without its partner. */
function tidy(name: string): string {
  const text = name.trim();
  const opens = (text.match(/[([]/g) ?? []).length;
  const closes = (text.match(/[)\]]/g) ?? []).length;
  return closes > opens ? text.replace(/[)\]]$/, '').trim() : text;
}
