import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { project, scratchFolder } from './child-server.ts';

let scratch: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  scratch = scratchFolder('npm');
});
afterEach(() => scratch.remove());

const answers = async (address: string): Promise<boolean> =>
  fetch(`${address}/health/live`).then(
    () => true,
    () => false,
  );

test('TERM to `npm start` ends the server too, within 10 s', async (context) => {
  // Without the set-up's stamp npm start would set this clone up anew, under the tests that run in it.
  if (!existsSync(join(project, 'node_modules/.evensong-stamp.json'))) context.skip('this clone was not set up by npm');
  const env = {
    ...process.env,
    EVENSONG_DATA: join(scratch.path, 'data'),
    EVENSONG_MEDIA: scratch.path,
    EVENSONG_PORT: '0',
  };
  const npm = spawn('npm', ['start'], { cwd: project, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    npm.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
      const at = /listening on (http:\S+)/.exec(printed)?.[1];
      if (at) resolve(at);
    });
    npm.once('close', () => reject(new Error(printed)));
  });
  expect(await answers(address)).toBe(true);
  // Its output closes when the last of them is gone: npm, the shell, the bootstrap and the server. (A port may soon be another's.)
  const allGone = new Promise<boolean>((resolve) => {
    npm.once('close', () => resolve(true));
    setTimeout(() => resolve(false), 10_000).unref();
  });
  npm.kill('SIGTERM');
  expect(await allGone).toBe(true);
}, 60_000);
