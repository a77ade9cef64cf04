import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from '../testing/accounts-house.ts';
import { makeNoise } from '../testing/audio.ts';
import { openWholeHouse, type WholeHouse } from '../testing/whole-house.ts';
import { gauge, registryOf } from './families.ts';

type Series = { labels: Record<string, string>; value: number };
type Parsed = Map<string, { kind: string; series: Series[] }>;

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/y;

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '') throw new Error(`no label list: ${text}`);
    labels[name] = value;
    if (text[LABEL.lastIndex] === ',') LABEL.lastIndex++;
  }
  return labels;
};

/** Strict about what Prometheus is strict about: type before samples, once per family; each series once; numbers. */
const parse = (text: string): Parsed => {
  const families: Parsed = new Map();
  const seen = new Set<string>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n').filter(Boolean)) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line) ?? [];
    if (what === 'HELP') continue;
    if (what === 'TYPE') {
      expect(families.has(name), `${name} once`).toBe(false);
      families.set(name, { kind: rest, series: [] });
      continue;
    }
    const [, metric = '', labels = '', value = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const family = families.get(metric) ?? families.get(metric.replace(/_(bucket|sum|count)$/, ''));
    expect(family, line).toBeDefined();
    expect(seen.has(`${metric}{${labels}}`), `${line} once`).toBe(false);
    seen.add(`${metric}{${labels}}`);
    const number = value === '+Inf' ? Infinity : Number(value);
    expect(Number.isNaN(number), line).toBe(false);
    family!.series.push({
      labels: { ...labelsOf(labels), ...(metric.endsWith('_count') && { is: 'count' }) },
      value: number,
    });
  }
  return families;
};

const valueOf = (parsed: Parsed, name: string, labels: Record<string, string> = {}): number | undefined =>
  parsed.get(name)?.series.find((it) => Object.entries(labels).every(([key, value]) => it.labels[key] === value))
    ?.value;

test('what stands in labels is escaped, and reads back', async () => {
  const odd = 'a "b" \\ c\nd';
  const text = await registryOf([gauge('x', 'Some\nhelp', [{ labels: { of: odd }, value: 1.5 }])]).metrics();
  expect(text).toContain('x{of="a \\"b\\" \\\\ c\\nd"} 1.5\n');
  expect(parse(text).get('x')!.series).toHaveLength(1);
});

