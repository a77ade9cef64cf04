import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const project = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the server where its sources changed (0.1 s where not). Call it in beforeAll of a test that starts it. */
export const buildServer = (): void => {
  // Test files run side by side: the second waits for the first one's build.
  const script = `
    import { build, buildIsFresh } from './server/bootstrap/build.mjs';
    import { withSetupLock } from './server/bootstrap/setup-lock.mjs';
    if (!buildIsFresh()) await withSetupLock(async () => { if (!buildIsFresh()) await build(process.execPath); });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: project,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
};

export type Child = {
  process: ChildProcess;
  /** What it has printed so far. */
  printed: () => { out: string; err: string };
  /** Resolves with `http://127.0.0.1:port`; rejects when it ends before, with what it printed. */
  ready: Promise<string>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

type Start = { args?: string[]; env?: Record<string, string>; program?: string[]; uid?: number; gid?: number };

const cleanEnv = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EVENSONG_')));

/** Starts the built server (or `program`) on a free port of 127.0.0.1, quietly; nothing is measured unless asked for. The caller ends it. */
export const startServer = ({ args = [], env = {}, program, uid, gid }: Start = {}): Child => {
  const line = program ?? [process.execPath, '.build/server/main.js'];
  const child = spawn(String(line[0]), [...line.slice(1), ...args], {
    cwd: project,
    env: { ...cleanEnv(), EVENSONG_PORT: '0', EVENSONG_LOG_LEVEL: 'warn', EVENSONG_MEASURE: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  const printed = { out: '', err: '' };
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      printed.out += bytes.toString();
      const at = /listening on (http:\S+)/.exec(printed.out)?.[1];
      if (at) resolve(at);
    });
    child.stderr.on('data', (bytes: Buffer) => (printed.err += bytes.toString()));
    void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${printed.out}${printed.err}`)));
  });
  ready.catch(() => undefined);
  return { process: child, printed: () => ({ ...printed }), ready, ended };
};

/** A scratch folder under the system's temporary one, and how to remove it. */
export const scratchFolder = (name: string): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), `evensong-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
