import { lstatSync, readdirSync, statSync } from 'node:fs';
import type { FileRow, LibraryWriter, Root } from '../../library/index.ts';
import { codeOf, contains, walk, type WalkedFile } from '../walk/walk.ts';
import { artFile } from '../reading/index.ts';
import { groupOf, parentOf } from './groups.ts';

/** A file as it lies on disk now, with the row the library has for its place. */
export type Seen = WalkedFile & { folder: Buffer; row: FileRow | undefined };

export type RootChanges = {
  root: Root;
  /** Files that have to be read: new, changed, unfinished, or beside a sidecar that changed. */
  open: Seen[];
  /** Rows whose place is empty now. */
  lost: FileRow[];
  /** Rows that were missing and are back as they were. */
  back: FileRow[];
  /** As the library knows them. */
  settled: Seen[];
  seen: number;
  /** Sidecars (art, lyrics, sheets) by folder path: they belong to the audio beside them. */
  sidecars: Map<string, Seen[]>;
  newestMs: Map<string, number>;
  /** Album folders whose art, lyrics or sheets are not as before. */
  stirred: Set<string>;
  /** Folders whose picture of an artist is not as before: it shows on the albums one below. */
  portraits: Set<string>;
};

/** Why a root cannot be scanned now; undefined when it can. Nothing in a frozen root is touched. */
export const rootTrouble = (root: Root): { state: 'missing' | 'empty' | 'unreadable'; detail: string } | undefined => {
  try {
    if (!statSync(root.path).isDirectory()) return { state: 'unreadable', detail: 'It is not a folder.' };
    const names = readdirSync(root.path);
    if (names.length === 0 && root.trackCount > 0)
      return { state: 'empty', detail: 'The folder is empty now, but held music before.' };
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing', detail: 'The folder is not there.' };
    return { state: 'unreadable', detail: `The folder cannot be read (${code}).` };
  }
};

const isSame = (file: WalkedFile, row: FileRow): boolean =>
  row.sizeBytes === file.sizeBytes && row.mtimeNs === file.mtimeNs && row.ino === file.ino;

const isFinished = (row: FileRow): boolean => (row.need & 1) === 0;

type Folder = { path: Buffer; files: WalkedFile[] };

const compareFolder = (it: RootChanges, folder: Folder, rows: readonly FileRow[]): void => {
  const byName = new Map(rows.map((row) => [row.name.toString('latin1'), row]));
  const key = folder.path.toString('latin1');
  const all = folder.files.map((file) => {
    const row = byName.get(file.name.toString('latin1'));
    byName.delete(file.name.toString('latin1'));
    return { ...file, folder: folder.path, row };
  });
  const isOpen = (seen: Seen): boolean => !seen.row || !isSame(seen, seen.row) || !isFinished(seen.row);
  const audio = all.filter(({ kind }) => kind === 'audio');
  const sidecars = all.filter(({ kind }) => kind !== 'audio');
  const lost = [...byName.values()].filter(({ state }) => state !== 'missing');
  // A sidecar that came, changed or went says something new of the audio beside it.
  const sidecarsMoved = sidecars.some(isOpen) || lost.some(({ kind }) => kind !== 'audio');
  if (sidecarsMoved) it.stirred.add(groupOf(folder.path));
  const isPortrait = ({ name }: { name: Buffer }): boolean => artFile(name.toString('utf8'))?.shows === 'artist';
  if (sidecars.some((seen) => isOpen(seen) && isPortrait(seen)) || lost.some(isPortrait))
    it.portraits.add(groupOf(folder.path));
  for (const seen of audio) {
    if (isOpen(seen)) it.open.push(seen);
    else if (seen.row?.state === 'missing') it.back.push(seen.row);
    else it.settled.push(seen);
  }
  it.lost.push(...lost);
  it.seen += audio.length;
  if (sidecars.length > 0) it.sidecars.set(key, sidecars);
  if (audio.length > 0)
    it.newestMs.set(key, Number(audio.reduce((a, b) => (a > b.mtimeNs ? a : b.mtimeNs), 0n) / 1_000_000n));
};

/** Walks a root and compares it with what the library knows. Reads nothing but stats, writes nothing. */
export const compareRoot = (root: Root, files: LibraryWriter['files'], within?: readonly Buffer[]): RootChanges => {
  const it: RootChanges = {
    root,
    open: [],
    lost: [],
    back: [],
    settled: [],
    seen: 0,
    stirred: new Set(),
    portraits: new Set(),
    sidecars: new Map(),
    newestMs: new Map(),
  };
  const folders = new Map(files.folders(root.id).map(({ id, path }) => [path.toString('latin1'), { id, path }]));
  const failed: Buffer[] = [];
  for (const folder of walk({ root: root.path, ...(within && { within }) })) {
    if (folder.failed !== undefined) {
      failed.push(folder.path);
      continue;
    }
    const known = folders.get(folder.path.toString('latin1'));
    folders.delete(folder.path.toString('latin1'));
    compareFolder(it, folder, known ? files.inFolder(known.id) : []);
  }
  for (const { id, path } of folders.values()) {
    // A folder that could not be listed is unknown, not gone; outside of what was asked for nothing is said.
    if (failed.some((outer) => contains(outer, path))) continue;
    if (within && !within.some((outer) => contains(outer, path))) continue;
    it.lost.push(...files.inFolder(id).filter(({ state }) => state !== 'missing'));
  }
  return stir(it);
};

/** A changed sidecar says something new of all the audio of its album. */
const stir = (it: RootChanges): RootChanges => {
  if (it.stirred.size === 0) return it;
  const isStirred = ({ folder, row }: Seen): boolean => {
    const group = groupOf(folder);
    return row?.state === 'ok' && (it.stirred.has(group) || it.portraits.has(parentOf(group)));
  };
  return {
    ...it,
    open: [...it.open, ...it.settled.filter(isStirred)],
    settled: it.settled.filter((s) => !isStirred(s)),
  };
};

/** Still the same after a while? A file that is being copied is not. */
export const isSettled = (path: Buffer, file: WalkedFile): boolean => {
  try {
    const stat = lstatSync(path, { bigint: true });
    return Number(stat.size) === file.sizeBytes && stat.mtimeNs === file.mtimeNs;
  } catch {
    return false;
  }
};
