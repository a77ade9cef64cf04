import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { buildServer, project, scratchFolder, startServer, type Child } from './testing/child-server.ts';
import { deep } from './testing/depth.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
let scratch: ReturnType<typeof scratchFolder>;
const children: Child[] = [];
const unmount: string[] = [];

beforeAll(buildServer);
beforeEach(() => {
  scratch = scratchFolder('start');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.ended;
  }
  for (const path of unmount.splice(0)) spawnSync('umount', [path]);
  scratch.remove();
});

const data = () => join(scratch.path, 'data');
const start = (options: Parameters<typeof startServer>[0] = {}): Child => {
  const media = join(scratch.path, 'media');
  mkdirSync(media, { recursive: true });
  const child = startServer({ ...options, env: { EVENSONG_DATA: data(), EVENSONG_MEDIA: media, ...options.env } });
  children.push(child);
  return child;
};

/** Starts, expects it to give up, and answers the one sentence it left on standard error. */
const refusal = async (options: Parameters<typeof startServer>[0]): Promise<string> => {
  const child = start(options);
  expect(await child.ended).toEqual({ code: 1, signal: null });
  const { out, err } = child.printed();
  expect(out).toBe('');
  expect(err.trim().split('\n')).toHaveLength(1);
  return err;
};

type Mounted = { path: string; program?: string[] };

/** A small disk of its own, as root here, else in a namespace that the server is started in (and `before` is run in). */
const mount = (context: TestContext, options: string, before = 'true'): Mounted => {
  const path = join(scratch.path, 'mount');
  mkdirSync(path, { recursive: true });
  const make = `mount -t tmpfs -o ${options} tmpfs ${path} && ${before}`;
  if (isRoot && spawnSync('sh', ['-c', make]).status === 0) {
    unmount.push(path);
    return { path };
  }
  const inside = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];
  if (spawnSync(String(inside[0]), [...inside.slice(1), make]).status !== 0)
    context.skip('needs root or a user namespace, to mount a small disk');
  return { path, program: [...inside, `${make} && exec "$@"`, 'sh', process.execPath, '.build/server/main.js'] };
};
const on = ({ path, program }: Mounted, folder = '') => ({
  ...(program ? { program } : {}),
  env: { EVENSONG_DATA: join(path, folder) },
});

const stop = async (child: Child): Promise<void> => {
  child.process.kill('SIGTERM');
  expect(await child.ended).toEqual({ code: 0, signal: null });
};

describe('a good start', () => {
  test('is ready soon (the check: within 5 s), says where, and TERM ends it with code 0', async () => {
    const startedAt = Date.now();
    const child = start();
    const at = await child.ready;
    // A shared machine may take longer: the limit is the check's.
    if (deep) expect(Date.now() - startedAt).toBeLessThan(5000);
    expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const ready = await fetch(`${at}/health/ready`);
    expect(ready.status).toBe(200);
    await stop(child);
  });

  test('a listener to the event stream does not hold up the stop', async () => {
    const child = start();
    const at = await child.ready;
    const stream = fetch(`${at}/api/v1/events`).catch(() => undefined);
    await stream;
    const askedAt = Date.now();
    await stop(child);
    expect(Date.now() - askedAt).toBeLessThan(9000);
  });

  test('--help and --version answer and start nothing', async () => {
    for (const flag of ['--help', '--version']) {
      const child = start({ args: [flag] });
      expect((await child.ended).code).toBe(0);
      expect(child.printed().out).toMatch(/--media DIR|^\d+\.\d+\.\d+\n$/);
    }
    expect(existsSync(data())).toBe(false);
  });
});

