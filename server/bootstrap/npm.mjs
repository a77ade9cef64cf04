// The installed npm, called the way it was called for us. Node's own package carries none, so it stays the installed one.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runStep } from './children.mjs';
import { failure, say, sleep } from './say.mjs';

/** npm as a script for the Node that runs us: no shell, no .cmd, no guessing by PATH where we can help it. */
const npmScript = () => {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
  ];
  return places.find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
};

const once = (args, { node = process.execPath, ...options }) => {
  const script = npmScript();
  if (script) return runStep(node, [script, ...args], options);
  // A script of npm's that says `#!/usr/bin/env node` finds the Node that was asked for.
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter) };
  return runStep('npm', args, { ...options, env, shell: process.platform === 'win32' });
};

const lastError = (printed) => {
  const lines = printed.split('\n').filter((line) => /error/i.test(line) && !/complete log|^npm error\s*$/.test(line));
  return lines.slice(0, 3).join(' / ') || printed.split('\n').slice(-2).join(' / ');
};

/** Runs npm (with another Node when `node` names one) and retries, for networks hiccup; throws a plain failure that carries npm's own reason. */
export const npm = async (args, { tries = 3, what, fix, ...options }) => {
  for (let attempt = 1; ; attempt++) {
    const { code, printed } = await once(args, options).catch((error) => ({ code: 1, printed: String(error) }));
    if (code === 0) return printed;
    if (attempt >= tries) throw failure(`${what} failed: ${lastError(printed)}.`, fix);
    say(`${what} failed (try ${attempt} of ${tries}), trying again in ${attempt * 2} s`);
    await sleep(attempt * 2000);
  }
};
