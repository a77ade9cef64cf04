import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from '../../app.ts';
import { readConfig } from '../../config/index.ts';
import { openDataFolder } from '../../db/index.ts';
import { openScope, silentLog, systemClock } from '../../kit/index.ts';
import { OWNER, type ScanServerSays } from './scan-server-facts.ts';

/*
 * The measured side of the scan bench, a process of its own: the real house, built, with one folder of music. Started with
 * the data folder and the music; says its port on the channel, then scans at each message and answers what it cost.
 */
const [dataDir = '', media = ''] = process.argv.slice(2);
const home = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\.build\/$/, '');
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
