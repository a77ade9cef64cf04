import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * After kill -9 of the server its child lives on. It is ended at the next start by the number written down when it
 * began, and only where that number is still the very same process: same birth, same command line.
 */
export type Identity = { pid: number; born: string; command: string };

const fromProc = (pid: number): Identity => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything; proc(5) counts the birth as field 22, the 20th behind it.
  const born = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  if (state === 'Z') throw new Error('It has ended.');
  return { pid, born, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() };
};

/** Where there is no /proc. */
const fromPs = (pid: number): Identity => {
  const ask = (what: string): string =>
    execFileSync('ps', ['-p', String(pid), '-o', `${what}=`], { encoding: 'utf8' }).trim();
  return { pid, born: ask('lstart'), command: ask('command') };
};

export const readIdentity = (pid: number): Identity | undefined => {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
};

export const isStill = ({ pid, born, command }: Identity): boolean => {
  const now = readIdentity(pid);
  return now !== undefined && now.born === born && now.command === command;
};

const PATIENCE_MS = 5000;
const STEP_MS = 50;

/** Answers whether there was one to end. */
export const endLeftOver = async (identity: Identity): Promise<boolean> => {
  if (!isStill(identity)) return false;
  process.kill(identity.pid, 'SIGTERM');
  for (let waited = 0; isStill(identity); waited += STEP_MS) {
    if (waited === PATIENCE_MS) process.kill(identity.pid, 'SIGKILL');
    await sleep(STEP_MS);
  }
  return true;
};
