/**
 * The README's own nginx block, word for word but for its address, in front of the built server: what a household copies has
 * to work. Needs nginx; says so where there is none.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildServer, project, scratchFolder, startServer, type Child } from './child-server.ts';
import { describeWhere } from './describe-where.ts';
import { freePort } from './edge/nginx.ts';

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => spawnSync(path, ['-v']).status === 0);
if (!nginx)
  console.warn('NOT TESTED: the README reverse proxy needs nginx on this machine (apt-get install nginx-light)');

const scratch = scratchFolder('proxy');
const OWNER = { name: 'Ada', password: 'three small words' };
let server: Child;
let proxy: ChildProcess | undefined;
let outside = '';

const readmeBlock = (port: number, upstream: string): string => {
  const block = /```nginx\n([\s\S]*?)```/.exec(readFileSync(join(project, 'README.md'), 'utf8'))?.[1] ?? '';
  expect(block).toContain('proxy_pass http://127.0.0.1:4747;');
  return block
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace('http://127.0.0.1:4747', upstream.replace(/\/$/, ''));
};

const configuration = (block: string): string => `
daemon off; pid ${scratch.path}/nginx.pid; error_log ${scratch.path}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${scratch.path}/${name};`).join(' ')}
  ${block}
}`;

const startProxy = async (port: number): Promise<void> => {
  const file = join(scratch.path, 'nginx.conf');
  writeFileSync(file, configuration(readmeBlock(port, await server.ready)));
  proxy = spawn(String(nginx), ['-c', file, '-e', join(scratch.path, 'error.log')], { stdio: 'ignore' });
  await vi.waitFor(async () => expect((await fetch(`${outside}/health/live`)).status).toBe(200), 10_000);
};

const signIn = (headers: Record<string, string> = {}) =>
  fetch(`${outside}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: outside, ...headers },
    body: JSON.stringify(OWNER),
  });

describeWhere(nginx !== undefined, 'needs nginx')('behind nginx, as the README has it', () => {
  beforeAll(async () => {
    buildServer();
    mkdirSync(join(scratch.path, 'media'));
    const port = await freePort();
    outside = `http://127.0.0.1:${port}`;
    server = startServer({
      env: {
        EVENSONG_DATA: join(scratch.path, 'data'),
        EVENSONG_MEDIA: join(scratch.path, 'media'),
        EVENSONG_BASE_URL: outside,
        EVENSONG_TRUSTED_PROXIES: '127.0.0.1',
        EVENSONG_OWNER_NAME: OWNER.name,
        EVENSONG_OWNER_PASSWORD: OWNER.password,
      },
    });
    await startProxy(port);
  });
  afterAll(async () => {
    const proxyEnded = new Promise((done) => proxy?.once('close', done) ?? done(undefined));
    proxy?.kill('SIGTERM');
    await proxyEnded;
    server?.process.kill('SIGTERM');
    await server?.ended;
    scratch.remove();
  });

  test('pages and assets come through, and a page of another site may not write', async () => {
    const page = await fetch(outside);
    expect(page.status).toBe(200);
    const css = /href="(\/assets\/[^"]+\.css)"/.exec(await page.text())?.[1];
    expect((await fetch(outside + css)).status).toBe(200);
    expect((await signIn({ origin: 'https://elsewhere.example' })).status).toBe(403);
  });

  test('somebody signs in, and the list of sessions names where they came from', async () => {
    const answer = await signIn({ 'x-forwarded-for': '198.51.100.7' });
    expect(answer.status).toBe(201);
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const { items } = (await (await fetch(`${outside}/api/v1/sessions`, { headers: { cookie } })).json()) as {
      items: { address: string }[];
    };
    // nginx adds its own caller, this machine, which is believed too: so the one before it counts.
    expect(items[0]?.address).toBe('198.51.100.7');
  });

  test('what happens is heard at once: the stream of events waits in no buffer', async () => {
    const cookie = (await signIn()).headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const giveUp = new AbortController();
    const stream = await fetch(`${outside}/api/v1/events`, { headers: { cookie }, signal: giveUp.signal });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    await fetch(`${outside}/api/v1/scans`, { method: 'POST', headers: { cookie, origin: outside } });
    const reader = stream.body!.getReader();
    let heard = '';
    const patience = setTimeout(() => giveUp.abort(), 10_000);
    while (!heard.includes('scan.')) heard += Buffer.from((await reader.read()).value ?? []).toString();
    clearTimeout(patience);
    giveUp.abort();
    expect(heard).toContain('scan.');
  });
});
