/** A loopback server for the deck's tests: the lab's page, the cut segments, and faults on demand. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { readFile } from './recordings.ts';

const TAP = `registerProcessor('tap', class extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage({ pcm: input[0].slice() });
    return true;
  }
});`;

export type Faults = {
  /** Before every answer. */
  delayMs: number;
  /** Of the whole link; 0 is unlimited. */
  bitsPerSec: number;
  /** Answers with this status while > 0 requests are left, or while the test says so. */
  status: number;
  statusLeft: number;
  /** Only requests that hold this text are hit. */
  only: string;
  /** Ends the connection after this many bytes, once. */
  cutAfterBytes: number;
};

export type LabServer = { url: string; faults: Faults; requests: string[]; close(): Promise<void> };

async function send(response: ServerResponse, body: Buffer, faults: Faults): Promise<void> {
  response.writeHead(200, { 'content-length': body.length, 'cache-control': 'no-store' });
  const cutAt = faults.cutAfterBytes || Infinity;
  const step = faults.bitsPerSec ? Math.max(256, Math.floor(faults.bitsPerSec / 8 / 40)) : body.length;
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    if (at >= cutAt) {
      faults.cutAfterBytes = 0;
      response.destroy();
      return;
    }
    response.write(body.subarray(at, at + step));
    if (faults.bitsPerSec) await sleep(25);
  }
  response.end();
}

export async function openLabServer(dir: string): Promise<LabServer> {
  const bundled = await build({
    entryPoints: [new URL('../../../web/player/testing/lab.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const pages: Record<string, [string, string]> = {
    '/': ['text/html', '<!doctype html><title>Lab</title><script type="module" src="/lab.js"></script>'],
    '/lab.js': ['text/javascript', bundled.outputFiles[0]?.text ?? ''],
    '/tap.js': ['text/javascript', TAP],
    '/favicon.ico': ['image/x-icon', ''],
  };
  const faults: Faults = {
    delayMs: 0,
    bitsPerSec: 0,
    status: 0,
    statusLeft: Infinity,
    only: '/media/',
    cutAfterBytes: 0,
  };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/';
      const page = pages[path];
      if (page) return response.setHeader('content-type', page[0]).end(page[1]);
      requests.push(path);
      if (faults.delayMs) await sleep(faults.delayMs);
      const hit = faults.status && faults.statusLeft > 0 && path.includes(faults.only);
      if (hit) {
        faults.statusLeft--;
        if (faults.status === 1) return response.destroy();
        // Headers and then nothing: a server that hangs.
        if (faults.status === 2) return response.writeHead(200).flushHeaders();
        return response.writeHead(faults.status).end();
      }
      // Signed addresses lead to the same files.
      const plain = path.replace('/media/', '').replace(/^\/m\/[\w-]{40}\/(\w+)\/[\w-]{16}\/\w+\//, '$1/');
      const body = readFile(dir, plain);
      return body ? send(response, body, faults) : response.writeHead(404).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    faults,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
