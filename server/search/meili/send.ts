import { Agent as PlainAgent, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as SafeAgent, request as safeRequest } from 'node:https';

/*
 * How requests travel. The client's own `fetch` sends head and body in two packets and then waits for a delayed
 * acknowledgement: 45 ms a question. Sent in one over a connection that stays open it is one.
 */
export type Send = (input: string | URL | Request, init?: RequestInit) => Promise<unknown>;

const SOCKETS = 16;

const headersOf = (init: RequestInit | undefined): Record<string, string> =>
  Object.fromEntries(new Headers(init?.headers).entries());

/** What Meilisearch calls a failure; the client passes ours on as the cause of its own. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause
    ? String(error.cause.code)
    : undefined;

const answerOf = (status: number, text: string): unknown => {
  const body = text === '' ? undefined : (JSON.parse(text) as unknown);
  if (status >= 200 && status < 300) return body;
  const { message, code } = (body ?? {}) as { message?: string; code?: string };
  throw Object.assign(new Error(message ?? `It answered ${status}.`), { code });
};

export const createSend = (): { send: Send; close: () => void } => {
  const plain = new PlainAgent({ keepAlive: true, maxSockets: SOCKETS });
  const safe = new SafeAgent({ keepAlive: true, maxSockets: SOCKETS });
  const send: Send = (input, init) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const options: RequestOptions = { method: init?.method ?? 'GET', headers: headersOf(init) };
      if (init?.signal) options.signal = init.signal;
      const isSafe = url.protocol === 'https:';
      const request = isSafe
        ? safeRequest(url, { ...options, agent: safe })
        : plainRequest(url, { ...options, agent: plain });
      request.on('error', reject);
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (bytes: Buffer) => parts.push(bytes));
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(answerOf(response.statusCode ?? 0, Buffer.concat(parts).toString('utf8')));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      request.end(typeof init?.body === 'string' ? init.body : undefined);
    });
  return {
    send,
    close: () => {
      plain.destroy();
      safe.destroy();
    },
  };
};
