import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/*
 * Who may know whom, as data. A row may import the front doors of the rooms it names; anything else fails here.
 * Text is matched, not types: a type import is knowledge too.
 */
const base = ['kit', 'db', 'events', 'http', 'web'];
const everyRoom = ['accounts', 'library', 'scan', 'analysis', 'streaming', 'search', 'playlists', 'listening', 'mixes'];
const MAY_KNOW: Record<string, readonly string[]> = {
  kit: [],
  config: ['kit'],
  db: ['kit'],
  events: ['kit', 'db'],
  jobs: ['kit', 'db', 'http'],
  http: ['kit', 'db', 'web'],
  ffmpeg: ['kit'],
  demo: ['kit', 'ffmpeg'],
  accounts: base,
  library: base,
  podcasts: base,
  scan: [...base, 'ffmpeg', 'library'],
  analysis: [...base, 'ffmpeg', 'library'],
  streaming: [...base, 'ffmpeg', 'library'],
  search: [...base, 'library'],
  playlists: [...base, 'library'],
  listening: [...base, 'library'],
  metrics: base,
  downloads: [...base, 'ffmpeg', 'library', 'playlists', 'streaming'],
  mixes: [...base, 'library', 'listening', 'playlists', 'analysis'],
  subsonic: [...base, ...everyRoom, 'podcasts'],
  'plugin-host': base,
  admin: [...base, 'accounts', 'library', 'scan', 'jobs', 'plugin-host'],
};
/** Each third-party library of the stack enters through one room. */
const ONE_DOOR: Record<string, readonly string[]> = {
  'better-sqlite3': ['db'],
  'music-metadata': ['scan'],
  strtok3: ['scan'],
  'fluent-ffmpeg': ['streaming'],
  meilisearch: ['search'],
  'node-cron': ['jobs'],
  lucia: ['accounts'],
  '@node-rs/argon2': ['accounts'],
  '@parcel/watcher': ['scan'],
  sharp: ['library', 'demo'],
};

const root = fileURLToPath(new URL('..', import.meta.url));
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.startsWith('server/testing/');
const files = globSync('{server,web}/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !isTest(file))
  .sort();

const importsOf = (text: string): string[] =>
  Array.from(
    text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|\n\s*import\s+['"]([^'"]+)['"]/g,
    ),
    (m) => String(m[1] ?? m[2] ?? m[3]),
  );

const roomOf = (file: string): string => {
  if (file.startsWith('web/')) return 'web';
  const [, room = '', ...rest] = file.split('/');
  return rest.length > 0 ? room : 'house';
};

/** What is wrong with one file's imports, as sentences. */
export const breaches = (file: string, text: string): string[] => {
  const room = roomOf(file);
  return importsOf(text).flatMap((target) => {
    if (!target.startsWith('.')) {
      const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : (target.split('/')[0] ?? '');
      const doors = ONE_DOOR[name];
      return doors && !doors.includes(room) && room !== 'house'
        ? [`${file}: ${name} enters through ${doors.join(', ')}`]
        : [];
    }
    const path = relative(root, resolve(root, dirname(file), target));
    const other = roomOf(path);
    if (other === room || room === 'house') return [];
    if (room === 'web') return [`${file}: web knows nobody, not ${path}`];
    if (other === 'house') return [`${file}: nobody knows ${path}`];
    if (!(MAY_KNOW[room] ?? []).includes(other)) return [`${file}: ${room} may not know ${other}`];
    // threads.ts is for what runs in a thread of its own, without the room's routes.
    const door = other === 'web' || ['index.ts', 'threads.ts'].some((name) => path === join('server', other, name));
    return door ? [] : [`${file}: ${other} is entered by its index.ts, not ${path}`];
  });
};

describe('the house', () => {
  test('every room is in the table', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== 'web' && room !== 'house'));
    expect([...rooms].filter((room) => !(room in MAY_KNOW))).toEqual([]);
  });
  test('imports obey the table', () => {
    expect(files.flatMap((file) => breaches(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
  test('a forbidden import is found, whatever its form', () => {
    expect(breaches('server/kit/x.ts', `import { a } from '../db/index.ts';`)).toHaveLength(1);
    expect(breaches('server/scan/x.ts', `import type { A } from '../library/store.ts';`)).toHaveLength(1);
    expect(breaches('server/scan/x.ts', `import type { A } from '../library/index.ts';`)).toEqual([]);
    expect(breaches('server/scan/x.ts', `export { a } from '../accounts/index.ts';`)).toHaveLength(1);
    expect(breaches('server/scan/x.ts', `const a = await import('../streaming/index.ts');`)).toHaveLength(1);
    expect(breaches('web/x.tsx', `import type { A } from '../server/library/index.ts';`)).toHaveLength(1);
    expect(breaches('server/search/x.ts', `import Database from 'better-sqlite3';`)).toHaveLength(1);
  });
  test('a thread that starts for each scan or each index reads in no routes, schemas or picture codecs', () => {
    const seen = new Set<string>();
    const follow = (file: string, found: string[] = []): string[] => {
      if (seen.has(file)) return found;
      seen.add(file);
      const code = readFileSync(join(root, file), 'utf8').replace(/^(import|export) type [^;]*;/gm, '');
      for (const target of importsOf(code)) {
        if (target.startsWith('.')) follow(relative(root, resolve(root, dirname(file), target)), found);
        else if (/^(hono|@hono|zod|sharp|drizzle-orm)/.test(target)) found.push(`${file}: ${target}`);
      }
      return found;
    };
    const threads = files.filter((file) => /^server\/(scan|search)\/.*\.worker\.ts$/.test(file));
    expect(threads.length).toBeGreaterThan(2);
    expect(threads.flatMap((file) => follow(file))).toEqual([]);
  });
  test('a room has a front door with a charter', () => {
    const rooms = new Set(
      files
        .filter((f) => f.startsWith('server/'))
        .map(roomOf)
        .filter((room) => room !== 'house'),
    );
    for (const room of rooms) {
      const text = readFileSync(join(root, 'server', room, 'index.ts'), 'utf8');
      expect(text.startsWith('/**'), `server/${room}/index.ts begins with its charter`).toBe(true);
    }
  });
  test('no file is longer than 400 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 401);
    expect(long).toEqual([]);
  });
});
