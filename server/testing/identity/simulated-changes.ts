import { folderOf, nameOf, type VirtualFile, type World } from './simulated-world.ts';

/** What people and their programs do to a music folder between two scans: each kind changes one file or one folder. */
type Change = (world: World) => void;

/** Written beside and renamed over: the new file is made before the old one goes. */
const takeNewInode = (world: World, file: VirtualFile): void => {
  const before = file.ino;
  file.ino = world.newIno();
  world.free(before);
};
const rewritten = (world: World, file: VirtualFile, keepInode: boolean): void => {
  file.mtimeNs = world.tick();
  file.sizeBytes += world.int(200) - 100;
  if (!keepInode) takeNewInode(world, file);
};
const moveTo = (world: World, file: VirtualFile, place: string): void => {
  world.drop(file);
  file.place = place;
  world.put(file);
};
const retitle = (world: World, file: VirtualFile): void => {
  file.title = `song ${world.int(4000)} (retitled ${world.next()})`;
};
const copyOf = (world: World, file: VirtualFile): VirtualFile => {
  const recording = world.next();
  const place = `r${world.int(2)}/copies ${world.int(40)}/${nameOf(file)}`;
  return { ...file, recording, kin: file.kin.add(recording), place, ino: world.newIno(), mtimeNs: world.tick() };
};
const remove = (world: World, file: VirtualFile): void => {
  world.drop(file);
  world.free(file.ino);
  world.lost.push(file);
};

const retagInPlace: Change = (world) => {
  const file = world.pick();
  retitle(world, file);
  rewritten(world, file, true);
};
const retagByRewriting: Change = (world) => {
  const file = world.pick();
  retitle(world, file);
  rewritten(world, file, false);
};
const retagAlbum: Change = (world) => {
  const album = `album renamed ${world.next()}`;
  for (const file of world.pickWithSiblings()) {
    file.album = album;
    rewritten(world, file, world.random() < 0.5);
  }
};
const rename: Change = (world) => {
  const file = world.pick();
  moveTo(world, file, `${folderOf(file)}/renamed ${world.next()}.mp3`);
};
const renameAndRetag: Change = (world) => {
  const file = world.pick();
  retitle(world, file);
  rewritten(world, file, true);
  moveTo(world, file, `${folderOf(file)}/${file.title}.mp3`);
};
const moveFolder: Change = (world) => {
  const to = `r${world.int(2)}/moved ${world.next()}`;
  for (const file of world.pickWithSiblings()) moveTo(world, file, `${to}/${nameOf(file)}`);
};
const moveToOtherDisk: Change = (world) => {
  const to = `r${world.int(2)}/other disk ${world.next()}`;
  const keepsTimes = world.random() < 0.5;
  for (const file of world.pickWithSiblings()) {
    takeNewInode(world, file);
    if (!keepsTimes) file.mtimeNs = world.tick();
    moveTo(world, file, `${to}/${nameOf(file)}`);
  }
};
const moveFileElsewhere: Change = (world) => {
  const file = world.pick();
  takeNewInode(world, file);
  moveTo(world, file, `${folderOf(world.pick())}/${nameOf(file)}`);
};
const removeOne: Change = (world) => remove(world, world.pick());
const restore: Change = (world) => {
  const file = world.lost.splice(world.int(world.lost.length), 1)[0];
  if (!file) return;
  file.ino = world.newIno();
  if (world.random() < 0.3) file.place = `${folderOf(file)}/restored ${nameOf(file)}`;
  world.put(file);
};
const copy: Change = (world) => world.put(copyOf(world, world.pick()));
const copyThenRemove: Change = (world) => {
  const file = world.pick();
  const copied = copyOf(world, file);
  world.drop(file);
  world.free(file.ino);
  world.put({ ...copied, recording: file.recording });
};
const copyThenRetag: Change = (world) => {
  const file = world.pick();
  world.put(copyOf(world, file));
  retitle(world, file);
  rewritten(world, file, true);
};
const reencode: Change = (world) => {
  const file = world.pick();
  file.audio = `audio again ${world.next()}`;
  file.durationMs += world.int(800) - 400;
  rewritten(world, file, false);
  moveTo(world, file, file.place.replace(/\.\w+$/, world.random() < 0.5 ? '.opus' : '.flac'));
};
const swapNames: Change = (world) => {
  const [a, b] = [world.pick(), world.pick()];
  if (a === b) return;
  const [placeA, placeB] = [a.place, b.place];
  world.drop(a);
  moveTo(world, b, placeA);
  a.place = placeB;
  world.put(a);
};
const replaceByAnother: Change = (world) => {
  const file = world.pick();
  world.drop(file);
  world.free(file.ino);
  world.put({ ...world.born(folderOf(file), `album ${world.next()}`, file.no), place: file.place });
};
const shiftNames: Change = (world) => {
  const files = world.pickWithSiblings().sort((a, b) => (a.place < b.place ? -1 : 1));
  const places = files.map((file) => file.place);
  for (const file of files) world.drop(file);
  files.forEach((file, i) => {
    file.place = places[(i + 1) % places.length]!;
    world.put(file);
  });
};
const touch: Change = (world) => {
  world.pick().mtimeNs = world.tick();
};

export const CHANGES: Record<string, Change> = {
  retagInPlace,
  retagByRewriting,
  retagAlbum,
  rename,
  renameAndRetag,
  moveFolder,
  moveToOtherDisk,
  moveFileElsewhere,
  removeOne,
  restore,
  copy,
  copyThenRemove,
  copyThenRetag,
  reencode,
  swapNames,
  replaceByAnother,
  shiftNames,
  touch,
  addAlbum: (world) => world.addAlbum(),
};

/** Inode numbers that are made up at each mount, as some network file systems do. */
export const remount = (world: World): void => {
  for (const file of world.all()) file.ino = BigInt(world.next());
};
