import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { project } from '../child-server.ts';

/*
 * The system's nginx with the edge's own configuration, word for word: only the two files beside it, which say where things
 * are, are written here. Needs nginx with the modules Debian builds in.
 */
const modules = ['http_auth_request_module', 'http_slice_module', 'http_realip_module'];
export const nginx: string | undefined = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => {
  const { status, stderr } = spawnSync(path, ['-V'], { encoding: 'utf8' });
  return status === 0 && modules.every((name) => stderr.includes(name));
});
export const WITHOUT_NGINX = 'needs nginx with auth_request, slice and realip (apt-get install nginx-light)';

export const configurationFolder: string = join(project, 'docker/edge');

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

export type EdgeOptions = {
  /** A folder that is there for this edge alone. */
  folder: string;
  originPort: number;
  /** What a mutation makes of the configuration. */
  change?: (configuration: string) => string;
  /** More for listen.conf: what only a shield has. */
  more?: string;
};

export type Edge = {
  url: string;
  port: number;
  folder: string;
  /** Of the master and its workers. */
  pids: () => number[];
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** The files of a store, with their bytes. */
  stored: (store: 'media-cache' | 'file-cache' | 'verdicts') => Map<string, Buffer>;
  /** Everything it has written that is no cache. */
  logs: () => string;
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name));

export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const prepare = ({ folder, originPort, change, more = '' }: EdgeOptions, port: number): string => {
  const [conf, prefix] = [join(folder, 'conf'), join(folder, 'edge')];
  for (const path of [conf, prefix]) mkdirSync(path, { recursive: true });
  writeFileSync(join(conf, 'origin.conf'), `server 127.0.0.1:${originPort};\n`);
  writeFileSync(join(conf, 'listen.conf'), `listen 127.0.0.1:${port};\n${more}\n`);
  const file = join(conf, 'nginx.conf');
  copyFileSync(join(configurationFolder, 'nginx.conf'), file);
  if (change) writeFileSync(file, change(readFileSync(file, 'utf8')));
  return file;
};

/** In the foreground; started as root, nginx would hand its folders to a user who may not come into ours. */
export const foreground = `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''}`;

export const argumentsOf = (folder: string): string[] => [
  '-p',
  join(folder, 'edge'),
  '-c',
  join(folder, 'conf/nginx.conf'),
  '-e',
  join(folder, 'edge/error.log'),
  '-g',
  foreground,
];

/** An address that it answers by itself. */
const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/metrics`).then(
    (answer) => answer.status === 404,
    () => false,
  );

/** Starts it on a free port of 127.0.0.1 and waits until it answers. The caller stops it. */
export const startEdge = async (options: EdgeOptions): Promise<Edge> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  prepare(options, port);
  const { folder } = options;
  const prefix = join(folder, 'edge');
  let running: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const child = spawn(String(nginx), argumentsOf(folder), { stdio: ['ignore', 'ignore', 'pipe'] });
    running = child;
    let complaint = '';
    child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
    for (let i = 0; i < 200 && child.exitCode === null; i++) {
      if (await isUp(url)) return;
      await sleep(50);
    }
    throw new Error(`nginx did not start: ${complaint}`);
  };
  await start();
  return {
    url,
    port,
    folder,
    pids: () => (running?.pid === undefined ? [] : [running.pid, ...childrenOf(running.pid)]),
    start,
    stop: async () => {
      const child = running;
      running = undefined;
      if (!child || child.exitCode !== null) return;
      const ended = new Promise((done) => child.once('close', done));
      child.kill('SIGTERM');
      await ended;
    },
    stored: (store) => new Map(filesBelow(join(prefix, store)).map((path) => [path, readFileSync(path)])),
    logs: () =>
      filesBelow(prefix)
        .filter((path) => path.endsWith('.log'))
        .map((path) => readFileSync(path, 'utf8'))
        .join('\n'),
  };
};
