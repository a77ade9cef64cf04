import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from '../../app.ts';
import { readConfig } from '../../config/index.ts';
import { openDataFolder } from '../../db/index.ts';
import { findFfmpeg } from '../../ffmpeg/index.ts';
import { openScope, silentLog, systemClock } from '../../kit/index.ts';

/*
 * The measured side of the listeners' bench, a process of its own: the real house over a folder of music. Says its port on
 * the channel once everything is scanned; answers `watch` by beginning to measure, `tell` with what it has measured.
 */
export type HouseReady = { port: number };
export type HouseFacts = { p99Ms: number; maxMs: number; rssBytes: number; mostRssBytes: number; cpuUs: number };

const [dataDir = '', media = ''] = process.argv.slice(2);
const home = fileURLToPath(new URL('../../..', import.meta.url));
const scope = openScope(() => undefined);
const env = { EVENSONG_DATA: join(dataDir, 'data'), EVENSONG_MEDIA: media, EVENSONG_MEASURE: 'off' };
const config = readConfig({ env, cwd: dataDir });
const folder = openDataFolder(config.dataDir);
scope.defer('data folder', folder.close);
const { ffmpeg } = await findFfmpeg({
  configured: process.env['EVENSONG_FFMPEG'],
  searchPath: process.env['PATH'] ?? '',
});
const app = createApp({ config, clock: systemClock, log: silentLog, scope, home, folder, ffmpeg });
await app.accounts.entrance.ensureOwner({ name: 'Ada', password: 'three small words' });
app.intake.begin();
await app.intake.scan.idle();
const server = createAdaptorServer({ fetch: app.fetch });
await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
const port = (server.address() as { port: number }).port;

const TICK_MS = 5;
const delay = monitorEventLoopDelay({ resolution: TICK_MS });
let mostRssBytes = 0;
setInterval(() => (mostRssBytes = Math.max(mostRssBytes, process.memoryUsage().rss)), 200).unref();
const toMs = (ns: number): number => Math.max(0, ns / 1e6 - TICK_MS);

process.on('message', (wish) => {
  if (wish === 'stop') return void scope.close().then(() => process.exit());
  if (wish === 'watch') {
    delay.enable();
    delay.reset();
    mostRssBytes = 0;
    return;
  }
  const { user, system } = process.cpuUsage();
  const facts: HouseFacts = {
    p99Ms: toMs(delay.percentile(99)),
    maxMs: toMs(delay.max),
    rssBytes: process.memoryUsage().rss,
    mostRssBytes,
    cpuUs: user + system,
  };
  process.send?.(facts);
});
process.on('disconnect', () => process.exit());
process.send?.({ port } satisfies HouseReady);
