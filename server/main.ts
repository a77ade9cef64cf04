import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createApp } from './app.ts';
import { explainMissing, findFfmpeg } from './ffmpeg/index.ts';
import { helpText, readArguments, readConfig, type Config } from './config/index.ts';
import { openDataFolder } from './db/index.ts';
import { createLog, openScope, systemClock } from './kit/index.ts';
import { listen } from './listen.ts';
import { missingMedia, startFailure } from './start-failure.ts';
import { stopOnSignal } from './stop-signals.ts';

// The built code lies one folder deeper; migrations and built assets are found from the project's own folder.
const home = fileURLToPath(new URL(import.meta.url.includes('/.build/') ? '../../' : '../', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`evensong: ${line}\n`);

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
    const { address, toOpen } = await listen(app, { config, scope });
    say(`listening on ${address}`);
    app.intake.begin();
    const code = app.accounts.setup.code();
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
