import { isProblem } from '../kit/index.ts';
import type { RootService } from './roots.ts';
import type { Scan } from './service.ts';

/** Why a path was not taken in, in words for the person who typed it. */
export type Refused = { path: string; problem: string; status: number };

/** Takes a folder in and looks through it; or answers why not. What is not the person's to mend is thrown. */
export const addFolder = (
  { roots, scan }: { roots: Pick<RootService, 'add'>; scan: Pick<Scan, 'request'> },
  path: string,
): Refused | undefined => {
  try {
    roots.add(path.trim());
  } catch (error) {
    if (!isProblem(error) || error.status >= 500) throw error;
    const problem = error.facts.errors?.[0]?.message ?? error.facts.detail ?? error.title;
    return { path, problem, status: error.status };
  }
  scan.request('a new folder');
  return undefined;
};
