import type { Db } from './db/index.ts';
import type { Ffmpeg } from './ffmpeg/index.ts';
import { json, route, type Route } from './http/index.ts';
import type { SecondEngine } from './search/index.ts';

const canRead = ({ sqlite }: Db): boolean => {
  try {
    return sqlite.prepare('SELECT count(*) FROM (SELECT 1 FROM root LIMIT 1)').pluck().get() !== undefined;
  } catch {
    return false;
  }
};

/** It answers anyhow: `fallback` says that the built-in index does because Meilisearch is away. */
const searchHealth = (second: SecondEngine): 'ok' | 'filling' | 'fallback' => {
  const { state } = second.state();
  return state === 'off' ? 'ok' : state;
};

/** For whoever watches over the process: no sign-in, no paths, no versions. */
type HealthNeeds = { db: Db; ffmpeg: Ffmpeg | undefined; secondEngine: SecondEngine };

export const healthRoutes = ({ db, ffmpeg, secondEngine }: HealthNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/health/live',
      who: 'public',
      blind: true,
      summary: 'The process answers.',
      answers: { 200: 'ok' },
    },
    (call) => json(call, { status: 'ok', checks: {} }),
  ),
  route(
    {
      method: 'get',
      path: '/health/ready',
      who: 'public',
      blind: true,
      summary: 'Migrated and serving.',
      answers: { 200: 'ok', 503: 'The database cannot be read.' },
    },
    (call) => {
      const database = canRead(db) ? 'ok' : 'failing';
      const checks = { database, ffmpeg: ffmpeg ? 'ok' : 'missing', search: searchHealth(secondEngine) };
      const body = { status: database, checks };
      return json(call, body, { status: database === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } });
    },
  ),
];
