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
  const tally = { wrong: 0, newInstead: 0, matched: 0 };

  const judge = (file: VirtualFile, record: SimulatedRecord, world: World): void => {
    tally.matched++;
    if (file.recording === record.truth) return;
    const rightful = world.all().find((other) => other.recording === record.truth);
    const alike = rightful && bytesOf(traitsOf(rightful)) === bytesOf(traitsOf(file));
    if (file.kin.has(record.truth) && (!rightful || alike || rightful.audio !== record.traits.audioKey)) return;
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
    for (const record of loose) present.delete(record.place);
    const first = matchByInode(open, [...loose]);
    const read = first.open.map((seen) => ({ ...seen, traits: traitsOf(seen.file) }));
    const steady = new Set([...present.values()].map((record) => bytesOf(record.traits)));
    const second = matchByTraits(read, first.loose, { isCopy: (seen) => steady.has(bytesOf(seen.traits!)) });
    const truths = new Map((second.loose as SimulatedRecord[]).map((record) => [record.truth, record]));
    for (const { file, record } of [...first.matches, ...second.matches]) {
      judge(file.file, record as SimulatedRecord, world);
      adopt(record as SimulatedRecord, file.file);
    }
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
      world.beginRound();
      for (let n = 0; n < 40; n++) kinds[Math.floor(random() * kinds.length)]!(world);
      if (round % 40 === 39) remount(world);
      library.scan(world);
    }
    expect(library.tally.wrong).toBe(0);
    expect(library.tally.newInstead).toBeLessThanOrEqual(22);
  });
});
