// `npm start` and `npm test` may be started at once: the second waits for the first instead of tearing its files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { places } from './places.mjs';
import { failure, say, sleep } from './say.mjs';

const LONGEST_WAIT_MS = 10 * 60_000;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error.code === 'EPERM';
  }
};

const holder = () => {
  try {
    return Number(readFileSync(places.setupLock, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
};

const take = () => {
  try {
    writeFileSync(places.setupLock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw failure(`Evensong cannot write into its own folder (${error.code}).`, `chown -R $(id -un) ${places.project}`);
  }
};

const release = () => {
  if (holder() === process.pid) rmSync(places.setupLock, { force: true });
};

/** Runs `work` while no other set-up of this clone does. A lock whose owner is gone is taken over. */
export const withSetupLock = async (work) => {
  try {
    mkdirSync(dirname(places.setupLock), { recursive: true });
  } catch (error) {
    throw failure(`Evensong cannot write into its own folder (${error.code}).`, `chown -R $(id -un) ${places.project}`);
  }
  const startedAt = Date.now();
  for (let round = 0; !take(); round++) {
    const pid = holder();
    if (round > 0 && (pid === undefined || !isAlive(pid))) rmSync(places.setupLock, { force: true });
    if (round === 1 && pid) say(`another set-up of this folder is running (process ${pid}); waiting for it`);
    if (Date.now() - startedAt > LONGEST_WAIT_MS)
      throw failure('Another set-up of this folder does not come to an end.', `rm ${places.setupLock}`);
    await sleep(200);
  }
  process.on('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
};
