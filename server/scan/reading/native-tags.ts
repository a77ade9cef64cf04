import type { IAudioMetadata } from 'music-metadata';

/**
 * The tags as they stand in the file, found by the name people know them by whatever the format wraps around it:
 * `TXXX:ARTISTS`, `----:com.apple.iTunes:ARTISTS`, `WM/ARTISTS` and `artists` are all ARTISTS.
 *
 * Needed where music-metadata's common form loses something: it tears ID3v2.3 texts at every slash, keeps one time
 * stamp of a lyric line, and takes a gain without "dB" for a ratio.
 */
export type NativeTags = {
  all(name: string): unknown[];
  /** The first value, where it is text or a number. */
  text(name: string): string | undefined;
  /** The values stand in an ID3v2.2 or 2.3 tag, where a slash separates. */
  slashed(name: string): boolean;
};

export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const WRAPPING = /^(?:TXXX:|TXX:|----:[^:]*:|WM\/)/i;
const SLASHED = new Set(['ID3v2.2', 'ID3v2.3']);

/** There are few names and many files. Bounded: a hostile file may bring names of its own. */
const MOST_NAMES = 2000;
const names = new Map<string, string>();
const nameOf = (id: string): string => {
  const known = names.get(id);
  if (known !== undefined) return known;
  const name = id.replace(WRAPPING, '').toUpperCase();
  if (names.size >= MOST_NAMES) names.clear();
  names.set(id, name);
  return name;
};

export function nativeTags(native: IAudioMetadata['native']): NativeTags {
  const index = new Map<string, { values: unknown[]; type: string }>();
  const types = Object.keys(native);
  // ID3v1 is cut at 30 characters of Latin-1: it serves only where nothing else does.
  for (const type of types.length > 1 ? types.filter((name) => name !== 'ID3v1') : types) {
    for (const { id, value } of native[type]!) {
      if (value === null || value === undefined) continue;
      const name = nameOf(id);
      const known = index.get(name);
      if (known && known.type !== type) continue;
      if (known) known.values.push(value);
      else index.set(name, { values: [value], type });
    }
  }
  return {
    all: (name) => index.get(name)?.values ?? [],
    text: (name) => asText(index.get(name)?.values[0]),
    slashed: (name) => SLASHED.has(index.get(name)?.type ?? ''),
  };
}
