// Which Node runs the product: the one that runs us when it is new enough, else our own, fetched once.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './children.mjs';
import { leastNode, nodePackages, platform } from './pins.mjs';
import { places } from './places.mjs';
import { failure, withProgress } from './say.mjs';
import { fetchProgram } from './tarball.mjs';

const INSTALL = 'install Node 24 from https://nodejs.org/en/download, then run the same command again';

export const isNewEnough = (version, least = leastNode) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > least[0] || (major === least[0] && minor >= least[1]);
};

/** What of our own Node is already here, without touching the network: undefined when it has still to be fetched. */
export const knownNode = () => {
  if (isNewEnough(process.versions.node)) return { path: process.execPath, abi: process.versions.modules };
  const pin = nodePackages[platform];
  if (!pin) throw failure(`Evensong needs Node 22.12 or newer; this is ${process.versions.node}.`, INSTALL);
  const path = join(places.node, `${pin.version}-${platform}`, pin.file);
  return existsSync(path) ? { path, abi: pin.abi } : undefined;
};

/** Fetches Node for this platform. It must run here before it is trusted: musl systems have another C library. */
export const fetchNode = async () => {
  const pin = nodePackages[platform];
  const folder = join(places.node, `${pin.version}-${platform}`);
  const what = `Node ${process.versions.node} is too old for Evensong; fetching Node ${pin.version} into .node/`;
  const path = await withProgress(what, () => fetchProgram(pin, folder, { fix: INSTALL }));
  const tried = await runStep(path, ['--version']).catch((error) => ({ code: 1, printed: String(error) }));
  if (tried.code !== 0) throw failure(`The fetched Node ${pin.version} does not run on this system.`, INSTALL);
  return { path, abi: pin.abi };
};
