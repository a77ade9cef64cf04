import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { App } from './app.ts';
import type { Config } from './config/index.ts';
import type { Scope } from './kit/index.ts';

const GIVE_ANSWERS_MS = 3000;
/** Longer than a proxy in front keeps its side open (ours 30 s, nginx's own default 60 s), or a change meets a closing socket. */
const KEEP_ALIVE_MS = 75_000;

const listenAt = (server: ServerType, { port, host }: Config): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });

/** Ends what is idle at once, and answers still under way a little later: a player that streams must not hold the stop. */
const closeServer = (server: ServerType): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    if (!('closeAllConnections' in server)) return;
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GIVE_ANSWERS_MS).unref();
  });

/** `address`: where it listens. `toOpen`: what a person types, for a wildcard is an address to listen on, not one to open. */
export type Address = { address: string; toOpen: string };

export const addressOf = ({ address, family, port }: AddressInfo): Address => {
  const at = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return { address: at, toOpen: /^(0\.0\.0\.0|::)$/.test(address) ? `http://localhost:${port}` : at };
};

/** Opens the front door, and closes it first when the house closes. */
export const listen = async (app: Pick<App, 'fetch'>, it: { config: Config; scope: Scope }): Promise<Address> => {
  const server = createAdaptorServer({ fetch: app.fetch });
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  const at = await listenAt(server, it.config);
  it.scope.defer('http', () => closeServer(server));
  return addressOf(at);
};
