import { createHash } from 'node:crypto';
import { ENGINE } from './grid.ts';

/** What the bytes of a track's segments depend on, apart from the variant. */
export type KeyFacts = {
  fileId: number;
  sizeBytes: number;
  mtimeNs: bigint;
  /** The exact length, the first pts and the rate they are counted at: a better measurement is another recording on the grid. */
  samples: number;
  firstPts: number;
  rateHz: number;
  /** Begin and end of a CUE track. */
  cue?: { start: number; end: number } | undefined;
};

const KEY_LENGTH = 24;

const hash = (parts: readonly (string | number | bigint)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, KEY_LENGTH);

/** 96 bits of hex. It changes with the file, so what stands under it never changes: `immutable` is true. */
export const keyOf = (facts: KeyFacts): string =>
  hash([
    'track',
    ENGINE,
    facts.fileId,
    facts.sizeBytes,
    facts.mtimeNs,
    facts.samples,
    facts.firstPts,
    facts.rateHz,
    ...(facts.cue ? [facts.cue.start, facts.cue.end] : []),
  ]);

/** An album laid end to end has the key of its members in their order: a listener who may see fewer of them has another. */
export const joinedKeyOf = (memberKeys: readonly string[]): string => hash(['album', ENGINE, ...memberKeys]);

/** What the bytes of a file as it lies on disk depend on. */
export const keyOfFile = ({ fileId, sizeBytes, mtimeNs }: Pick<KeyFacts, 'fileId' | 'sizeBytes' | 'mtimeNs'>): string =>
  hash(['file', fileId, sizeBytes, mtimeNs]);

export const looksLikeKey = (text: string): boolean => new RegExp(`^[0-9a-f]{${KEY_LENGTH}}$`).test(text);
