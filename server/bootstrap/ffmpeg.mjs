// ffmpeg: the one asked for, the system's (it is patched by somebody), ours, or none: then direct play still works.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runStep } from './children.mjs';
import { ffmpegPackages, platform } from './pins.mjs';
import { places } from './places.mjs';
import { failure, say, withProgress } from './say.mjs';
import { fetchProgram } from './tarball.mjs';

const DAY_MS = 24 * 60 * 60_000;
const pin = ffmpegPackages[platform];
const ours = pin && join(places.tools, `ffmpeg-${pin.version}-${platform}`);
const sorry = join(places.tools, 'ffmpeg-failed');

const canRun = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const onPath = () => {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.some((folder) => canRun(join(folder, name)));
};

/** `named`, `system`, `ours` (with its path) or `absent`; a failed fetch counts as absent for a day, so that starts stay quick. */
export const knownFfmpeg = () => {
  if (process.env.EVENSONG_FFMPEG) return { kind: 'named' };
  if (onPath()) return { kind: 'system' };
  if (ours && existsSync(join(ours, pin.file))) return { kind: 'ours', path: join(ours, pin.file) };
  if (!pin || failedLately()) return { kind: 'absent' };
  return undefined;
};

const failedLately = () => {
  try {
    return Date.now() - Number(readFileSync(sorry, 'utf8')) < DAY_MS;
  } catch {
    return false;
  }
};

export const fetchFfmpeg = async () => {
  try {
    const path = await withProgress(`fetching ffmpeg ${pin.version} into .tools/, once`, () =>
      fetchProgram(pin, ours, { fix: undefined, tries: 2 }),
    );
    const tried = await runStep(path, ['-version']);
    if (tried.code !== 0) throw failure('The fetched ffmpeg does not run on this system.');
    return { kind: 'ours', path };
  } catch (error) {
    say(error.message);
    mkdirSync(places.tools, { recursive: true });
    writeFileSync(sorry, String(Date.now()));
    return { kind: 'absent' };
  }
};

const installCommand = () => {
  if (process.platform === 'darwin') return 'brew install ffmpeg';
  if (process.platform === 'win32') return 'winget install ffmpeg';
  return 'sudo apt-get install ffmpeg';
};

export const sayAbsent = () =>
  say(
    `no ffmpeg: browsers get the original files only, without streaming (HLS) or exact lengths. Fix: ${installCommand()}, then start again`,
  );
