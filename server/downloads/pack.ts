import { readFile, stat } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { insideRoot } from '../kit/index.ts';
import { filePathOf, type TrackSource } from '../library/index.ts';
import { writeM3u } from '../playlists/index.ts';
import type { Body, Member } from './archive.ts';
import type { LibraryFile } from './checksums.ts';
import { artistsOf, type Contents, type Line } from './contents.ts';
import { createNames, safeName } from './names.ts';

/** The file of a track as it lies there now; undefined where there is none, or where it leads out of its root. */
export const fileNow = async (source: TrackSource): Promise<LibraryFile | undefined> => {
  const path = filePathOf(source);
  if (!(await insideRoot(source.rootPath, path))) return undefined;
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  if (!facts?.isFile()) return undefined;
  return { fileId: source.fileId, path, sizeBytes: Number(facts.size), mtimeNs: facts.mtimeNs };
};

const extensionOf = ({ fileName }: TrackSource): string => {
  const name = fileName.toString('latin1');
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
};

const stemOf = ({ fileName }: TrackSource): string => fileName.toString('utf8').replace(/\.[^.]*$/, '');

const MS_IN_NS = 1_000_000n;
const modifiedAt = (mtimeNs: bigint): number => Number(mtimeNs / MS_IN_NS);

type Packing = {
  names: ReturnType<typeof createNames>;
  folder: string;
  members: Member[];
  nameByTrack: Map<string, string>;
};

/** One file may hold several tracks of a CUE sheet: then it bears its own name. */
const nameFor = (line: Line, { text, extension }: { text: string; extension: string }, it: Packing): string =>
  it.names({ folder: it.folder, text: line.source.cueNo === undefined ? text : stemOf(line.source), extension });

const listOf = (contents: Contents, { folder, nameByTrack, names }: Packing): Member => {
  const entries = contents.lines.flatMap(({ track }) => {
    const path = nameByTrack.get(track.id);
    if (path === undefined) return [];
    const { title, album, durationMs } = track;
    const location = path.slice(folder.length + 1);
    return [{ location, title, artist: artistsOf(track), album: album.title, durationMs }];
  });
  const text = writeM3u({ name: contents.list ?? contents.title, entries });
  const name = names({ folder, text: contents.list ?? contents.title, extension: 'm3u8' });
  return { name, modifiedAtMs: contents.changedAtMs, body: { kind: 'bytes', bytes: Buffer.from(text) } };
};

export type PackNeeds = {
  /** What goes in for a track; undefined where nothing can. */
  bodyOf: (line: Line) => Promise<Exclude<Body, { kind: 'bytes' }> | undefined>;
  /** The file of the picture. */
  picture: string | undefined;
};

const BATCH = 50;

/** What lies in the archive: a folder with the music, its picture, and for a list the list. Empty where no file is there. */
export const pack = async (contents: Contents, { bodyOf, picture }: PackNeeds): Promise<Member[]> => {
  const folder = safeName(contents.title);
  const it: Packing = { names: createNames(), folder, members: [], nameByTrack: new Map() };
  const nameByBody = new Map<string, string>();
  const add = (line: Line, place: number, body: Exclude<Body, { kind: 'bytes' }>): void => {
    const key = String(body.file.path);
    const known = nameByBody.get(key);
    const extension = body.kind === 'encoded' ? 'm4a' : extensionOf(line.source);
    const name = known ?? nameFor(line, { text: contents.nameOf(line, place), extension }, it);
    it.nameByTrack.set(line.track.id, name);
    nameByBody.set(key, name);
    if (known === undefined) it.members.push({ name, modifiedAtMs: modifiedAt(line.source.mtimeNs), body });
  };
  const { lines } = contents;
  for (let at = 0; at < lines.length; at += BATCH) {
    const some = lines.slice(at, at + BATCH);
    const bodies = await Promise.all(some.map(bodyOf));
    some.forEach((line, i) => {
      const body = bodies[i];
      if (body) add(line, at + i, body);
    });
    await breathe();
  }
  if (it.members.length === 0) return [];
  const bytes = picture === undefined ? undefined : await readFile(picture).catch(() => undefined);
  if (bytes) {
    const name = it.names({ folder, text: 'cover', extension: 'jpg' });
    it.members.push({ name, modifiedAtMs: contents.changedAtMs, body: { kind: 'bytes', bytes } });
  }
  if (contents.list !== undefined) it.members.push(listOf(contents, it));
  return it.members;
};
