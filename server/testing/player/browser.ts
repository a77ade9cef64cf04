/** The installed Chromium, headless, allowed to play without a click. Undefined where there is none: tests then say so. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  process.env['EVENSONG_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export const findChromium = (): string | undefined => PLACES.find((path) => path && existsSync(path));

export async function openBrowser(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  const quiet = ['--autoplay-policy=no-user-gesture-required', '--disable-dev-shm-usage', '--mute-audio'];
  return chromium.launch({ executablePath, args: [...quiet, ...args], chromiumSandbox: false });
}
