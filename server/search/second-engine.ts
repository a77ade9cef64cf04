import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { writeFileAtomic, type Log } from '../kit/index.ts';
import { conflict } from '../http/index.ts';
import type { Leading } from './engines.ts';
import { openMeilisearchEngine } from './meili/engine.ts';
import { createKeeper, endOldChild, type Keeper, type Running } from './meili/keeper.ts';
import type { Search } from './service.ts';

/*
 * Whether Meilisearch leads, and where it comes from: a server that somebody runs, or a child of ours that the owner turns
 * on where the program is at hand. The choice lies in the data folder beside the child's data: it is about this machine.
 */
export type SecondEngineState = {
  /** `child`: the program is here and may be turned on; `server`: one that somebody runs. */
  source: 'none' | 'server' | 'child';
  on: boolean;
  /** `fallback`: it should answer and is away, so the built-in index does; `filling`: it is being brought up to date. */
  state: 'off' | 'filling' | 'ok' | 'fallback';
  /** Of the child. */
  version: string | undefined;
  why: string | undefined;
};

export type SecondEngine = {
  /** Begins with what was chosen. */
  begin: () => void;
  state: () => SecondEngineState;
  /** The owner's choice; a conflict where there is nothing to turn on. */
  turn: (on: boolean) => Promise<void>;
  close: () => Promise<void>;
};

export type SecondEngineNeeds = {
  search: Pick<Search, 'lead' | 'stopLeading' | 'state'>;
  meili: { url: string | undefined; key: string | undefined; bin: string | undefined };
  dataDir: string;
  searchPath: string;
  log: Log;
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** What was named counts alone: a typing error must not be hidden by another program. */
export const findProgram = (named: string | undefined, searchPath: string): string | undefined => {
  const folders = searchPath.split(delimiter).filter((folder) => folder.startsWith('/'));
  const places = named === undefined ? folders.map((folder) => join(folder, 'meilisearch')) : [named];
  return places.find(isProgram);
};

const CHOICE = 'choice.json';

const readChoice = (folder: string): boolean => {
  try {
    return (JSON.parse(readFileSync(join(folder, CHOICE), 'utf8')) as { on?: unknown }).on === true;
  } catch {
    return false;
  }
};

const writeChoice = async (folder: string, on: boolean): Promise<void> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(join(folder, CHOICE), JSON.stringify({ on }), 0o600);
};

const NO_CHILD = { running: 'off', version: undefined, why: undefined } as const;

const stateOf = (leading: Leading, running: Running): SecondEngineState['state'] => {
  if (leading === 'ok' || leading === 'filling') return leading;
  return leading === 'away' || running === 'down' ? 'fallback' : 'filling';
};

export const createSecondEngine = ({ search, meili, dataDir, searchPath, log }: SecondEngineNeeds): SecondEngine => {
  const folder = join(dataDir, 'meilisearch');
  const { url } = meili;
  const binary = url === undefined ? findProgram(meili.bin, searchPath) : undefined;
  let keeper: Keeper | undefined;
  let on = url !== undefined || (binary !== undefined && readChoice(folder));

  const keep = (program: string): void => {
    keeper ??= createKeeper({
      binary: program,
      folder,
      log,
      up: (at) => search.lead(openMeilisearchEngine(at)),
      down: () => void search.stopLeading(),
    });
    keeper.start();
  };
  return {
    begin: () => {
      if (url !== undefined) search.lead(openMeilisearchEngine({ url, key: meili.key }));
      else if (meili.bin !== undefined && !binary) log.warn('EVENSONG_MEILI_BIN names no program that can be run');
      if (binary && on) keep(binary);
      else if (existsSync(folder))
        endOldChild(folder, log).catch((error: unknown) =>
          log.warn({ err: error }, 'An old Meilisearch is left alone'),
        );
    },
    state: () => {
      const { running, version, why } = keeper?.state() ?? NO_CHILD;
      const source = url === undefined ? (binary ? 'child' : 'none') : 'server';
      const { leading, why: trouble } = search.state();
      return { source, on, state: on ? stateOf(leading, running) : 'off', version, why: why ?? trouble };
    },
    turn: async (to) => {
      if (to === on) return;
      if (url !== undefined) throw conflict({ detail: 'EVENSONG_MEILI_URL has chosen already.' });
      if (!binary) throw conflict({ detail: 'There is no `meilisearch` on PATH or at EVENSONG_MEILI_BIN.' });
      await writeChoice(folder, to);
      on = to;
      if (to) return keep(binary);
      await keeper?.stop();
    },
    close: async () => {
      await keeper?.stop();
    },
  };
};
