import { connect, type AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccountsHouse, type AccountsHouse } from '../testing/accounts-house.ts';
import { ownPath } from './answering/answers.ts';

/* The front door over a real socket: what no well-meaning client would send. */
let house: AccountsHouse;
let server: ReturnType<typeof createAdaptorServer>;
let port = 0;
let cookie = '';

beforeAll(async () => {
  house = await openAccountsHouse();
  const ada = await house.owner();
  cookie = `evensong=${ada.cookies.get('evensong')}`;
  server = createAdaptorServer({ fetch: house.app.fetch });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((done) => server.close(done)));

/** Writes bytes, answers all that comes back until the other side ends or half a second passes. */
const raw = (bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(end, 500);
    socket.on('data', (part) => (text += part.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      end();
    });
    socket.write(bytes);
  });
const statuses = (text: string): number[] => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3})/g), (m) => Number(m[1]));
const get = (target: string, headers: string[] = []) =>
  raw([`GET ${target} HTTP/1.1`, 'Host: home.test', 'Connection: close', ...headers, '', ''].join('\r\n'));

describe('strange addresses', () => {
  test('reach no guarded thing without a session, and never break anything', async () => {
    const targets = [
      '//api/v1/me',
      '/api//v1/me',
      '/api/v1/me/',
      '/api/v1/%6de',
      '/api/v1/m%65',
      '/API/V1/ME',
      '/x/../api/v1/me',
      '/x/%2e%2e/api/v1/me',
      '/api/v1/users%2f..%2fme',
      '/api/v1/me;x=1',
      '/api/v1/me%00',
      '/api/v1/%ff',
      '/api/v1/%',
      '/api\\v1\\me',
      '/api/v1/me%3fx',
      'http://evil.test/api/v1/me',
      '*',
    ];
    for (const target of targets) {
      const [status] = statuses(await get(target));
      expect([400, 401, 404], `${target} -> ${status}`).toContain(status);
    }
  });
  test('mean the same to the guards as to the routes', async () => {
    const [status] = statuses(await get('/api/v1/%6de', [`Cookie: ${cookie}`]));
    expect([200, 404]).toContain(status);
  });
});

describe('strange messages', () => {
  const post = (...lines: string[]) => ['POST /api/v1/session HTTP/1.1', 'Host: home.test', ...lines].join('\r\n');
  test('whose length is told twice are not read on', async () => {
    const smuggled = 'GET /api/v1/me HTTP/1.1\r\nHost: home.test\r\n\r\n';
    for (const head of [
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      ['Content-Length: 4', 'Content-Length: 5'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding : chunked'],
      ['Content-Length: +4'],
    ]) {
      const answers = statuses(await raw(`${post(...head)}\r\n\r\n0\r\n\r\n${smuggled}`));
      expect(answers.length, head.join()).toBeLessThanOrEqual(1);
      for (const status of answers) expect(status, head.join()).toBe(400);
    }
  });
  test('without a host, with two hosts, with a host that is none, are refused', async () => {
    expect(statuses(await raw('GET /api/v1/me HTTP/1.1\r\nConnection: close\r\n\r\n'))).toEqual([400]);
    for (const host of ['a b', 'a/../b', 'home.test@evil.test', 'x\u0000y']) {
      const [status] = statuses(await raw(`GET /api/v1/me HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
      expect([400, 401, undefined], host).toContain(status);
    }
  });
  test('with endless headers are cut off', async () => {
    expect(statuses(await get('/api/v1/me', [`X-A: ${'a'.repeat(40_000)}`]))).toEqual([431]);
  });
  test('that are larger than they may be are told so, promised or streamed', async () => {
    const body = Buffer.alloc(200_000, 0x61);
    const own = ['Sec-Fetch-Site: same-origin', 'Content-Type: application/json'];
    const promised = await raw(
      Buffer.concat([Buffer.from(`${post(...own, `Content-Length: ${body.length}`)}\r\n\r\n`), body]),
    );
    expect(statuses(promised)[0]).toBe(413);
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
    const streamed = await raw(
      Buffer.concat([Buffer.from(`${post(...own, 'Transfer-Encoding: chunked')}\r\n\r\n`), chunk]),
    );
    expect(statuses(streamed)[0]).toBe(413);
    expect(statuses(await get('/api/v1/me', [`Cookie: ${cookie}`]))).toEqual([200]);
  });
  test('of methods that nobody has are 405 or refused', async () => {
    for (const method of ['TRACE', 'OPTIONS', 'PROPFIND', 'CONNECT', 'PATCH']) {
      const answer = await raw(`${method} /api/v1/me HTTP/1.1\r\nHost: home.test\r\nConnection: close\r\n\r\n`);
      for (const status of statuses(answer)) expect([400, 404, 405, 501], method).toContain(status);
      expect(answer.toLowerCase(), method).not.toContain('access-control-allow');
    }
  });
});

describe('strange bodies', () => {
  const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/settings`, {
      method: 'PATCH',
      body,
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  test('are 413, 415 or 422, never a failure', async () => {
    expect(await send('['.repeat(100_000))).toBe(422);
    expect(await send(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`)).toBe(422);
    expect(await send('"'.repeat(3_000_000))).toBe(413);
    expect(await send(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))).toBe(422);
    expect(await send('{"theme":"dark"}', { 'content-encoding': 'gzip' })).toBe(415);
    expect(await send('theme=dark', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
    expect(await send('{"theme":{"toString":1}}')).toBe(422);
    expect(await send('{"__proto__":{"theme":"dark"}}')).toBe(422);
    expect(await send('{"constructor":{"prototype":{"x":1}}}')).toBe(422);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
  test('of any shape get an answer that is not a failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (body) => {
        expect([200, 422]).toContain(await send(body));
      }),
      { numRuns: 60 },
    );
  });
  test('with names nobody expects in the address are refused by name', async () => {
    for (const query of ['__proto__=1', 'a[]=1', 'constructor=1', '%00=1', 'limit=1&limit=2']) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/me?${query}`, { headers: { cookie } });
      expect(answer.status, query).toBe(422);
    }
  });
});

describe('where a browser is sent', () => {
  test('is always a path of ours', () => {
    for (const path of [
      '//evil.test',
      '/\\evil.test',
      '/\t/evil.test',
      '/\n/evil.test',
      'https://evil.test',
      '/x/..//evil.test',
      'javascript:alert(1)',
    ])
      expect(new URL(ownPath(path), 'http://home.test').host, path).toBe('home.test');
    expect(ownPath('/albums?sort=name#top')).toBe('/albums?sort=name#top');
    expect(ownPath('/suche/müsli')).toBe('/suche/m%C3%BCsli');
  });
  test('whatever was asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const own = ownPath(`/${path}`);
        expect(new URL(own, 'http://home.test').host).toBe('home.test');
        expect(() => new Headers({ location: own })).not.toThrow();
      }),
    );
  });
});
