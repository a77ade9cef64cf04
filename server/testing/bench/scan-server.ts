import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { OWNER, type ScanServerSays } from './scan-server-facts.ts';

/*
 * The measured side of the scan bench, a process of its own: the real house, as it is built and people run it, with one
 * folder of music. From its sources every thread would pay for their translation. Started with the data folder and the
 * music; says its port on the channel, then scans at each message and answers what it cost.
 */
const [dataDir = '', media = ''] = process.argv.slice(2);
const home = fileURLToPath(new URL('../../..', import.meta.url));
const built = (file: string): Promise<unknown> => import(pathToFileURL(join(home, '.build/server', file)).href);
const { createApp } = (await built('app.js')) as typeof import('../../app.ts');
const { readConfig } = (await built('config/index.js')) as typeof import('../../config/index.ts');
const { openDataFolder } = (await built('db/index.js')) as typeof import('../../db/index.ts');
const { openScope, silentLog, systemClock } = (await built('kit/index.js')) as typeof import('../../kit/index.ts');
const scope = openScope(() => undefined);
const config = readConfig({ env: { EVENSONG_DATA: dataDir, EVENSONG_MEDIA: media }, cwd: dataDir });
const folder = openDataFolder(config.dataDir);
scope.defer('data folder', folder.close);
// No ffmpeg: lengths are measured after the scan and are no part of it.
const app = createApp({ config, clock: systemClock, log: silentLog, scope, home, folder, ffmpeg: undefined });
await app.accounts.entrance.ensureOwner(OWNER);
app.intake.roots.add(media);
const say = (it: ScanServerSays): void => void process.send?.(it);

const LOOK_MS = 20;

const scanOnce = (): void => {
  const { scan } = app.intake;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const { id } = scan.request('bench');
  let rssMb = 0;
  const look = setInterval(() => {
    rssMb = Math.max(rssMb, process.memoryUsage.rss() / 2 ** 20);
    const run = scan.find(id)!;
    if (run.status === 'running') return;
    clearInterval(look);
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - startedAt) / 1000;
    const cost = { seen: run.seen, added: run.added, cpuMs: (user + system) / 1000, seconds, rssMb };
    // Covers are looked at after the scan: the next one must not pay for them.
    void scan.idle().then(() => say({ cost }));
  }, LOOK_MS);
};

const server = createAdaptorServer({ fetch: app.fetch });
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as { port: number }).port }));
process.on('message', (wish) => {
  if (wish === 'stop') return void scope.close().then(() => process.exit());
  scanOnce();
});
// Never outlives who started it.
process.on('disconnect', () => process.exit());
