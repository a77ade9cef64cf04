import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { createApp } from './app.ts';
import { explainMissing, findFfmpeg } from './ffmpeg/index.ts';
import { helpText, readArguments, readConfig, type Config } from './config/index.ts';
import { openDataFolder } from './db/index.ts';
import { createLog, openScope, systemClock, type Scope } from './kit/index.ts';
import { missingMedia, startFailure } from './start-failure.ts';

const STOP_WITHIN_MS = 9000;
const GIVE_ANSWERS_MS = 3000;

// The built code lies one folder deeper; migrations and built assets are found from the project's own folder.
const home = fileURLToPath(new URL(import.meta.url.includes('/.build/') ? '../../' : '../', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`evensong: ${line}\n`);

const listen = (server: ServerType, { port, host }: Config): Promise<AddressInfo> =>
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

/** The first signal stops gracefully, and the process never outlives the limit; a later, different wish is to hurry. */
const stopOnSignal = (scope: Scope): void => {
  let askedAt: number | undefined;
  const stop = (): void => {
    // A terminal's Ctrl-C arrives twice, once from the terminal and once forwarded by npm: that is one wish.
    if (askedAt !== undefined) return Date.now() - askedAt > 1000 ? process.exit(1) : undefined;
    askedAt = Date.now();
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void scope.close().then(() => process.exit());
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
};

const start = async (config: Config): Promise<void> => {
  const log = createLog(config.logLevel);
  for (const note of config.notes) log.warn(note);
  const scope = openScope((name, err) => log.error({ err, name }, 'Closing failed'));
  stopOnSignal(scope);
  try {
    const folder = openDataFolder(config.dataDir);
    scope.defer('data folder', folder.close);
    for (const line of missingMedia(config)) complain(line);
    const ffmpeg = await findFfmpeg({
      configured: config.ffmpeg,
      searchPath: process.env['PATH'] ?? '',
      memory: `${config.dataDir}/ffmpeg.json`,
    });
    if (ffmpeg.kind === 'missing') complain(explainMissing(ffmpeg));
    const app = createApp({ config, clock: systemClock, log, scope, home, folder, ffmpeg: ffmpeg.ffmpeg });
    if (config.owner) await app.accounts.entrance.ensureOwner(config.owner);
    const server = createAdaptorServer({ fetch: app.fetch });
    const at = await listen(server, config);
    scope.defer('http', () => closeServer(server));
    const host = at.family === 'IPv6' ? `[${at.address}]` : at.address;
    const address = `http://${host}:${at.port}`;
    say(`listening on ${address}`);
    app.intake.begin();
    const code = app.accounts.setup.code();
    // A wildcard is an address to listen on, not one to open.
    const toOpen = /^(0\.0\.0\.0|::)$/.test(at.address) ? `http://localhost:${at.port}` : address;
    // The code stands in the fragment, which no browser sends and no log of a proxy holds.
    if (code) say(`set up your server: ${config.baseUrl ?? toOpen}/setup#code=${code}`);
  } catch (error) {
    await scope.close();
    throw error;
  }
};

try {
  const args = readArguments(process.argv.slice(2));
  if (args.kind === 'help') say(helpText());
  else if (args.kind === 'version') say(JSON.parse(readFileSync(`${home}package.json`, 'utf8')).version);
  else await start(readConfig({ env: process.env, cwd: process.cwd(), given: args.given }));
} catch (error) {
  complain(startFailure(error));
  process.exit(1);
}
