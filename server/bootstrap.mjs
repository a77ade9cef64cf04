// The fresh machine: every npm script enters here. It needs some Node >= 18 and npm, and imports only node: modules.
// Node, packages, ffmpeg and build are looked at (quick when all is there), made where they are missing, and then the
// command runs with the right Node. Read commands.mjs for what each script does, pins.mjs for what is fetched.
import { delimiter, dirname } from 'node:path';
import { build, buildIsFresh } from './bootstrap/build.mjs';
import { endWithNpm, forwardSignals, run } from './bootstrap/children.mjs';
import { commands } from './bootstrap/commands.mjs';
import { fetchFfmpeg, knownFfmpeg, sayAbsent } from './bootstrap/ffmpeg.mjs';
import { fetchNode, isNewEnough, knownNode } from './bootstrap/node-gate.mjs';
import { installPackages, packagesAreThere } from './bootstrap/packages.mjs';
import { failure, say } from './bootstrap/say.mjs';
import { scratchPlaces } from './bootstrap/scratch.mjs';
import { withSetupLock } from './bootstrap/setup-lock.mjs';

/** Everything this command needs, as it stands, or undefined when something has still to be made. */
const lookAround = (needs) => {
  const node = knownNode();
  if (!node || !packagesAreThere(node.abi)) return undefined;
  const ffmpeg = needs.includes('ffmpeg') ? knownFfmpeg() : { kind: 'not needed' };
  if (!ffmpeg) return undefined;
  if (needs.includes('build') && !buildIsFresh()) return undefined;
  return { node, ffmpeg };
};

const setUp = async (needs) => {
  const node = knownNode() ?? (await fetchNode());
  if (!packagesAreThere(node.abi)) await installPackages(node);
  const ffmpeg = needs.includes('ffmpeg') ? (knownFfmpeg() ?? (await fetchFfmpeg())) : { kind: 'not needed' };
  if (needs.includes('build') && !buildIsFresh()) await build(node.path);
  return { node, ffmpeg };
};

const environment = ({ node, ffmpeg }, command) => {
  const env = { ...process.env, ...command.env, ...(command.scratch ? scratchPlaces() : {}) };
  // Scripts that say `#!/usr/bin/env node` find the right one too.
  env.PATH = [dirname(node.path), env.PATH].filter(Boolean).join(delimiter);
  if (ffmpeg.path) env.EVENSONG_FFMPEG = ffmpeg.path;
  return env;
};

const main = async ([name, ...args]) => {
  if (!isNewEnough(process.versions.node, [18, 0]))
    throw failure(
      `Node ${process.versions.node} is too old even to set Evensong up.`,
      'install Node 24 from https://nodejs.org/en/download',
    );
  const command = commands[name];
  if (!command)
    throw failure(`There is no command "${name ?? ''}".`, `npm run   (lists: ${Object.keys(commands).join(', ')})`);
  forwardSignals();
  endWithNpm();
  const ready = lookAround(command.needs) ?? (await withSetupLock(() => setUp(command.needs)));
  if (ready.ffmpeg.kind === 'absent') sayAbsent();
  const env = environment(ready, command);
  for (const line of command.runs(args)) {
    const code = await run(ready.node.path, line, { env });
    if (code !== 0) return code;
  }
  return 0;
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error.plain ? error.message : `the set-up failed unexpectedly: ${error.stack}`);
  if (error.fix) say(`to fix it: ${error.fix}`);
  process.exitCode = 1;
}
