import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { testWhere } from '../testing/describe-where.ts';
import { watchProgress } from './watchdog.ts';

const children: ChildProcess[] = [];
const start = (program: string): ChildProcess => {
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  children.push(child);
  return child;
};
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const stallsWithin = async (child: ChildProcess, ms: number): Promise<boolean> => {
  let stalled = false;
  const onStall = (): void => void (stalled = true);
  const watchdog = watchProgress({ stallMs: 300, progress: () => 0, pid: () => child.pid, onStall });
  await sleep(ms);
  watchdog.stop();
  return stalled;
};

test('who makes no progress and waits for something is stuck', async () => {
  const child = start('setInterval(() => undefined, 1e6)');
  await sleep(300);
  expect(await stallsWithin(child, 1500)).toBe(true);
});

testWhere(process.platform === 'linux', 'only Linux tells who waits for a core')(
  'who has work is not, however long it takes; stopped, it is',
  async () => {
    const child = start('for (;;);');
    await sleep(300);
    expect(await stallsWithin(child, 1500)).toBe(false);
    child.kill('SIGSTOP');
    expect(await stallsWithin(child, 1500)).toBe(true);
  },
);
