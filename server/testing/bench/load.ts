import { connect, type Socket } from 'node:net';

/*
 * Load from a process of its own, as cheap as it can be: keep-alive sockets that each send a finished request, read an
 * answer by its Content-Length, and send the next. Node's own client would cost as much as the server it measures.
 */
export type Load = {
  port: number;
  paths: readonly string[];
  /** Which of the paths comes first; the others follow in a circle. */
  from: number;
  headers: Record<string, string>;
  connections: number;
  /** Ends after this time, or this many requests. */
  forMs: number;
  most: number;
};
export type Loaded = {
  requests: number;
  perSecond: number;
  bytes: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
};

const requestOf = (path: string, { port, headers }: Load): Buffer =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );

/** Bytes of the whole answer once its head is there; throws on anything but 200 and 206. */
const lengthOf = (head: string, headBytes: number): number => {
  const status = head.slice(9, 12);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if ((status !== '200' && status !== '206') || length === undefined) throw new Error(`unexpected answer: ${head}`);
  return headBytes + Number(length);
};

type Tally = { next: () => Buffer | undefined; took: (ms: number, bytes: number) => void };

const drive = (socket: Socket, tally: Tally): Promise<void> =>
  new Promise((done, fail) => {
    let got = 0;
    let whole = -1;
    let head = '';
    let sentAt = 0;
    const send = (): void => {
      const request = tally.next();
      if (!request) {
        socket.end();
        return done();
      }
      [got, whole, head] = [0, -1, ''];
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('error', fail);
    socket.on('data', (part: Buffer) => {
      got += part.length;
      if (whole < 0) {
        head += part.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        try {
          whole = lengthOf(head.slice(0, end), end + 4);
        } catch (error) {
          socket.destroy();
          return fail(error instanceof Error ? error : new Error(String(error)));
        }
      }
      if (got < whole) return;
      tally.took(performance.now() - sentAt, whole);
      send();
    });
    send();
  });

export const runLoad = async (load: Load): Promise<Loaded> => {
  const requests = load.paths.map((path) => requestOf(path, load));
  const times: number[] = [];
  let bytes = 0;
  let sent = 0;
  const started = performance.now();
  const tally: Tally = {
    next: () =>
      sent >= load.most || performance.now() - started > load.forMs
        ? undefined
        : requests[(load.from + sent++) % requests.length],
    took: (ms, length) => {
      times.push(ms);
      bytes = length;
    },
  };
  const sockets = Array.from({ length: load.connections }, () =>
    connect({ port: load.port, host: '127.0.0.1', noDelay: true }),
  );
  await Promise.all(sockets.map((socket) => drive(socket, tally)));
  const seconds = (performance.now() - started) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  const spread = { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
  return { requests: times.length, perSecond: times.length / seconds, bytes, ...spread };
};