describe('what a person can get wrong', () => {
  test('a misspelt flag or variable is refused with the nearest name', async () => {
    expect(await refusal({ args: ['--meda', '/x'] })).toContain('did you mean --media?');
    expect(await refusal({ env: { EVENSONG_MEDIAS: '/x' } })).toContain('did you mean EVENSONG_MEDIA?');
  });

  test('a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const sentence = await refusal({ args: ['--port', String(port)] });
    other.close();
    expect(sentence).toContain(`Port ${port}`);
    expect(sentence).toContain('--port N');
  });

  test('a second server on the same data folder', async () => {
    await start().ready;
    expect(await refusal({})).toContain('Another Evensong is running on this data folder.');
  });

  test('a media folder that does not exist: it starts, says so in one sentence, and takes it up when it is there', async () => {
    const nowhere = join(scratch.path, 'nowhere');
    const child = start({ args: ['--media', nowhere] });
    await child.ready;
    expect(child.printed().err.trim()).toMatch(/nowhere does not exist: it is shown as missing\. .*next scan\.$/);
    const stateOf = (): unknown => {
      const db = new Database(join(data(), 'evensong.db'), { readonly: true });
      const state = db.prepare('SELECT state FROM root WHERE path = ?').pluck().get(Buffer.from(nowhere));
      db.close();
      return state;
    };
    await expect.poll(stateOf, { timeout: 10_000 }).toBe('missing');
    await stop(child);
    mkdirSync(nowhere);
    const again = start({ args: ['--media', nowhere] });
    await again.ready;
    expect(again.printed().err).toBe('');
    await expect.poll(stateOf, { timeout: 10_000 }).not.toBe('missing');
    await stop(again);
  });

  test('a media folder that cannot be read: it starts, and says so', async (context) => {
    const closed = join(scratch.path, 'closed');
    mkdirSync(closed, { mode: isRoot ? 0o700 : 0 });
    mkdirSync(data());
    // Root may read everything: then somebody else has to try.
    if (isRoot) chownSync(data(), NOBODY, NOBODY);
    chmodSync(scratch.path, 0o755);
    const child = start({ args: ['--media', closed], ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) });
    const at = await child.ready.catch((error: Error) => error);
    // Else an ordinary user could not take it away again.
    chmodSync(closed, 0o700);
    // A clone in root's home cannot be read by others at all: then there is nothing to start.
    if (at instanceof Error && /EACCES|MODULE_NOT_FOUND/.test(at.message))
      context.skip('this clone is not readable for others');
    expect(child.printed().err).toContain('closed cannot be read: it is shown as missing');
  });

  test('no ffmpeg at all: it starts', async () => {
    const child = start({ env: { PATH: '/nowhere' } });
    const at = await child.ready;
    expect((await fetch(`${at}/health/ready`)).status).toBe(200);
    await stop(child);
  });
});

describe('the password command', () => {
  test('says what is amiss with a password, and gives the owner a good one', async () => {
    const owner = { EVENSONG_OWNER_NAME: 'Ada', EVENSONG_OWNER_PASSWORD: 'three small words' };
    const at = await start({ env: owner }).ready;
    const give = (input: string) =>
      spawnSync(process.execPath, ['.build/server/cli.js', 'password', '--data', data()], {
        cwd: project,
        encoding: 'utf8',
        input,
      });
    expect(give('short\n')).toMatchObject({ status: 1, stderr: expect.stringContaining('fewer than 10 characters') });
    expect(give('quite another three words\n').stdout).toContain('Ada (owner) has a new password');
    const body = JSON.stringify({ name: 'Ada', password: 'quite another three words' });
    const headers = { 'content-type': 'application/json', origin: at };
    expect((await fetch(`${at}/api/v1/session`, { method: 'POST', headers, body })).status).toBe(201);
  });
});

describe('a data folder', () => {
  test('on a read-only disk', async (context) => {
    expect(await refusal(on(mount(context, 'ro,size=1m'), 'data'))).toContain('read-only disk');
  });

  test('of somebody else', async (context) => {
    mkdirSync(data(), { mode: isRoot ? 0o755 : 0o555 });
    chmodSync(scratch.path, 0o755);
    const child = start(isRoot ? { uid: NOBODY, gid: NOBODY } : {});
    expect((await child.ended).code).toBe(1);
    if (/MODULE_NOT_FOUND|EACCES.*open/.test(child.printed().err))
      context.skip('this clone is not readable for others');
    expect(child.printed().err).toContain('this user may not write there');
  });

  test('on a full disk', async (context) => {
    const filler = `head -c 40960 /dev/zero > ${join(scratch.path, 'mount', 'filler')}`;
    expect(await refusal(on(mount(context, 'size=64k', filler)))).toMatch(/disk is full/);
  });

  test('of a newer version is refused and left as it was', async () => {
    await start().ready.then(() => stop(children[0] as Child));
    const file = join(data(), 'evensong.db');
    const db = new Database(file);
    db.exec(`INSERT INTO migration(number, name, sha256, applied_at) VALUES (9999, '9999_future.sql', '', 1)`);
    db.close();
    const before = readFileSync(file);
    expect(await refusal({})).toContain('newer version of Evensong. It knows 9999_future.sql.');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('with a damaged database says how to restore, and the command it names brings everything back', async () => {
    await start().ready.then(() => stop(children[0] as Child));
    const cli = (...args: string[]) =>
      spawnSync(process.execPath, ['.build/server/cli.js', ...args], { cwd: project, encoding: 'utf8' });
    const made = cli('backup', '--data', data());
    expect(made.stderr).toBe('');
    expect(made.status).toBe(0);
    const file = join(data(), 'evensong.db');
    writeFileSync(file, Buffer.alloc(8192, 7));
    const sentence = await refusal({});
    expect(sentence).toContain('The database is damaged.');
    const command = /npm run evensong -- (restore --data \S+)/.exec(sentence)?.[1]?.split(' ') ?? [];
    expect(cli(...command).status).toBe(0);
    await stop(await start().ready.then(() => children.at(-1) as Child));
  });
});
