// From sources to .build/: the server by tsc, what the browser gets by web/assets/build.mjs, and files that go along.
// Built beside and renamed into place, so that a build that fails or is killed leaves the last good one.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './children.mjs';
import { places } from './places.mjs';
import { failure, withProgress } from './say.mjs';

/** Files whose content decides whether a build is still good. */
const SOURCES = ['server', 'web', 'package.json', 'package-lock.json', 'tsconfig.json'];
const STEPS = [
  { what: 'types and server', args: ['node_modules/typescript/bin/tsc', '-p', 'server/tsconfig.build.json'] },
  { what: 'what the browser gets', args: ['web/assets/build.mjs', join(places.buildNext, 'assets')] },
];
const IGNORED = /(\.test\.tsx?|\.md|\.log)$|^\.|^testing$/;

const sourceFiles = (path) => {
  const full = join(places.project, path);
  if (!existsSync(full)) return [];
  const entries = path.includes('.') ? undefined : readdirSync(full, { withFileTypes: true });
  if (!entries) return [path];
  return entries
    .filter((entry) => !IGNORED.test(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? sourceFiles(`${path}/${entry.name}`) : [`${path}/${entry.name}`]))
    .sort((a, b) => (a < b ? -1 : 1));
};

/** Content, not times: a checkout that ends where it began builds nothing. */
export const sourceHash = () => {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(sourceFiles)) {
    const bytes = readFileSync(join(places.project, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
};

const stamp = (folder) => join(folder, 'source.sha256');

export const buildIsFresh = () => {
  try {
    return readFileSync(stamp(places.build), 'utf8') === sourceHash();
  } catch {
    return false;
  }
};

const runSteps = async (node) => {
  for (const { what, args } of STEPS) {
    const script = join(places.project, args[0]);
    const { code, printed } = await runStep(node, [script, ...args.slice(1)]);
    if (code !== 0)
      throw failure(
        `Building ${what} failed:\n${printed}`,
        'git status   (undo or correct the change, then start again)',
      );
  }
};

export const build = (node) =>
  withProgress('building', async () => {
    const hash = sourceHash();
    rmSync(places.buildNext, { recursive: true, force: true });
    await runSteps(node);
    writeFileSync(stamp(places.buildNext), hash);
    rmSync(places.buildOld, { recursive: true, force: true });
    if (existsSync(places.build)) renameSync(places.build, places.buildOld);
    renameSync(places.buildNext, places.build);
    rmSync(places.buildOld, { recursive: true, force: true });
  });
