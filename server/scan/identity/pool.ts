import type { LooseRecord, Match, OpenFile, Step } from './ladder.ts';

/** The files and records not yet paired, and the two ways a step may pair them. */
export type Pool<F extends OpenFile> = {
  matches: Match<F>[];
  /** Pairs within one key, the best-scored first; `undefined` from `score` forbids a pair. */
  pairUp: (by: Step, key: Key, score: (file: F, record: LooseRecord) => number | undefined) => void;
  /** Pairs only where one file and one record have the key. */
  pairUnique: (by: Step, key: Key, allow?: (file: F, record: LooseRecord) => boolean) => void;
  openLeft: () => F[];
  looseLeft: () => LooseRecord[];
};
type Key = (x: OpenFile | LooseRecord) => string | undefined;

export const createPool = <F extends OpenFile>(open: readonly F[], loose: readonly LooseRecord[]): Pool<F> => {
  const openSet = new Set(open);
  const looseSet = new Set(loose);
  const matches: Match<F>[] = [];
  const take = (file: F, record: LooseRecord, by: Step): void => {
    matches.push({ file, record, by });
    openSet.delete(file);
    looseSet.delete(record);
  };

  const pairUp: Pool<F>['pairUp'] = (by, key, score) => {
    for (const { files, records } of groupsOf(openSet, looseSet, key)) {
      for (const [file, record] of bestPairs(files, records, score)) take(file, record, by);
    }
  };
  const pairUnique: Pool<F>['pairUnique'] = (by, key, allow = () => true) => {
    for (const { files, records } of groupsOf(openSet, looseSet, key)) {
      const [file, record] = [files[0]!, records[0]!];
      if (files.length === 1 && records.length === 1 && allow(file, record)) take(file, record, by);
    }
  };
  return { matches, pairUp, pairUnique, openLeft: () => [...openSet], looseLeft: () => [...looseSet] };
};

type Group<F> = { files: F[]; records: LooseRecord[] };

/** Only keys that both sides have. */
const groupsOf = <F extends OpenFile>(open: Set<F>, loose: Set<LooseRecord>, key: Key): Group<F>[] => {
  const groups = new Map<string, Group<F>>();
  for (const record of loose) {
    const k = key(record);
    if (k === undefined) continue;
    const group = groups.get(k);
    if (group) group.records.push(record);
    else groups.set(k, { files: [], records: [record] });
  }
  for (const file of open) {
    const k = key(file);
    if (k !== undefined) groups.get(k)?.files.push(file);
  }
  return [...groups.values()].filter((group) => group.files.length > 0);
};

/** A group of thousands (a folder of silence, all alike) is paired in order instead of by all its pairs. */
const MANY_PAIRS = 4096;

const bestPairs = <F extends OpenFile>(
  files: F[],
  records: LooseRecord[],
  score: (file: F, record: LooseRecord) => number | undefined,
): [F, LooseRecord][] => {
  const limit =
    files.length * records.length > MANY_PAIRS ? Math.max(1, Math.floor(MANY_PAIRS / files.length)) : records.length;
  const scored: { file: F; record: LooseRecord; score: number }[] = [];
  files.forEach((file, i) => {
    const candidates = limit === records.length ? records : records.slice(i, i + limit);
    for (const record of candidates) {
      const value = score(file, record);
      if (value !== undefined) scored.push({ file, record, score: value });
    }
  });
  scored.sort((a, b) => b.score - a.score);
  const taken = new Set<F | LooseRecord>();
  const pairs: [F, LooseRecord][] = [];
  for (const { file, record } of scored) {
    if (taken.has(file) || taken.has(record)) continue;
    taken.add(file).add(record);
    pairs.push([file, record]);
  }
  return pairs;
};
