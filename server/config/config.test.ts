import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helpText, optionsTable, readArguments, readConfig } from './index.ts';

const read = (env: Record<string, string>, args: string[] = []) => {
  const parsed = readArguments(args);
  if (parsed.kind !== 'start') throw new Error(parsed.kind);
  return readConfig({ env, cwd: '/home/evensong', given: parsed.given });
};

describe('what is chosen', () => {
  test('nothing chosen gives the defaults, and says that nobody chose the folders', () => {
    expect(read({ PATH: '/bin' })).toMatchObject({
      port: 4747,
      host: '127.0.0.1',
      media: ['/home/evensong/media'],
      mediaChosen: false,
      dataDir: '/home/evensong/.data',
      baseUrl: undefined,
      trustedProxies: [],
      cacheGb: 10,
      logLevel: 'info',
      owner: undefined,
      notes: [],
    });
  });

  test('folders come from the environment by colons or from repeated flags, each once', () => {
    expect(read({ EVENSONG_MEDIA: '/a:b:/a' }).media).toEqual(['/a', '/home/evensong/b']);
    expect(read({ EVENSONG_MEDIA: '/a' }, ['--media', '/b', '--media=/c']).media).toEqual(['/b', '/c']);
    expect(read({}, ['--media', '/b']).mediaChosen).toBe(true);
  });

  test('a flag goes before the environment', () => {
    expect(read({ EVENSONG_PORT: '1', EVENSONG_HOST: '::1' }, ['--port', '0', '--host', '0.0.0.0'])).toMatchObject({
      port: 0,
      host: '0.0.0.0',
    });
  });

  test('empty text counts as not given', () => {
    expect(read({ EVENSONG_PORT: '', EVENSONG_MEDIA: '' })).toMatchObject({ port: 4747, mediaChosen: false });
  });

  test('the Config cannot be changed afterwards', () => {
    const config = read({});
    expect(Object.isFrozen(config) && Object.isFrozen(config.media)).toBe(true);
  });
});

describe('what is refused', () => {
  test.each([
    [{ EVENSONG_PROT: '1' }, 'EVENSONG_PROT is not known; did you mean EVENSONG_PORT?'],
    [{ EVENSONG_PORT: '70000' }, '--port (EVENSONG_PORT) must be a whole number from 0 to 65535, not "70000".'],
    [{ EVENSONG_PORT: '0x10' }, 'whole number'],
    [{ EVENSONG_CACHE_GB: 'lots' }, 'EVENSONG_CACHE_GB must be a number of gigabytes'],
    [{ EVENSONG_LOG_LEVEL: 'loud' }, 'EVENSONG_LOG_LEVEL must be one of fatal, error'],
    [{ EVENSONG_BASE_URL: 'https://example.org/music' }, 'without a path'],
    [{ EVENSONG_BASE_URL: 'music.example.org' }, 'without a path'],
    [{ EVENSONG_TRUSTED_PROXIES: '10.0.0.0/33' }, 'addresses or networks'],
    [{ EVENSONG_OWNER_NAME: 'ada' }, 'EVENSONG_OWNER_NAME needs EVENSONG_OWNER_PASSWORD'],
  ])('%o', (env, sentence) => {
    expect(() => read(env as Record<string, string>)).toThrow(sentence);
  });

  test.each([
    [['--meda', '/x'], '"--meda" is not known; did you mean --media?'],
    [['/music'], '"/music" is not known'],
    [['--port'], '--port needs a value: --port N'],
    [['--port', '1', '--port', '2'], '--port is given twice'],
  ])('%o', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});

describe('what Kubernetes injects', () => {
  test('is passed over with a note, whatever the service is called', () => {
    const config = read({
      EVENSONG_PORT: 'tcp://10.0.0.1:4747',
      EVENSONG_SERVICE_HOST: '10.0.0.1',
      EVENSONG_SERVICE_PORT_HTTP: '4747',
      EVENSONG_PORT_4747_TCP_ADDR: '10.0.0.1',
      EVENSONG_WEB_SERVICE_PORT: '80',
    });
    expect(config.port).toBe(4747);
    expect(config.notes).toHaveLength(5);
  });
});

test('where Meilisearch is: an address without a secret in it, and its key beside it', () => {
  const config = read({ EVENSONG_MEILI_URL: 'http://search:7700/below', EVENSONG_MEILI_KEY: 'k' });
  expect(config.meili).toEqual({ url: 'http://search:7700/below', key: 'k', bin: undefined });
  expect(read({ EVENSONG_MEILI_URL: '' }).meili.url).toBeUndefined();
  for (const wrong of ['search:7700', 'http://user:key@search:7700', 'http://search?key=k'])
    expect(() => read({ EVENSONG_MEILI_URL: wrong })).toThrow();
});

describe('the first owner', () => {
  test('has a password from a file, without its line end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'evensong-config-'));
    const file = join(folder, 'secret');
    writeFileSync(file, 'long and plain \n');
    const config = read({ EVENSONG_OWNER_NAME: 'ada', EVENSONG_OWNER_PASSWORD_FILE: file });
    rmSync(folder, { recursive: true });
    expect(config.owner).toEqual({ name: 'ada', password: 'long and plain ' });
  });

  test('is not made from a file that is gone, and the start goes on', () => {
    const config = read({ EVENSONG_OWNER_NAME: 'ada', EVENSONG_OWNER_PASSWORD_FILE: '/nowhere/secret' });
    expect(config.owner).toBeUndefined();
    expect(config.notes[0]).toContain('EVENSONG_OWNER_PASSWORD_FILE');
  });
});

test('help and table speak of the same options', () => {
  const names = optionsTable().match(/EVENSONG_\w+/g);
  expect(names?.every((name) => helpText().includes(name))).toBe(true);
  expect(readArguments(['--help'])).toEqual({ kind: 'help' });
  expect(readArguments(['--version'])).toEqual({ kind: 'version' });
});
