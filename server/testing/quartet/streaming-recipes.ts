import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noiseAs } from '../audio.ts';
import { recordingOf } from '../segment-house.ts';
import { withCredential } from '../streaming-house.ts';
import { read, type Kitchen, type Recipes } from './recipe.ts';

type Row = { id: number; file: number; root: number; folder: Buffer; name: Buffer };
type Grid = { rates: { base: string }[] };
type Playback = { url: string; grid: Grid; fallback?: Grid };

let prepared: Promise<{ trackId: string; albumId: string }> | undefined;

/** Puts real sound where the library says that the first track of an album lies. */
const prepare = async ({ house, ids }: Kitchen): Promise<{ trackId: string; albumId: string }> => {
  const { sqlite } = house.app.db;
  const albumId = ids['albums'] ?? '';
  const row = sqlite
    .prepare(
      `SELECT t.id, f.id file, t.root_id root, o.path folder, f.name FROM track t JOIN file f ON f.id = t.file_id
       JOIN folder o ON o.id = f.folder_id WHERE t.album_id = ? ORDER BY t.disc, t.no, t.id LIMIT 1`,
    )
    .get(Number.parseInt(albumId.slice(4), 36)) as Row;
  const path = join(house.media, row.folder.toString('utf8'), row.name.toString('utf8'));
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(await noiseAs('flac', 12), path);
  const { length } = await recordingOf(path);
  // All a scan compares: one that other recipes start finds this file as the library knows it.
  const facts = statSync(path, { bigint: true });
  sqlite.prepare(`UPDATE root SET path = ?, state = 'ok' WHERE id = ?`).run(Buffer.from(house.media), row.root);
  sqlite
    .prepare('UPDATE file SET size = ?, mtime_ns = ?, ino = ? WHERE id = ?')
    .run(facts.size, facts.mtimeNs, facts.ino, row.file);
  sqlite
    .prepare(
      `UPDATE track SET rate = ?, src_rate = ?, samples = ?, p0 = 0, exact = 1, missing_at = NULL, container = 'FLAC',
       codec = 'flac', lossless = 1, bits = 16, cue_start = NULL, cue_end = NULL WHERE id = ?`,
    )
    .run(length.rateHz, length.rateHz, length.samples, row.id);
  return { trackId: `trk_${row.id.toString(36)}`, albumId };
};

/** A track whose file is there, and its album. */
export const real = (kitchen: Kitchen) => (prepared ??= prepare(kitchen));

const segmentIn = async (kitchen: Kitchen, what: object): Promise<Record<string, string>> => {
  const body = { ...what, can: { codecs: ['flac'], hls: true }, prefer: { mode: 'hls' } };
  const { grid } = await read<Playback>(kitchen.house.owner.ask('/api/v1/playback', { method: 'POST', body }));
  const parts = withCredential(grid.rates[0]?.base ?? '').split('/');
  return { variant: parts.at(-2) ?? '', key: parts.at(-1) ?? '', file: '0.m4s' };
};

/** The parts of a signed path, by the names the routes give them. */
const signedPath = async (kitchen: Kitchen): Promise<Record<string, string>> => {
  const { trackId } = await real(kitchen);
  const body = { trackId, can: { hls: true }, prefer: { mode: 'hls' } };
  const { url } = await read<Playback>(kitchen.house.owner.ask('/api/v1/playback', { method: 'POST', body }));
  const [, , token = '', thing = '', rev = '', rendition = '', file = ''] = url.split('/');
  return { token, thing, rev, rendition, file };
};

export const streamingRecipes: Recipes = {
  'post /api/v1/playback': async (kitchen) => ({
    body: { trackId: (await real(kitchen)).trackId, can: { hls: true } },
  }),
  'get /api/v1/tracks/:id/file': async (kitchen) => ({ params: { id: (await real(kitchen)).trackId } }),
  'get /api/v1/tracks/:id/signal-path': async (kitchen) => ({ params: { id: (await real(kitchen)).trackId } }),
  'get /api/v1/tracks/:id/hls/:master': async (kitchen) => ({
    params: { id: (await real(kitchen)).trackId, master: 'aac.m3u8' },
  }),
  'get /api/v1/tracks/:id/hls/:variant/:key/:file': async (kitchen) => {
    const { trackId } = await real(kitchen);
    return { params: { id: trackId, ...(await segmentIn(kitchen, { trackId })) } };
  },
  'get /api/v1/albums/:id/hls/:master': async (kitchen) => ({
    params: { id: (await real(kitchen)).albumId, master: 'aac.m3u8' },
    query: { from: '0', to: '0' },
  }),
  'get /api/v1/albums/:id/hls/:span/:variant/:key/:file': async (kitchen) => {
    const { albumId } = await real(kitchen);
    const segment = await segmentIn(kitchen, { albumId, from: 0, to: 0 });
    return { params: { id: albumId, span: '0-0', ...segment } };
  },
  'get /m/:token/:thing/:rev/:rendition/verdict': async (kitchen) => ({ params: await signedPath(kitchen) }),
  'get /m/:token/:thing/:rev/:rendition/:file': async (kitchen) => ({ params: await signedPath(kitchen) }),
  'get /m/:token/:thing/:rev/:rendition/:variant/:file': async (kitchen) => ({
    params: { ...(await signedPath(kitchen)), variant: 'aac128', file: '0.m4s' },
  }),
};
