import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { childrenOf, foreground, freePort, nginx, WITHOUT_NGINX } from '../edge/nginx.ts';
import { openStage, playbackInAac, through } from '../edge/world.ts';

/*
 * What a hit costs: the edge as it ships beside the same nginx serving the same bytes as plain files, in the same run, by wrk.
 * CPU is that of nginx per request; the server's share is how often it was asked. `npm run bench -- edge`.
 */
const run = promisify(execFile);
const SECONDS = 3;
const ROUNDS = 3;
/** Measured by the design: 15.9 us against 9.8, so 1.6; what an unknown box may add. */
const MOST_TIMES_STATIC = 2.5;

if (!nginx || spawnSync('wrk', ['-v']).error) {
  console.log(`skipped: ${nginx ? 'needs wrk (apt-get install wrk)' : WITHOUT_NGINX}`);
  process.exit(0);
}

const cpuSecondsOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

type Load = { perSecond: number; cpuUs: number; requests: number };

const loadOnce = async (url: string, pids: readonly number[], more: string[] = []): Promise<Load> => {
  const before = cpuSecondsOf(pids);
  const { stdout } = await run('wrk', ['-t1', '-c32', `-d${SECONDS}s`, ...more, url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  const cpuUs = ((cpuSecondsOf(pids) - before) / requests) * 1e6;
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]), cpuUs, requests };
};

const cpuOf = (all: readonly Load[]): number => median(all.map((it) => it.cpuUs));
const told = (all: readonly Load[]): string =>
  `${median(all.map((it) => it.perSecond)).toFixed(0)}/s, ${cpuOf(all).toFixed(1)} us`;

/**
 * What nginx keeps lies behind a header of its own, and sending a file from an odd place costs the kernel three times as much
 * on loopback (44 us against 11 for 134 KB). So the floor that counts is a plain file sent from such a place.
 */
const ODD_PLACE = 907;
const FROM_THERE = ['-H', `Range: bytes=${ODD_PLACE}-`];

/** The same nginx with nothing but a folder. */
const startStatic = async (folder: string, files: Record<string, Buffer>) => {
  mkdirSync(join(folder, 'files'), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, 'files', name), bytes);
    writeFileSync(join(folder, 'files', `${name}-odd`), Buffer.concat([Buffer.alloc(ODD_PLACE), bytes]));
  }
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((it) => `${it}_temp_path ${it};`)
    .join(' ');
  const conf = `worker_processes auto; pid static.pid; error_log error.log; events { worker_connections 4096; }
    http { sendfile on; tcp_nopush on; keepalive_requests 10000000; access_log access.log; ${temporary}
      server { listen 127.0.0.1:${port}; root files; } }`;
  writeFileSync(join(folder, 'static.conf'), conf);
  const child = spawn(
    String(nginx),
    ['-p', folder, '-c', join(folder, 'static.conf'), '-e', join(folder, 'error.log'), '-g', foreground],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 100 && !(await fetch(url).catch(() => undefined)); i++) await sleep(50);
  return { url, pids: () => [child.pid ?? 0, ...childrenOf(child.pid ?? 0)], stop: () => child.kill('SIGTERM') };
};

const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
const stage = await openStage();
const edge = await stage.edge();
const { grid } = await playbackInAac(stage.ada, stage.origin.trackIds[2] ?? '');
const base = grid?.rates[0]?.base ?? '';
const things = { 'init segment': `${base}/init.mp4`, 'segment, AAC 256': `${base}/3.m4s` };
const files: Record<string, Buffer> = {};
for (const [name, path] of Object.entries(things))
  files[name.replace(/\W/g, '')] = (await through({ edge }, path)).body;
const plain = await startStatic(folder, files);

let over = false;
for (const [name, path] of Object.entries(things)) {
  const file = name.replace(/\W/g, '');
  const [floors, odds, hits]: [Load[], Load[], Load[]] = [[], [], []];
  stage.origin.forget();
  // In turns, so that a busy moment hits all.
  for (let i = 0; i < ROUNDS; i++) {
    floors.push(await loadOnce(`${plain.url}/${file}`, plain.pids()));
    odds.push(await loadOnce(`${plain.url}/${file}-odd`, plain.pids(), FROM_THERE));
    hits.push(await loadOnce(edge.url + path, edge.pids()));
  }
  const requests = hits.reduce((sum, it) => sum + it.requests, 0);
  const asked = (stage.origin.seen.length / requests) * 1000;
  const ratio = cpuOf(hits) / cpuOf(odds);
  over ||= ratio > MOST_TIMES_STATIC;
  console.log(
    `${ratio <= MOST_TIMES_STATIC ? 'ok  ' : 'OVER'} ${name} (${files[file]?.length} bytes): hit ${told(hits)}; ` +
      `plain file ${told(floors)}, from an odd place ${told(odds)}; ` +
      `${ratio.toFixed(2)} times that (at most ${MOST_TIMES_STATIC}); the server was asked ${asked.toFixed(3)} times per 1,000`,
  );
}
plain.stop();
await stage.close();
rmSync(folder, { recursive: true, force: true });
process.exit(over ? 1 : 0);
