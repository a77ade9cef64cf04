import { request, type IncomingHttpHeaders } from 'node:http';

/*
 * A request as it is written: fetch would mend the path, add headers of its own and decode what comes back.
 */
export type Ask = {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** Leaves before the answer, after so many ms. */
  leaveAfterMs?: number;
};

export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer; cache: string };

const NOBODY: Answer = { status: 0, headers: {}, body: Buffer.alloc(0), cache: '' };

/** Status 0: whoever asked left, or the connection broke. */
export const ask = (url: string, path: string, how: Ask = {}): Promise<Answer> =>
  new Promise((done) => {
    const { hostname, port } = new URL(url);
    const { method = 'GET', headers = {}, body, leaveAfterMs } = how;
    const asking = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', () => done(NOBODY));
      answer.on('end', () => {
        const cache = String(answer.headers['x-cache'] ?? '');
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts), cache });
      });
    });
    asking.on('error', () => done(NOBODY));
    if (leaveAfterMs !== undefined) setTimeout(() => asking.destroy(), leaveAfterMs);
    asking.end(body);
  });
