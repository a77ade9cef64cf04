import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import { insideRoot } from '../kit/index.ts';
import type { Problem } from '../kit/index.ts';
import { atRate } from './grid.ts';
import { measureQuickly } from './length.ts';
import type { LengthNeeds, Measured } from './length.ts';
import { readLinks } from './ogg-links.ts';
import type { Plan, Recording } from './plan.ts';
import { outdated, sourceAway, sourceGone, sourceStalled, unplayable } from './problems.ts';
import type { Source } from './sources.ts';

/*
 * From what the library knows to what can be laid on the grid. The file is looked at once: where it has changed since the
 * scan, or the exact pass has not come by, its length is taken quickly, and nothing that hangs on it may be cached.
 */
export type Found = { recording: Recording; exact: boolean };

export type Recordings = {
  /** Throws a Problem where there is nothing to play. */
  of: (source: Source, ask: { owner: string; signal?: AbortSignal | undefined }) => Promise<Found>;
  /** Throws `outdated` where a file is not the one the plan was made of: its bytes must not come under the old key. One that is gone starts no run. */
  assertUnchanged: (plan: Plan) => Promise<void>;
};

type Facts = { sizeBytes: number; mtimeNs: bigint };

const MAX_REMEMBERED = 2000;
/** A dead network mount answers never, and no signal reaches whoever asked it. */
const LOOK_MS = 10_000;

const stalled = (): Problem => sourceStalled({ headers: { 'retry-after': '10' } });

/** Undefined where there is no file of that name: a pipe or a folder is none. Throws where the disk does not answer. */
export const lookAt = async (path: Buffer): Promise<Facts | undefined> => {
  const patience = new AbortController();
  const tooLong = sleep(LOOK_MS, 'stalled' as const, { ref: false, signal: patience.signal }).catch(() => undefined);
  try {
    const facts = await Promise.race([stat(path, { bigint: true }).catch(() => undefined), tooLong]);
    if (facts === 'stalled') throw stalled();
    return facts?.isFile() ? { sizeBytes: Number(facts.size), mtimeNs: facts.mtimeNs } : undefined;
  } finally {
    patience.abort();
  }
};

const cueOf = ({ cue, rateHz }: Source, length: Recording['length']): Recording['cue'] => {
  if (!cue) return undefined;
  const at = (samples: number): number => atRate(samples, rateHz, length.rateHz);
  return { start: at(cue.start), end: cue.end === undefined ? length.samples : at(cue.end) };
};

/** Streams joined in one file, each measured; undefined for all other files. */
const linksOf = async (needs: LengthNeeds, source: Source, owner: string): Promise<Recording['links']> => {
  const ranges = await readLinks(source.path);
  if (ranges.length < 2) return undefined;
  const links = [];
  for (const range of ranges) {
    const it = await measureQuickly(needs, { path: source.path, range, owner });
    if (it.kind !== 'measured') continue;
    links.push({ range, length: { rateHz: it.srcRate, samples: it.samples, firstPts: it.p0 } });
  }
  return links.length ? links : undefined;
};

const lengthOfLinks = (links: NonNullable<Recording['links']>, rateHz: number): number =>
  links.reduce((sum, { length }) => sum + atRate(length.samples, length.rateHz, rateHz), 0);

/** What is not there: gone for good as far as anybody knows, or on a disk that may come back. */
export const absenceOf = ({ rootReady }: Source): Problem =>
  rootReady ? sourceGone() : sourceAway({ headers: { 'retry-after': '30' } });

export const createRecordings = (needs: { ffmpeg: Pick<Ffmpeg, 'path'>; slots: Slots }): Recordings => {
  const quick = new LRUCache<string, Promise<Measured>>({ max: MAX_REMEMBERED });
  const chained = new LRUCache<string, Promise<Recording['links']>>({ max: MAX_REMEMBERED });

  const measure = (source: Source, facts: Facts, owner: string): Promise<Measured> => {
    const name = `${source.fileId}|${facts.sizeBytes}|${facts.mtimeNs}`;
    const known = quick.get(name);
    if (known) return known;
    // Not tied to the caller's signal: others may wait for the same answer, and it is short.
    const measuring = measureQuickly(needs, { path: source.path, owner });
    quick.set(name, measuring);
    const forget = (): boolean => quick.delete(name);
    measuring.then((it) => it.kind === 'unplayable' && forget(), forget);
    return measuring;
  };

  const linksIn = (source: Source, facts: Facts, owner: string): Promise<Recording['links']> => {
    const name = `${source.fileId}|${facts.sizeBytes}|${facts.mtimeNs}`;
    const finding = chained.get(name) ?? linksOf(needs, source, owner);
    chained.set(name, finding);
    finding.catch(() => chained.delete(name));
    return finding;
  };

  const of: Recordings['of'] = async (source, { owner }) => {
    const facts = await lookAt(source.path);
    if (!facts) throw absenceOf(source);
    // A link that was put there since the scan must not lead out of the root.
    if (!(await insideRoot(source.rootPath, source.path))) throw sourceGone();
    const { length: known, bits, path, trackId, fileId } = source;
    const unchanged = facts.sizeBytes === source.sizeBytes && facts.mtimeNs === source.mtimeNs;
    const exact = unchanged && known !== undefined;
    const measured = exact ? { kind: 'measured' as const, ...known } : await measure(source, facts, owner);
    if (measured.kind === 'unplayable') throw measured.passing ? stalled() : unplayable({ detail: measured.why });
    const length = { rateHz: measured.srcRate, samples: measured.samples, firstPts: measured.p0 };
    if (length.samples <= 0) throw unplayable();
    const maybeJoined = /ogg|opus/i.test(source.container) && !source.cue && (source.damaged || !exact);
    const links = maybeJoined ? await linksIn(source, facts, owner) : undefined;
    if (links) length.samples = lengthOfLinks(links, length.rateHz);
    return { recording: { trackId, fileId, path, ...facts, bits, length, links, cue: cueOf(source, length) }, exact };
  };

  const assertUnchanged = async (plan: Plan): Promise<void> => {
    const now = await Promise.all(plan.parts.map((part) => lookAt(part.path)));
    plan.parts.forEach((part, i) => {
      const facts = now[i];
      if (!facts) throw sourceGone();
      if (facts.sizeBytes !== part.sizeBytes || facts.mtimeNs !== part.mtimeNs) throw outdated();
    });
  };

  return { of, assertUnchanged };
};
