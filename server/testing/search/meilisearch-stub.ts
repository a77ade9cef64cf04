import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/*
 * As much of Meilisearch as it takes to be away and to come back: it keeps one document (how far the index is), says that
 * every task has succeeded and finds nothing. What it would find is asked of a real one.
 */
export type Mode = 'up' | 'hanging' | 'broken' | 'forgetful';

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const bytes of request) text += String(bytes);
  return text === '' ? undefined : JSON.parse(text);
};

export const openMeilisearchStub = async () => {
  let mode: Mode = 'up';
  let cursor: unknown;
  let asked = 0;
  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const body = await bodyOf(request);
    if (mode === 'hanging') return;
    if (mode === 'broken') return answer(response, 500, { message: 'Out of order.', code: 'internal' });
    if (path.startsWith('/tasks/')) return answer(response, 200, { status: 'succeeded' });
    if (path.startsWith('/indexes?')) return answer(response, 200, { results: [] });
    if (path === '/multi-search') {
      asked++;
      const { queries } = body as { queries: unknown[] };
      if (mode === 'forgetful') return answer(response, 400, { message: 'Not found.', code: 'index_not_found' });
      return answer(response, 200, { results: queries.map(() => ({ hits: [], estimatedTotalHits: 0 })) });
    }
    if (path.endsWith('/documents/cursor'))
      return cursor ? answer(response, 200, cursor) : answer(response, 404, { code: 'document_not_found' });
    if (request.method === 'POST' && /meta(_next)?\/documents/.test(path)) [cursor] = body as unknown[];
    return answer(response, request.method === 'GET' ? 200 : 202, { taskUid: 1 });
  };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void handle(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number): Promise<void> => new Promise((done) => server.listen(port, '127.0.0.1', () => done()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((done) => {
      if (!server.listening) return done();
      server.close(() => done());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    be: (to: Mode): void => {
      mode = to;
      if (to === 'forgetful') cursor = undefined;
    },
    cursor: () => cursor as { seq: number; epoch: string } | undefined,
    asked: () => asked,
    close,
    open: () => listen(port),
  };
};
export type MeilisearchStub = Awaited<ReturnType<typeof openMeilisearchStub>>;
