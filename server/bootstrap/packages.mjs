// The packages of the lock file, installed once per lock file, Node ABI and platform.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { npm } from './npm.mjs';
import { platform } from './pins.mjs';
import { places } from './places.mjs';
import { withProgress } from './say.mjs';

const wanted = (abi) =>
  JSON.stringify({ lock: createHash('sha256').update(readFileSync(places.lockFile)).digest('hex'), abi, platform });

export const packagesAreThere = (abi) => {
  try {
    return readFileSync(places.stamp, 'utf8') === wanted(abi);
  } catch {
    return false;
  }
};

/**
 * From the project's own folder: `--prefix` would lose a project or global certificate setting. Nothing of ours needs an
 * install script (every native package ships its binary), and scripts of others are not run.
 */
export const installPackages = async ({ path, abi }) => {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev'];
  const options = {
    // npm leaves out optional packages, the prebuilt binaries among them, that are not for the Node it runs on.
    node: path,
    what: 'installing packages (npm ci)',
    fix: 'npm ci --ignore-scripts   (look at what npm says: mostly the network, a proxy or a full disk)',
  };
  await withProgress('installing packages, once', () => npm(args, options));
  writeFileSync(places.stamp, wanted(abi));
};
