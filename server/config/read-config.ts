import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { LogLevel } from '../kit/index.ts';

export type Config = Readonly<{
  port: number;
  host: string;
  /** Absolute paths. */
  media: readonly string[];
  dataDir: string;
  baseUrl: string | undefined;
  trustedProxies: readonly string[];
  ffmpeg: string | undefined;
  cacheGb: number;
  logLevel: LogLevel;
  owner: Readonly<{ name: string; password: string }> | undefined;
  cores: number;
}>;

/** First version: reads what api.md lists; validation and flags grow here. */
export const readConfig = (env: Record<string, string | undefined>, cwd: string): Config =>
  Object.freeze({
    port: Number(env['EVENSONG_PORT'] ?? 4747),
    host: env['EVENSONG_HOST'] ?? '127.0.0.1',
    media: (env['EVENSONG_MEDIA'] ?? './media').split(':').map((path) => resolve(cwd, path)),
    dataDir: resolve(cwd, env['EVENSONG_DATA'] ?? './.data'),
    baseUrl: env['EVENSONG_BASE_URL'],
    trustedProxies: (env['EVENSONG_TRUSTED_PROXIES'] ?? '').split(',').filter(Boolean),
    ffmpeg: env['EVENSONG_FFMPEG'],
    cacheGb: Number(env['EVENSONG_CACHE_GB'] ?? 10),
    logLevel: (env['EVENSONG_LOG_LEVEL'] ?? 'info') as LogLevel,
    owner:
      env['EVENSONG_OWNER_NAME'] && env['EVENSONG_OWNER_PASSWORD']
        ? { name: env['EVENSONG_OWNER_NAME'], password: env['EVENSONG_OWNER_PASSWORD'] }
        : undefined,
    cores: availableParallelism(),
  });
