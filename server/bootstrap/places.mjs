// Where the bootstrap keeps things: dot-folders of the clone, all of them ignored by git.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const inProject = (...parts) => join(project, ...parts);

export const places = {
  project,
  modules: inProject('node_modules'),
  /** In node_modules, so that whoever removes that folder removes the stamp with it. */
  stamp: inProject('node_modules', '.evensong-stamp.json'),
  lockFile: inProject('package-lock.json'),
  node: inProject('.node'),
  tools: inProject('.tools'),
  cache: inProject('.cache'),
  setupLock: inProject('.cache', 'setup.lock'),
  build: inProject('.build'),
  buildNext: inProject('.build-next'),
  buildOld: inProject('.build-old'),
};
