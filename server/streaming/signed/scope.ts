import { encodeId } from '../../kit/index.ts';
import type { Family, Variant } from '../grid.ts';
import { ALL_VARIANTS, VARIANTS } from '../grid.ts';
import type { Ladder } from '../answers.ts';
import { keyOfFile } from '../key.ts';
import type { Source } from '../sources.ts';
import type { Subject } from '../subjects.ts';

/*
 * What an address opens: thing/rev/rendition. Things are tracks, runs of albums (alb_7_0_11) and the covers that one policy
 * shows. `rev` changes with every byte that hangs below, so all of it may be kept for ever.
 */
export type Scope = { thing: string; rev: string; rendition: string };

export type Thing = { kind: 'covers' } | { kind: 'subject'; subject: Subject };

export const scopeName = ({ thing, rev, rendition }: Scope): string => `${thing}/${rev}/${rendition}`;

export const looksLikeScope = ({ thing, rev, rendition }: Scope): boolean =>
  /^\w{1,40}$/.test(thing) && /^[\w-]{16}$/.test(rev) && RENDITIONS.has(rendition);

export const COVERS = 'covers';

export const thingOf = (subject: Subject): string =>
  subject.kind === 'track' ? subject.trackId : `${subject.albumId}_${subject.from}_${subject.to ?? subject.from}`;

/** Undefined for what is no thing. */
export const readThing = (thing: string): Thing | undefined => {
  if (thing === COVERS) return { kind: 'covers' };
  if (/^trk_[0-9a-z]+$/.test(thing)) return { kind: 'subject', subject: { kind: 'track', trackId: thing } };
  const [, albumId, from, to] = /^(alb_[0-9a-z]+)_(\d{1,5})_(\d{1,5})$/.exec(thing) ?? [];
  if (albumId === undefined) return undefined;
  return { kind: 'subject', subject: { kind: 'album', albumId, from: Number(from), to: Number(to) } };
};

/** A file as it lies on disk, under the one name it has in addresses. */
export const originalScope = (
  { trackId, fileId, path }: Pick<Source, 'trackId' | 'fileId' | 'path'>,
  facts: { sizeBytes: number; mtimeNs: bigint },
): { scope: Scope; name: string } => {
  const thing = encodeId('trk', trackId);
  const ending = /\.(\w{1,8})$/.exec(path.toString('latin1'))?.[1]?.toLowerCase() ?? 'bin';
  return {
    scope: { thing, rev: revOfKey(keyOfFile({ fileId, ...facts })), rendition: 'file' },
    name: `${thing}.${ending}`,
  };
};

/** The 96 bits of a key, shorter. */
export const revOfKey = (key: string): string => Buffer.from(key, 'hex').toString('base64url');
export const keyOfRev = (rev: string): string => Buffer.from(rev, 'base64url').toString('hex');

/** A ladder is named by its highest rung: `aac` is all of them, `aac128` what somebody with a ceiling may have. */
export const renditionOfTop = (top: Variant): string => (top === VARIANTS.aac[0] ? 'aac' : top);

const RENDITIONS: ReadonlySet<string> = new Set([...ALL_VARIANTS.map(renditionOfTop), 'file', 'img']);

/** Undefined for `file` and `img`. */
export const ladderOfRendition = (rendition: string): Ladder | undefined => {
  if (rendition === 'aac' || rendition === 'flac') return { family: rendition satisfies Family };
  const capped = VARIANTS.aac.find((it) => it === rendition);
  return capped && { family: 'aac', maxKbps: Number(capped.slice(3)) };
};
