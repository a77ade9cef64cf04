import { randomBytes } from 'node:crypto';

/*
 * Two kinds of id, one look. Rows of the library are integers (AUTOINCREMENT, never reused) and are written as
 * `trk_` + base36: short, and the index stays small at a million rows. What people make carries 100 random bits, so that
 * nothing can be learnt from a neighbour's id. Both are opaque to callers.
 */
export type RowPrefix = 'trk' | 'alb' | 'art' | 'gen' | 'fld' | 'cov' | 'roo' | 'scn';
export type MintedPrefix =
  'usr' | 'tok' | 'pls' | 'ent' | 'dev' | 'ses' | 'ply' | 'req' | 'mix' | 'rad' | 'pod' | 'epi';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export const encodeId = (prefix: RowPrefix, row: number): string => `${prefix}_${row.toString(36)}`;

/** The row behind an id, or undefined for anything that `encodeId` could not have written. */
export const decodeId = (prefix: RowPrefix, id: string): number | undefined => {
  if (id.length > 16 || !id.startsWith(`${prefix}_`)) return undefined;
  const digits = id.slice(prefix.length + 1);
  if (!/^[1-9a-z][0-9a-z]*$/.test(digits)) return undefined;
  const row = Number.parseInt(digits, 36);
  return Number.isSafeInteger(row) ? row : undefined;
};

/** `length` characters of 5 random bits each. */
export const mintSecret = (length: number): string => Array.from(randomBytes(length), (b) => ALPHABET[b & 31]).join('');

export const mintId = (prefix: MintedPrefix): string => `${prefix}_${mintSecret(20)}`;
