/** The installed Chromium, headless, allowed to play without a click. Undefined where there is none: tests then say so. */
import { existsSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  process.env['EVENSONG_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export const findChromium = (): string | undefined => PLACES.find((path) => path && existsSync(path));

// The path of a socket has room for 107 bytes, and Chromium makes one among its temporary files (some 50 of them are its
// own): in a clone that lies deep the same folder is named by a shorter way.
const temporaryFolder = (): string => {
  const path = tmpdir();
  if (path.length < 55 || process.platform !== 'linux') return path;
  return `/proc/${process.pid}/fd/${openSync(path, 'r')}`;
};

export async function openBrowser(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  const quiet = ['--autoplay-policy=no-user-gesture-required', '--disable-dev-shm-usage', '--mute-audio'];
  const env = { ...process.env, TMPDIR: temporaryFolder() };
  return chromium.launch({ executablePath, args: [...quiet, ...args], chromiumSandbox: false, env });
}
