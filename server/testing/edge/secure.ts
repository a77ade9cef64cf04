import { spawnSync } from 'node:child_process';
import { connect } from 'node:http2';
import { join } from 'node:path';
import type { Answer } from './ask.ts';

/** The edge over TLS, as listen.conf tells how. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version']).status === 0;

/** More for listen.conf: a port with a certificate made for the occasion, in `folder`. */
export const secureListen = (port: number, folder: string): string => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes', '-keyout', key, '-out', certificate];
  const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject]);
  if (status !== 0) throw new Error(stderr.toString());
  return `listen 127.0.0.1:${port} ssl http2; ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
};

export const askOverHttp2 = (port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((done, fail) => {
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    session.on('error', fail);
    const stream = session.request({ ':path': path, ...headers });
    const parts: Buffer[] = [];
    let head: Record<string, unknown> = {};
    stream.on('response', (it) => (head = it as Record<string, unknown>));
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', fail);
    stream.on('end', () => {
      session.close();
      const cache = typeof head['x-cache'] === 'string' ? head['x-cache'] : '';
      done({ status: Number(head[':status']), headers: {}, body: Buffer.concat(parts), cache });
    });
    stream.end();
  });
