import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIdentity, type Identity } from './left-over.ts';

/*
 * One Meilisearch process of ours, on loopback and a free port, with a folder to itself. Its key goes by the environment:
 * arguments can be read by every user of the machine.
 */
export type Child = {
  url: string;
  identity: Identity;
  /** What it complained of last, once it has ended. */
  ended: Promise<string>;
  isHealthy: () => Promise<boolean>;
  /** Asks it to end, and ends it where it does not. */
  stop: () => Promise<void>;
};
export type ChildNeeds = {
  binary: string;
  folder: string;
  key: string;
  /** Told of the process as soon as there is one. */
  born?: (identity: Identity) => void;
  /** False: nobody waits for it any more. */
  isWanted?: () => boolean;
};

const HEALTH_MS = 5000;
const STARTING_MS = 60_000;
const ENDING_MS = 10_000;
const LAST_WORDS = 2000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(`${url}/health`, { timeout: HEALTH_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });

const argumentsFor = (folder: string, port: number): string[] => [
  `--http-addr=127.0.0.1:${port}`,
  `--db-path=${join(folder, 'data.ms')}`,
  `--dump-dir=${join(folder, 'dumps')}`,
  `--snapshot-dir=${join(folder, 'snapshots')}`,
  '--env=production',
  '--log-level=WARN',
  '--no-analytics',
];

const launch = ({ binary, folder, key }: ChildNeeds, port: number) => {
  const child = spawn(binary, argumentsFor(folder, port), {
    cwd: folder,
    env: { PATH: process.env['PATH'], TMPDIR: folder, MEILI_MASTER_KEY: key },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-LAST_WORDS)));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(said.trim()));
  });
  return { child, ended };
};

/** Resolves when it answers; rejects with its last words when it ends before, or takes too long. */
export const startChild = async (needs: ChildNeeds): Promise<Child> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { child, ended } = launch(needs, port);
  let isOver = false;
  const over = ended.then((words) => {
    isOver = true;
    return words;
  });
  const stop = async (): Promise<void> => {
    if (isOver) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), ENDING_MS);
    await over;
    clearTimeout(hard);
  };
  const identity = child.pid === undefined ? undefined : readIdentity(child.pid);
  if (identity) needs.born?.(identity);
  const deadline = performance.now() + STARTING_MS;
  while (!isOver && !(await answers(url))) {
    await sleep(50);
    if (performance.now() > deadline || needs.isWanted?.() === false) await stop();
  }
  if (isOver || !identity) throw new Error(`Meilisearch ended before it answered. ${await over}`.trim());
  return { url, identity, ended: over, isHealthy: () => answers(url), stop };
};
