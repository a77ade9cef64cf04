/** Made-up people and machines for looking at settings and the owner's page. */
import type { ServerPageProps } from '../pages/server.tsx';
import type { SettingsPageProps } from '../pages/settings.tsx';
import { NOW_MS, scan } from './fixtures.ts';

export const settings = (n: number): SettingsPageProps => ({
  user: { name: n > 5 ? 'ليلى' : 'Marta', role: 'owner', administers: true },
  theme: 'system',
  playback: { mode: 'auto', maxKbps: null, levelling: 'auto', crossfadeSec: 3, maxCrossfadeSec: 12 },
  sessions: Array.from({ length: Math.max(1, Math.min(n, 8)) }, (_, at) => ({
    id: `ses_${at}`,
    device: at ? 'Firefox on Android, kitchen tablet' : 'Chromium on Linux',
    lastSeenAt: NOW_MS - at * 7_200_000,
    current: at === 0,
  })),
  tokens: Array.from({ length: Math.min(n, 8) }, (_, at) => ({
    id: `tok_${at}`,
    name: at ? `Script ${at}` : 'A very long name for a token that backs up every playlist of the house each Sunday',
    scopes: ['read', 'playback'],
    lastUsedAt: at ? NOW_MS - at * 86_400_000 : null,
  })),
  scopes: ['read', 'write', 'playback', 'metrics', 'admin'],
  fresh: n === 5 ? 'evs_9f8e7d6c5b4a3z2y1x0w9v8u7t6s5r4q3p2o1n0m' : undefined,
  notice: n === 5 ? 'Your password is changed. Other sessions are signed out, and tokens no longer work.' : undefined,
  passwordErrors: n === 5 ? { current: 'That is not your password.' } : undefined,
  nowMs: NOW_MS,
});

export const server = (n: number): ServerPageProps => ({
  mayMakeDemo: n === 0,
  checks: [
    { name: 'database', state: 'ok' },
    {
      name: 'ffmpeg',
      state: n ? 'ok' : 'bad',
      text: n ? '7.0, AAC and FLAC' : 'Not found. Install it, or set EVENSONG_FFMPEG.',
    },
    { name: 'disk', state: n === 5 ? 'warn' : 'ok', text: n === 5 ? '1.2 GB left on /data' : undefined },
  ],
  roots: [
    { id: 'roo_1', name: 'NAS', path: '/srv/music', state: 'ok', trackCount: 31_402, albumCount: 2618 },
    {
      id: 'roo_2',
      name: 'Attic disk',
      path: '/mnt/attic/Music and other things',
      state: 'missing',
      trackCount: 12_040,
      albumCount: 1204,
    },
  ].slice(0, n),
  scan: n ? scan(n === 5 ? 'running' : 'done') : undefined,
  jobs: n
    ? [
        {
          name: 'backup',
          title: 'Backup',
          schedule: 'Every night at 3:30',
          lastRunAt: NOW_MS - 6e7,
          outcome: 'done',
          summary: '4.1 MB, checked',
        },
      ]
    : [],
  search: {
    source: n === 5 ? 'child' : n ? 'server' : 'none',
    on: n > 0,
    state: n === 5 ? 'fallback' : n ? 'ok' : 'off',
    version: n === 5 ? '1.50.0' : undefined,
    why: n === 5 ? 'Meilisearch ended. The disk is full.' : undefined,
  },
  storage: n
    ? [
        { name: 'Sound made ready', usedBytes: 3.2e9, ofBytes: 1e10 },
        { name: 'Database', usedBytes: 4.2e7 },
      ]
    : [],
  backups: n ? [{ name: 'a', madeAt: NOW_MS - 6e7, sizeBytes: 4_123_000 }] : [],
  version: '0.1.0',
  folder: n === 5 ? { path: '/srv/musik', problem: 'There is no folder /srv/musik on this server.' } : undefined,
  nowMs: NOW_MS,
});
