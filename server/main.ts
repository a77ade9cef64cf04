import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { readConfig } from './config/index.ts';
import { createLog, openScope, systemClock } from './kit/index.ts';

const home = fileURLToPath(new URL(import.meta.url.includes('/.build/') ? '../../' : '../', import.meta.url));

const start = async (): Promise<void> => {
  const config = readConfig({ env: process.env, cwd: process.cwd() });
  const log = createLog(config.logLevel);
  const scope = openScope((name, err) => log.error({ err, name }, 'Closing failed'));
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const app = createApp({ config, clock: systemClock, log, scope, home });
  if (config.owner) await app.accounts.entrance.ensureOwner(config.owner);
  const server = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, (at: AddressInfo) => {
    const address = `http://${config.host}:${at.port}`;
    process.stdout.write(`listening on ${address}\n`);
    const code = app.accounts.setup.code();
    // The code stands in the fragment, which no browser sends and no log of a proxy holds.
    if (code) process.stdout.write(`set up your server: ${config.baseUrl ?? address}/setup#code=${code}\n`);
  });
  scope.defer('http', () => new Promise((done) => server.close(() => done())));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void scope.close());
};

await start();
