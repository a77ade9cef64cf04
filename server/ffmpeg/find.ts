import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runProcess, writeFileAtomic } from '../kit/index.ts';
import { judgeBinary } from './judge.ts';
import type { Judgement } from './judge.ts';

/** A binary that can do all we ask of it. */
export type Ffmpeg = { path: string; version: string; from: 'option' | 'path' | 'cache' };

export type Found =
  | { kind: 'found'; ffmpeg: Ffmpeg }
  /** `tried` says per candidate what is wrong with it; `fix` is the one thing to do. */
  | { kind: 'missing'; ffmpeg?: undefined; tried: { path: string; why: string }[]; fix: string };

export type Places = {
  /** EVENSONG_FFMPEG. When it is set nothing else is tried: a typing error must not be hidden by another binary. */
  configured?: string | undefined;
  /** PATH. A distribution's own ffmpeg goes before our cache, because it is patched. */
  searchPath: string;
  /** Where the bootstrap put its static build: files, best first. */
  cached?: readonly string[] | undefined;
  /** A JSON file in which verdicts are remembered: asking Debian's build costs 60 ms per question. */
  memory?: string | undefined;
};

type Memory = Record<string, Judgement>;

const PROBE_LIMIT_MS = 10_000;

const ask = async (path: string): Promise<Judgement> => {
  const print = async (what: string): Promise<string> =>
    (await runProcess(path, ['-nostdin', '-hide_banner', what], { timeoutMs: PROBE_LIMIT_MS })).stdout;
  try {
    const [version, encoders, muxers, filters] = await Promise.all(
      ['-version', '-encoders', '-muxers', '-bsfs'].map(print),
    );
    return judgeBinary({
      version: version ?? '',
      encoders: encoders ?? '',
      muxers: muxers ?? '',
      filters: filters ?? '',
    });
  } catch (error) {
    return { kind: 'unfit', why: `it cannot be run (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
};

/** One file changes, its verdict is asked anew. */
const fingerprint = async (path: string): Promise<string | undefined> => {
  try {
    await access(path, constants.X_OK);
    const facts = await stat(path, { bigint: true });
    return facts.isFile() ? `${path}|${facts.size}|${facts.mtimeNs}` : undefined;
  } catch {
    return undefined;
  }
};

const readMemory = async (file: string | undefined): Promise<Memory> => {
  if (!file) return {};
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    return kept && typeof kept === 'object' ? (kept as Memory) : {};
  } catch {
    return {};
  }
};

const candidates = (places: Places): { path: string; from: Ffmpeg['from'] }[] => {
  if (places.configured) return [{ path: places.configured, from: 'option' }];
  const onPath = places.searchPath.split(delimiter).filter((folder) => folder.startsWith('/'));
  return [
    ...onPath.map((folder) => ({ path: join(folder, 'ffmpeg'), from: 'path' as const })),
    ...(places.cached ?? []).map((path) => ({ path, from: 'cache' as const })),
  ];
};

const fixFor = (places: Places): string =>
  places.configured
    ? 'Set EVENSONG_FFMPEG to an ffmpeg 5 or newer, or unset it to let Evensong look for one.'
    : 'Install ffmpeg 5 or newer (Debian and Ubuntu: apt-get install ffmpeg) and start again.';

/** The first binary, in order of trust, that can do what playing needs. Never throws: without one there is still direct play. */
export const findFfmpeg = async (places: Places): Promise<Found> => {
  const memory = await readMemory(places.memory);
  const tried: { path: string; why: string }[] = [];
  for (const { path, from } of candidates(places)) {
    const mark = await fingerprint(path);
    if (!mark) {
      if (from !== 'path') tried.push({ path, why: 'there is no such program' });
      continue;
    }
    const verdict = memory[mark]?.kind === 'fit' ? memory[mark] : await ask(path);
    if (verdict.kind === 'unfit') {
      tried.push({ path, why: verdict.why });
      continue;
    }
    // Only the chosen one is kept, so the file does not grow with each upgrade.
    if (places.memory && !memory[mark])
      await writeFileAtomic(places.memory, JSON.stringify({ [mark]: verdict })).catch(() => undefined);
    return { kind: 'found', ffmpeg: { path, version: verdict.version, from } };
  }
  return { kind: 'missing', tried, fix: fixFor(places) };
};

/** For the person who starts the house: one sentence, what was tried, and the one thing to do. */
export const explainMissing = ({ tried, fix }: Extract<Found, { kind: 'missing' }>): string => {
  const why = tried.map((it) => `${it.path}: ${it.why}`).join('; ');
  return `there is no ffmpeg that can be used${why ? ` (${why})` : ''}, so files are only played as they are. ${fix}`;
};