describe('the numbers of a house', () => {
  let media = '';
  let house: WholeHouse;
  let track = '';

  beforeAll(async () => {
    media = mkdtempSync(join(tmpdir(), 'metrics-'));
    mkdirSync(join(media, 'a'));
    const tags = ['-metadata', 'title=Secret Song', '-metadata', 'album=Hidden', '-metadata', 'artist=Ida'];
    const sound = await makeNoise({ seconds: 20, seed: 90, as: ['-c:a', 'flac', ...tags], extension: 'flac' });
    copyFileSync(sound, join(media, 'a', '1.flac'));
    utimesSync(join(media, 'a', '1.flac'), new Date(1.6e12), new Date(1.6e12));
    house = await openWholeHouse({}, media);
    house.app.intake.begin();
    await house.app.intake.scan.idle();
    const { items } = (await (await house.owner.ask('/api/v1/tracks')).json()) as { items: { id: string }[] };
    track = items[0]!.id;
  }, 60_000);
  afterAll(async () => {
    await house.close();
    rmSync(media, { recursive: true, force: true });
  });

  const read = async (who: Browser = house.owner): Promise<Parsed> => parse(await (await who.ask('/metrics')).text());
  const withToken = async (scopes: string[]): Promise<number> => {
    const answer = await house.owner.ask('/api/v1/tokens', { method: 'POST', body: { name: 'watch', scopes } });
    const { token } = (await answer.json()) as { token: string };
    return (await house.browser().ask('/metrics', { headers: { authorization: `Bearer ${token}` }, from: '' })).status;
  };

  test('are for a token that may read them, or an administrator', async () => {
    expect(await withToken(['metrics'])).toBe(200);
    expect(await withToken(['admin'])).toBe(200);
    expect(await withToken(['read', 'write', 'playback'])).toBe(403);
    expect((await house.browser().ask('/metrics')).status).toBe(401);
    expect((await house.member.ask('/metrics')).status).toBe(403);
    const answer = await house.owner.ask('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('count what was asked for, by route and status', async () => {
    const of = (parsed: Parsed, route: string, status: string): number =>
      valueOf(parsed, 'evensong_http_requests_total', { route, method: 'GET', status }) ?? 0;
    const before = await read();
    for (let i = 0; i < 3; i++) await house.owner.ask(`/api/v1/tracks/${track}`);
    await house.owner.ask('/api/v1/tracks/trk_zzzz');
    await house.owner.ask(`/no/such/${track}`);
    await house.owner.ask('/api/v1/tracks?nonsense=1');
    await house.owner.ask(`/api/v1/tracks/${track}`, { method: 'PROPFIND' });
    const after = await read();
    expect(of(after, '/api/v1/tracks/:id', '200') - of(before, '/api/v1/tracks/:id', '200')).toBe(3);
    expect(of(after, '/api/v1/tracks/:id', '404') - of(before, '/api/v1/tracks/:id', '404')).toBe(1);
    expect(of(after, 'none', '404') - of(before, 'none', '404')).toBe(1);
    expect(of(after, '/api/v1/tracks', '422') - of(before, '/api/v1/tracks', '422')).toBe(1);
    const methods = after.get('evensong_http_requests_total')!.series.map(({ labels }) => labels['method']);
    expect(methods).toContain('other');
    expect(methods).not.toContain('PROPFIND');
  });

  test('count segments, runs and how long somebody waited', async () => {
    const body = { trackId: track, can: { codecs: ['aac'], hls: true }, prefer: { mode: 'hls' } };
    const answer = await house.owner.ask('/api/v1/playback', { method: 'POST', body });
    const { grid } = (await answer.json()) as { grid: { rates: { variant: string; base: string }[] } };
    const { variant, base } = grid.rates[0]!;
    const before = await read();
    for (let i = 0; i < 2; i++) expect((await house.owner.ask(`${base}/0.m4s`)).status).toBe(200);
    const after = await read();
    const grown = (name: string, labels: Record<string, string> = {}): number =>
      (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0);
    expect(grown('evensong_hls_segments_total', { cache: 'miss' })).toBe(1);
    expect(grown('evensong_hls_segments_total', { cache: 'hit' })).toBe(1);
    expect(grown('evensong_hls_spawns_total')).toBe(1);
    expect(grown('evensong_hls_first_segment_seconds', { variant, is: 'count' })).toBe(1);
    expect(grown('evensong_hls_cache_bytes')).toBeGreaterThan(50_000);
    await expect.poll(async () => valueOf(await read(), 'evensong_hls_runs_total', { end: 'done' })).toBe(1);
  });

  test('tell of the scan, the jobs, the disk and the loop', async () => {
    const parsed = await read();
    expect(valueOf(parsed, 'evensong_scan_last_files', { what: 'added' })).toBe(1);
    expect(valueOf(parsed, 'evensong_scan_running')).toBe(0);
    expect(valueOf(parsed, 'evensong_job_running', { job: 'backup' })).toBe(0);
    expect(valueOf(parsed, 'evensong_database_bytes')).toBeGreaterThan(10_000);
    expect(valueOf(parsed, 'evensong_ffmpeg_queue_length')).toBe(0);
    expect(valueOf(parsed, 'nodejs_eventloop_lag_p99_seconds')).toBeLessThan(5);
    expect(valueOf(parsed, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  });

  test('name nobody and nothing of the house', async () => {
    await house.owner.ask(`/api/v1/search?q=Secret`);
    await house.owner.ask(`/api/v1/albums/${track}?Hidden`);
    const text = await (await house.owner.ask('/metrics')).text();
    expect(text).not.toMatch(/Secret|Hidden|Ida|Ada|Olaf|(trk|alb|usr|tok)_[0-9a-z]/);
    expect(text).not.toContain(media);
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(series.length).toBeLessThan(400);
  });
});
