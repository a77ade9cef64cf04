// `npm start` and `npm test` may be started at once: the second waits for the first instead of tearing its files.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { onStep } from './children.mjs';
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

const content = (file = places.setupLock) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** The set-up that has the lock, then the step it is at: npm lives on when only the set-up is killed. */
const holders = (text) => (text ?? '').split(' ').map(Number).filter(Boolean);

const isOurs = () => holders(content())[0] === process.pid;

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
  if (isOurs()) rmSync(places.setupLock, { force: true });
};

/** Names the step under way (or none), so that whoever comes after a kill waits for its end. Never half written. */
const noteStep = (pid) => {
  if (!isOurs()) return;
  const next = `${places.setupLock}.${process.pid}`;
  writeFileSync(next, pid ? `${process.pid} ${pid}` : `${process.pid}`);
  renameSync(next, places.setupLock);
};

/** Takes away a lock that nobody holds any more. Another may have done so and taken it meanwhile: then it is put back. */
const clearAway = (stale) => {
  const aside = `${places.setupLock}.${process.pid}`;
  try {
    renameSync(places.setupLock, aside);
    if (content(aside) !== stale) linkSync(aside, places.setupLock);
  } catch {
    // Gone already, or taken already: the next round sees.
  }
  rmSync(aside, { force: true });
};

/** Who holds the lock, if anybody does. In containers process numbers come again: our own is one that a former life left. */
const whoHolds = (text) => holders(text).find((pid) => pid !== process.pid && isAlive(pid));

/** Runs `work` while no other set-up of this clone does. A lock whose owner is gone, and its step too, is taken over. */
export const withSetupLock = async (work) => {
  try {
    mkdirSync(dirname(places.setupLock), { recursive: true });
  } catch (error) {
    throw failure(`Evensong cannot write into its own folder (${error.code}).`, `chown -R $(id -un) ${places.project}`);
  }
  const startedAt = Date.now();
  for (let round = 0; !take(); round++) {
    const text = content();
    const pid = whoHolds(text);
    if (round > 0 && !pid) clearAway(text);
    if (round === 1 && pid) say(`another set-up of this folder is running (process ${pid}); waiting for it`);
    if (Date.now() - startedAt > LONGEST_WAIT_MS)
      throw failure('Another set-up of this folder does not come to an end.', `rm ${places.setupLock}`);
    await sleep(200);
  }
  process.on('exit', release);
  onStep(noteStep);
  try {
    return await work();
  } finally {
    onStep(undefined);
    process.off('exit', release);
    release();
  }
};
