import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { createApp, type App } from '../app.ts';
import { readConfig } from '../config/index.ts';
import { openDataFolder } from '../db/index.ts';
import { findFfmpeg } from '../ffmpeg/index.ts';
import { openScope, silentLog, systemClock, type Clock, type Log } from '../kit/index.ts';
import { createBrowser, OWNER, type Browser } from './accounts-house.ts';

const testFfmpegPath = process.env['EVENSONG_FFMPEG'];
const project = fileURLToPath(new URL('../..', import.meta.url));

export const MEMBER = { name: 'Olaf', password: 'quite another three words' };

export type WholeHouse = {
  app: App;
  /** An empty folder that the house takes for its music. */
  media: string;
  browser: () => Browser;
  /** Signed in. */
  owner: Browser;
  member: Browser;
  close: () => Promise<void>;
};

/** The assets as the build makes them; tests may run where nothing was built. */
const makeHome = (folder: string): string => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.build'), { recursive: true });
  for (const name of ['migrations', 'package.json', 'node_modules']) symlinkSync(join(project, name), join(home, name));
  execFileSync(process.execPath, [join(project, 'web/assets/build.mjs'), join(home, '.build/assets')], {
    cwd: project,
  });
  return home;
};

/**
 * The real house, with everything mounted, in a folder of its own; an owner and a member are signed in. Without ffmpeg
 * no lengths are measured.
 */
export const openWholeHouse = async (
  env: Record<string, string> = {},
  media?: string,
  has: { ffmpeg?: boolean; clock?: Clock; log?: Log } = {},
): Promise<WholeHouse> => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-house-'));
  const place = media ?? join(folder, 'media');
  for (const path of [place, join(folder, 'data')]) mkdirSync(path, { recursive: true });
  const scope = openScope(() => undefined);
  const config = readConfig({
    env: { EVENSONG_DATA: join(folder, 'data'), EVENSONG_MEDIA: place, ...env },
    cwd: folder,
  });
  const data = openDataFolder(config.dataDir);
  scope.defer('data folder', data.close);
  const found = await findFfmpeg({ configured: testFfmpegPath, searchPath: process.env['PATH'] ?? '' });
  const ffmpeg = has.ffmpeg === false ? undefined : found.ffmpeg;
  const { clock = systemClock, log = silentLog } = has;
  const home = makeHome(folder);
  const app = createApp({ config, clock, log, scope, home, folder: data, ffmpeg });
  await app.accounts.entrance.ensureOwner(OWNER);
  await app.accounts.household.add({ ...MEMBER, role: 'listener' });
  const inside = {
    request: (path: string, init: RequestInit, bindings: object) =>
      app.fetch(new Request(`http://home.test${path}`, init), bindings),
  };
  const browser = () => createBrowser(inside as unknown as Hono);
  const signedIn = async (who: { name: string; password: string }): Promise<Browser> => {
    const it = browser();
    const answer = await it.ask('/api/v1/session', { method: 'POST', body: who });
    if (answer.status !== 201) throw new Error(`${who.name} could not sign in: ${answer.status}`);
    return it;
  };
  return {
    app,
    media: place,
    browser,
    owner: await signedIn(OWNER),
    member: await signedIn(MEMBER),
    close: async () => {
      await scope.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
