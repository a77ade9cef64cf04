import { describe, expect, test } from 'vitest';
import { matchByInode, matchByTraits, type LooseRecord, type OpenFile, type Traits } from './ladder.ts';
import { CHANGES, remount } from '../../testing/identity/simulated-changes.ts';
import {
  createWorld,
  seededRandom,
  traitsOf,
  type VirtualFile,
  type World,
} from '../../testing/identity/simulated-world.ts';

type SimulatedRecord = LooseRecord & { truth: number };
type Seen = OpenFile & { file: VirtualFile };

const bytesOf = (traits: Traits): string => `${traits.audioKey}|${traits.tagKey}`;

/** A library over a virtual disk, with exactly the scan's use of the ladder. */
const createLibrary = () => {
  let nextId = 0;
  let round = 0;
  const records = new Map<number, SimulatedRecord>();
  const present = new Map<string, SimulatedRecord>();
  const tally = { wrong: 0, newInstead: 0, matched: 0, traded: 0, undecidable: 0, inherited: 0 };

  /**
   * An id on another recording is wrong, but where nobody could know better: records that say exactly the same (twins) may
   * trade; a file with the very bytes of a record may be it rather than its copy or twin that was moved away and changed;
   * and a copy whose original is gone takes over what is known of it.
   */
  const judge = (file: VirtualFile, record: SimulatedRecord, world: World): void => {
    tally.matched++;
    if (file.recording === record.truth) return;
    const own = [...records.values()].find((other) => other.truth === file.recording);
    if (own && bytesOf(own.traits) === bytesOf(record.traits)) return void tally.traded++;
    const isKin = file.kin.has(record.truth);
    const rightful = world.all().filter((other) => other.recording === record.truth);
    const isTold = rightful.some(
      ({ audio, place, ino }) => audio === record.traits.audioKey && (place === record.place || ino === record.ino),
    );
    if (isKin && !isTold && bytesOf(traitsOf(file)) === bytesOf(record.traits)) return void tally.undecidable++;
    if (isKin && !own && rightful.length === 0) return void tally.inherited++;
    tally.wrong++;
  };
  const adopt = (record: SimulatedRecord, file: VirtualFile): void => {
    const { place, ino, sizeBytes, mtimeNs } = file;
    Object.assign(record, {
      place,
      ino,
      sizeBytes,
      mtimeNs,
      traits: traitsOf(file),
      lostAt: undefined,
      truth: file.recording,
    });
    present.set(place, record);
  };

  const scan = (world: World): void => {
    round++;
    const open: Seen[] = [];
    const loose = new Set<SimulatedRecord>([...records.values()].filter((record) => record.lostAt !== undefined));
    for (const record of present.values()) if (!world.files.has(record.place)) loose.add(record);
    for (const file of world.all()) {
      const known = present.get(file.place);
      if (known && known.ino === file.ino && known.sizeBytes === file.sizeBytes && known.mtimeNs === file.mtimeNs)
        continue;
      if (known) loose.add(known);
      const { place, ino, sizeBytes, mtimeNs } = file;
      open.push({ place, ino, sizeBytes, mtimeNs, file });
    }
    for (const record of loose) if (present.get(record.place) === record) present.delete(record.place);
    const first = matchByInode(open, [...loose]);
    const read = first.open.map((seen) => ({ ...seen, traits: traitsOf(seen.file) }));
    const steady = new Set([...present.values()].map((record) => bytesOf(record.traits)));
    const second = matchByTraits(read, first.loose, { isCopy: (seen) => steady.has(bytesOf(seen.traits!)) });
    const truths = new Map((second.loose as SimulatedRecord[]).map((record) => [record.truth, record]));
    const matches = [...first.matches, ...second.matches];
    for (const { file, record } of matches) judge(file.file, record as SimulatedRecord, world);
    for (const { file, record } of matches) adopt(record as SimulatedRecord, file.file);
    for (const { file } of second.open) {
      if (truths.has(file.recording)) tally.newInstead++;
      const record = { id: ++nextId, traits: {}, truth: file.recording } as SimulatedRecord;
      records.set(record.id, record);
      adopt(record, file);
    }
    for (const record of second.loose) record.lostAt ??= round;
  };
  return { scan, tally };
};

describe('the ladder on a collection that lives', () => {
  test.for([1, 2, 3])('no id lands on another recording in 200 rounds (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const world = createWorld(random, 5500);
    const library = createLibrary();
    library.scan(world);
    const kinds = Object.values(CHANGES);
    for (let round = 0; round < 200; round++) {
      for (let n = 0; n < 40; n++) kinds[Math.floor(random() * kinds.length)]!(world);
      if (round % 40 === 39) remount(world);
      library.scan(world);
    }
    console.log(`seed ${seed}: ${JSON.stringify(library.tally)}`);
    expect(library.tally.wrong).toBe(0);
    expect(library.tally.newInstead).toBeLessThanOrEqual(22);
  });
});

describe('among files of equal sound', () => {
  const traits = (title: string, no: number): Traits => ({
    audioKey: 'silence',
    tagKey: `${title}|${no}`,
    title,
    albumAndNo: `album|${no}`,
    durationMs: 1000,
  });
  const sighting = (place: string, ino: number, mtime: number) => ({
    place,
    ino: BigInt(ino),
    sizeBytes: 10,
    mtimeNs: BigInt(mtime),
  });
  const matched = (open: OpenFile[], loose: LooseRecord[]) =>
    matchByTraits(open, loose, { isCopy: () => false })
      .matches.map(({ file, record }) => [file.place, record.id] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));

  test('two retagged where they lie keep their ids though one got the freed inode of the other', () => {
    const loose = [
      { id: 1, ...sighting('a/1.mp3', 100, 1), traits: traits('one', 1) },
      { id: 2, ...sighting('a/2.mp3', 200, 1), traits: traits('two', 2) },
    ];
    const open = [
      { ...sighting('a/1.mp3', 300, 2), traits: traits('one again', 1) },
      { ...sighting('a/2.mp3', 100, 3), traits: traits('two again', 2) },
    ];
    expect(matched(open, loose)).toEqual([
      ['a/1.mp3', 1],
      ['a/2.mp3', 2],
    ]);
  });

  test('two that traded names and were retagged are told by their inodes', () => {
    const loose = [
      { id: 1, ...sighting('a/1.mp3', 100, 1), traits: traits('one', 1) },
      { id: 2, ...sighting('a/2.mp3', 200, 1), traits: traits('two', 2) },
    ];
    const open = [
      { ...sighting('a/2.mp3', 100, 2), traits: traits('one again', 1) },
      { ...sighting('a/1.mp3', 200, 3), traits: traits('two again', 2) },
    ];
    expect(matched(open, loose)).toEqual([
      ['a/1.mp3', 2],
      ['a/2.mp3', 1],
    ]);
  });

  test('a new one is not taken for one that was deleted, unless that had no tags to be known by', () => {
    const gone = { id: 1, ...sighting('a/1.mp3', 100, 1), traits: traits('one', 1) };
    const other = { ...sighting('b/9.mp3', 300, 2), traits: traits('nine', 9) };
    expect(matched([other], [gone])).toEqual([]);
    expect(matched([other], [{ ...gone, traits: { ...gone.traits, isBare: true } }])).toEqual([['b/9.mp3', 1]]);
  });
});
