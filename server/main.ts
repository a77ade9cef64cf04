import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { readConfig } from './config/index.ts';
import { createLog, openScope, systemClock } from './kit/index.ts';

const home = fileURLToPath(new URL(import.meta.url.includes('/.build/') ? '../../' : '../', import.meta.url));

const start = (): void => {
  const config = readConfig({ env: process.env, cwd: process.cwd() });
  const log = createLog(config.logLevel);
  const scope = openScope((name, err) => log.error({ err, name }, 'Closing failed'));
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const app = createApp({ config, clock: systemClock, log, scope, home });
  const server = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, (at: AddressInfo) => {
    process.stdout.write(`listening on http://${config.host}:${at.port}\n`);
  });
  scope.defer('http', () => new Promise((done) => server.close(() => done())));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void scope.close());
};

start();
