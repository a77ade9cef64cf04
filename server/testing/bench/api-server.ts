import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { createApp } from '../../app.ts';
import { readConfig } from '../../config/index.ts';
import { openDataFolder, openDatabase } from '../../db/index.ts';
import { openScope, silentLog, systemClock } from '../../kit/index.ts';

/*
 * The measured side of the API bench, a process of its own: the real house on one port, and beside it the floor, a Hono
 * handler without session that runs one prepared statement for 50 indexed rows and answers `?bytes=` bytes.
 * Started with the data folder; says its ports on the channel, then answers each message with the CPU it has used.
 */
export type ServerReady = { ready: { app: number; floor: number } };
export type ServerCpu = { cpuUs: number };

const dataDir = process.argv[2] ?? '';
const home = fileURLToPath(new URL('../../..', import.meta.url));

const openFloor = (file: string): Hono => {
  const db = openDatabase(file, { durability: 'full', readonly: true });
  const rows = db.sqlite.prepare('SELECT * FROM album ORDER BY sort_key, id LIMIT 50');
  const bodies = new Map<number, string>();
  const floor = new Hono();
  floor.get('/floor', (c) => {
    const bytes = Number(c.req.query('bytes'));
    const found = rows.all();
    const body = bodies.get(bytes) ?? JSON.stringify(found).padEnd(bytes).slice(0, bytes);
    bodies.set(bytes, body);
    return c.body(body, 200, { 'content-type': 'application/json; charset=utf-8' });
  });
  return floor;
};

const listen = (fetch: Hono['fetch']): Promise<number> =>
  new Promise((done) => {
    const server = createAdaptorServer({ fetch });
    server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port));
  });

const scope = openScope(() => undefined);
const config = readConfig({ env: { EVENSONG_DATA: dataDir, EVENSONG_MEDIA: join(dataDir, '..') }, cwd: dataDir });
const folder = openDataFolder(config.dataDir);
scope.defer('data folder', folder.close);
const app = createApp({ config, clock: systemClock, log: silentLog, scope, home, folder, ffmpeg: undefined });
await app.accounts.entrance.ensureOwner({ name: 'Ada', password: 'three small words' });
const floor = openFloor(join(dataDir, 'evensong.db'));
const ready: ServerReady = { ready: { app: await listen(app.fetch), floor: await listen(floor.fetch) } };
process.send?.(ready);
process.on('message', (wish) => {
  if (wish === 'stop') return void scope.close().then(() => process.exit());
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system } satisfies ServerCpu);
});
// Never outlives who started it.
process.on('disconnect', () => process.exit());
