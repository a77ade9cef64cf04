import { lstatSync, readdirSync, realpathSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { IGNORE_FILES, isIgnored, readIgnoreFiles, type IgnoreRules } from './ignore-rules.ts';
import { isSkippedName, kindOf, type FileKind } from './kinds.ts';

/*
 * The walk: every folder below a root, with the files that concern us and their stats. Names are bytes from the disk to
 * the database and back: a name that is no UTF-8 is shown with replacement marks but opened as it is. Nothing is read
 * but ignore files; folder times are not trusted (they would save a tenth of a second and miss every retag).
 */

export type WalkedFile = { name: Buffer; kind: FileKind; sizeBytes: number; mtimeNs: bigint; ino: bigint };

export type WalkedFolder = {
  /** Below the root, `/` between, no slash at either end; empty for the root itself. */
  path: Buffer;
  files: WalkedFile[];
  /** Why the folder could not be listed (EACCES, EIO ...): what it holds is then unknown, not gone. */
  failed?: string;
};

export type WalkOptions = {
  root: Buffer;
  /** Only these folders and what lies below them; absent: everything. */
  within?: readonly Buffer[];
  followLinks?: boolean;
};

type Step = { path: Buffer; segments: string[]; rules: IgnoreRules | undefined };
type Inside = { realRoot: string; seen: Set<string> } | undefined;

const SLASH = Buffer.from('/');
const EMPTY = Buffer.alloc(0);

export function* walk({ root, within, followLinks = false }: WalkOptions): Generator<WalkedFolder> {
  const inside: Inside = followLinks ? { realRoot: realpathSync(root), seen: new Set() } : undefined;
  const stack: Step[] = within ? startingPoints(root, within) : [{ path: EMPTY, segments: [], rules: undefined }];
  while (stack.length > 0) {
    const step = stack.pop()!;
    const absolute = joinPath(root, step.path);
    if (inside && !isFirstVisit(absolute, inside)) continue;
    let listing: Dirent<Buffer>[];
    try {
      listing = readdirSync(absolute, { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      // Vanished between its parent's listing and now: its files are gone, which is no failure.
      if (codeOf(error) !== 'ENOENT' || step.segments.length === 0)
        yield { path: step.path, files: [], failed: codeOf(error) };
      continue;
    }
    const listed = listFolder(absolute, step, { listing, inside });
    if (!listed) continue;
    stack.push(...listed.folders);
    yield { path: step.path, files: listed.files };
  }
}

type Listing = { listing: Dirent<Buffer>[]; inside: Inside };

const listFolder = (absolute: Buffer, step: Step, { listing, inside }: Listing) => {
  const names = listing.map((entry) => entry.name.toString('utf8'));
  const special = names.some((name) => IGNORE_FILES.has(name));
  const rules = special
    ? readIgnoreFiles(absolute, new Set(names), { depth: step.segments.length, above: step.rules })
    : step.rules;
  if (rules === 'all') return undefined;
  const folders: Step[] = [];
  const files: WalkedFile[] = [];
  listing.forEach((entry, i) => {
    const shown = names[i]!;
    if (isSkippedName(shown)) return;
    const what = natureOf(entry, joinPath(absolute, entry.name), inside);
    if (what === undefined) return;
    const kind = what === 'folder' ? undefined : kindOf(shown);
    if (what !== 'folder' && kind === undefined) return;
    if (rules && isIgnored(rules, [...step.segments, shown], what === 'folder')) return;
    if (what === 'folder') {
      const path = joinPath(step.path, entry.name);
      folders.push({ path, segments: [...step.segments, shown], rules });
    } else {
      const stat = statOf(joinPath(absolute, entry.name), inside !== undefined);
      if (stat?.isFile()) files.push(toFile(entry.name, kind!, stat));
    }
  });
  return { folders, files };
};

const toFile = (name: Buffer, kind: FileKind, stat: BigIntStats): WalkedFile => ({
  name,
  kind,
  sizeBytes: Number(stat.size),
  mtimeNs: stat.mtimeNs,
  // SQLite's integers are signed; inode numbers of some file systems use the top bit.
  ino: BigInt.asIntN(64, stat.ino),
});

/** Links count only where they are followed and lead to something inside the root. */
const natureOf = (entry: Dirent<Buffer>, path: Buffer, inside: Inside): 'folder' | 'file' | undefined => {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  const unsure = entry.isSymbolicLink()
    ? inside !== undefined
    : !entry.isFIFO() && !entry.isSocket() && isTypeless(entry);
  if (!unsure) return undefined;
  const stat = statOf(path, entry.isSymbolicLink());
  if (!stat) return undefined;
  if (entry.isSymbolicLink() && !leadsInside(path, inside!.realRoot)) return undefined;
  return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined;
};

/** Some file systems answer readdir without types: ask the file itself. */
const isTypeless = (entry: Dirent<Buffer>): boolean => !entry.isBlockDevice() && !entry.isCharacterDevice();

const leadsInside = (path: Buffer, realRoot: string): boolean => {
  try {
    const real = realpathSync(path);
    return real === realRoot || real.startsWith(realRoot.endsWith('/') ? realRoot : `${realRoot}/`);
  } catch {
    return false;
  }
};

/** By (dev, ino), so that a circle of links ends and no folder is listed twice. */
const isFirstVisit = (absolute: Buffer, inside: NonNullable<Inside>): boolean => {
  const stat = statOf(absolute, true);
  if (!stat) return true;
  const key = `${stat.dev}:${stat.ino}`;
  if (inside.seen.has(key)) return false;
  inside.seen.add(key);
  return true;
};

/** A folder asked for by name still obeys the ignore files above it, and names that are never entered. */
const startingPoints = (root: Buffer, within: readonly Buffer[]): Step[] => {
  const steps: Step[] = [];
  for (const path of withoutNested(within)) {
    const step = descend(root, path);
    if (step) steps.push(step);
  }
  return steps;
};

const descend = (root: Buffer, path: Buffer): Step | undefined => {
  let at: Step = { path: EMPTY, segments: [], rules: undefined };
  for (const name of splitPath(path)) {
    const absolute = joinPath(root, at.path);
    const names = new Set(
      ['.evensongignore', '.ndignore', '.nomedia'].filter((file) => exists(joinPath(absolute, Buffer.from(file)))),
    );
    const rules = readIgnoreFiles(absolute, names, { depth: at.segments.length, above: at.rules });
    const shown = name.toString('utf8');
    const segments = [...at.segments, shown];
    if (rules === 'all' || isSkippedName(shown) || isIgnored(rules, segments, true)) return undefined;
    at = { path: joinPath(at.path, name), segments, rules };
  }
  return at;
};

const exists = (path: Buffer): boolean => statOf(path, false) !== undefined;

export const splitPath = (path: Buffer): Buffer[] => {
  const parts: Buffer[] = [];
  let start = 0;
  for (let end = path.indexOf(SLASH); ; end = path.indexOf(SLASH, start)) {
    const part = path.subarray(start, end === -1 ? path.length : end);
    if (part.length > 0) parts.push(part);
    if (end === -1) return parts;
    start = end + 1;
  }
};

/** Drops every path that another one contains. */
export const withoutNested = (paths: readonly Buffer[]): Buffer[] => {
  const sorted = paths.map((path) => Buffer.from(path)).sort((a, b) => a.length - b.length);
  const kept: Buffer[] = [];
  for (const path of sorted) if (!kept.some((outer) => contains(outer, path))) kept.push(path);
  return kept;
};

export const contains = (outer: Buffer, path: Buffer): boolean =>
  outer.length === 0 ||
  (path.subarray(0, outer.length).equals(outer) && (path.length === outer.length || path[outer.length] === SLASH[0]));

export const joinPath = (folder: Buffer, name: Buffer): Buffer =>
  folder.length === 0 ? name : name.length === 0 ? folder : Buffer.concat([folder, SLASH, name]);

export const statOf = (path: Buffer, follow: boolean): BigIntStats | undefined => {
  try {
    return follow ? statSync(path, { bigint: true }) : lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
