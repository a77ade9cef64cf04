/** The installed Firefox, headless, over WebDriver BiDi (w3c.github.io/webdriver-bidi): as much of it as the deck's laboratory asks for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LabBrowser, LabPage } from './lab.ts';

const PLACES = [process.env['EVENSONG_FIREFOX'], '/usr/bin/firefox-esr', '/usr/bin/firefox'];

export const findFirefox = (): string | undefined => PLACES.find((path) => path && existsSync(path));

/** Sound without a click, and no word to anybody but this test. */
const PREFERENCES = {
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.block-webaudio': false,
  // Its own stand-in for a sound card: without one nothing is heard, not even by a tap.
  'media.cubeb.force_mock_context': true,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
};

const START_MS = 60_000;
const END_MS = 5000;

/** The address it listens on, as it prints it. */
const addressOf = async (child: ChildProcess): Promise<string> => {
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
  try {
    for await (const line of createInterface({ input: child.stderr! })) {
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line)?.[1];
      if (address) return address;
    }
  } finally {
    clearTimeout(late);
    child.stderr!.resume();
  }
  throw new Error('Firefox ended before it listened.');
};

type Command = (method: string, params: object) => Promise<Record<string, unknown>>;
type Answer = { id?: number; type: string; result: Record<string, unknown>; error?: string; message?: string };

const connect = async (address: string): Promise<Command> => {
  const socket = new WebSocket(`${address}/session`);
  const waiting = new Map<number, { resolve: (it: Record<string, unknown>) => void; reject: (error: Error) => void }>();
  const endAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, error, message } = JSON.parse(String(data)) as Answer;
    const it = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !it) return;
    waiting.delete(id);
    if (type === 'success') it.resolve(result);
    else it.reject(new Error(`${error}: ${message}`));
  });
  socket.addEventListener('close', () => endAll(new Error('Firefox is gone.')));
  await new Promise((ready, failed) => {
    socket.addEventListener('open', ready, { once: true });
    socket.addEventListener('error', () => failed(new Error('Firefox does not answer.')), { once: true });
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
};

type Evaluated = { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };

const openPage = async (command: Command): Promise<LabPage> => {
  const { context } = await command('browsingContext.create', { type: 'tab' });
  return {
    goto: (url) => command('browsingContext.navigate', { context, url, wait: 'complete' }),
    evaluate: async (script) => {
      // As text: values come back as a description of themselves else.
      const expression = `Promise.resolve(${script}).then((value) => JSON.stringify(value ?? null))`;
      const asked = { expression, target: { context }, awaitPromise: true };
      const { type, result, exceptionDetails } = (await command('script.evaluate', asked)) as Evaluated;
      if (type !== 'success') throw new Error(exceptionDetails?.text);
      return JSON.parse(result?.value ?? 'null') as unknown;
    },
    close: () => command('browsingContext.close', { context }),
  };
};

export const openFirefox = async (executablePath: string): Promise<LabBrowser> => {
  const profile = mkdtempSync(join(tmpdir(), 'evensong-firefox-'));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const child = spawn(executablePath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(late);
    rmSync(profile, { recursive: true, force: true });
  };
  try {
    const command = await connect(await addressOf(child));
    await command('session.new', { capabilities: {} });
    return {
      newPage: () => openPage(command),
      close: async () => {
        await command('browser.close', {});
        await close();
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    await close();
    throw error;
  }
};
