import type { Traits } from '../../scan/identity/ladder.ts';

/*
 * A music collection that lives: files that are retagged, moved, copied, lost, restored, re-encoded, and a truth that no
 * disk has: which recording each file is. Test-only; the ladder is judged by it.
 */

export type VirtualFile = {
  /** The truth: which of the owner's recordings this is. */
  recording: number;
  /** Copies and exact twins, shared by all of them: the same bytes once. */
  kin: Set<number>;
  place: string;
  ino: bigint;
  sizeBytes: number;
  mtimeNs: bigint;
  audio: string;
  title: string;
  artist: string;
  album: string;
  no: number;
  mbid: string | undefined;
  durationMs: number;
};

export type Random = () => number;
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const traitsOf = (file: VirtualFile): Traits => ({
  audioKey: file.audio,
  tagKey: [file.title, file.artist, file.album, file.no].join('|'),
  durationMs: file.durationMs,
  title: file.title,
  albumAndNo: `${file.album}|${file.no}`,
  ...(file.mbid ? { recording: `${file.mbid}|${file.album}|${file.no}` } : {}),
});

export type World = ReturnType<typeof createWorld>;

export const createWorld = (random: Random, count: number) => {
  const files = new Map<string, VirtualFile>();
  const lost: VirtualFile[] = [];
  let counter = 0;
  let clock = 1_700_000_000_000_000_000n;
  const next = () => ++counter;
  const tick = () => (clock += 1_000_003n);
  const int = (n: number) => Math.floor(random() * n);
  const all = () => [...files.values()];
  const pick = (): VirtualFile => {
    const everything = all();
    return everything[int(everything.length)]!;
  };
  const pickWithSiblings = (): VirtualFile[] => {
    const file = pick();
    return all().filter((other) => folderOf(other) === folderOf(file));
  };
  /** Disks give the number of a file that is gone to the next one that is made. */
  const freed: bigint[] = [];
  const free = (ino: bigint): void => void freed.push(ino);
  const newIno = (): bigint => (freed.length > 0 && random() < 0.5 ? freed.pop()! : BigInt(next()));

  const put = (file: VirtualFile): void => {
    let place = file.place;
    while (files.has(place)) place = place.replace(/(\.\w+)$/, `~${next()}$1`);
    file.place = place;
    files.set(place, file);
  };
  const drop = (file: VirtualFile): void => void files.delete(file.place);

  /** 8 % share the sound of another release, 2 % are exact twins in another folder. */
  const born = (folder: string, album: string, no: number): VirtualFile => {
    const recording = next();
    const title = `song ${int(4000)}`;
    const file: VirtualFile = {
      recording,
      kin: new Set([recording]),
      place: `${folder}/${String(no).padStart(2, '0')} ${title}.mp3`,
      ino: newIno(),
      sizeBytes: 4_000_000 + int(1e6),
      mtimeNs: tick(),
      audio: `audio ${recording}`,
      title,
      artist: `artist ${int(300)}`,
      album,
      no,
      mbid: random() < 0.6 ? `mb ${recording}` : undefined,
      durationMs: 120_000 + int(240_000),
    };
    const other = files.size > 50 ? all()[int(files.size)] : undefined;
    const luck = random();
    if (other && luck < 0.08) Object.assign(file, { audio: other.audio, durationMs: other.durationMs });
    else if (other && luck < 0.1) becomeTwin(file, other);
    return file;
  };
  const becomeTwin = (file: VirtualFile, other: VirtualFile): void => {
    const { audio, title, artist, album, no, mbid, durationMs, sizeBytes } = other;
    Object.assign(file, { audio, title, artist, album, no, mbid, durationMs, sizeBytes });
    file.kin = other.kin.add(file.recording);
  };
  const addAlbum = (): void => {
    const n = next();
    const folder = `r${int(2)}/folder ${n}`;
    for (let no = 1, tracks = 1 + int(16); no <= tracks; no++) put(born(folder, `album ${n}`, no));
  };
  while (files.size < count) addAlbum();

  return { files, lost, next, tick, int, random, all, pick, pickWithSiblings, put, drop, addAlbum, born, free, newIno };
};

export const folderOf = (file: VirtualFile): string => file.place.slice(0, file.place.lastIndexOf('/'));
export const nameOf = (file: VirtualFile): string => file.place.slice(file.place.lastIndexOf('/') + 1);
