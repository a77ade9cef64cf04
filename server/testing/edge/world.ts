import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlaybackAnswer } from '../../streaming/index.ts';
import { ask, type Answer, type Ask } from './ask.ts';
import { startEdge, type Edge, type EdgeOptions } from './nginx.ts';
import { MEMBER, openOrigin, type Listener, type Origin } from './origin.ts';

/** One house, an edge in front of it, and two people who listen through it. Checks are functions of this. */
export type World = { origin: Origin; edge: Edge; ada: Listener; olaf: Listener };

export type Check = {
  /** As the design numbers them. */
  no: number;
  name: string;
  /** It waits for what takes its time, or says how long something takes. */
  isSlow?: boolean;
  run: (world: World) => Promise<void>;
};

export type Stage = Omit<World, 'edge'> & {
  /** Another edge, empty, in front of the same house. */
  edge: (options?: Partial<EdgeOptions>) => Promise<Edge>;
  close: () => Promise<void>;
};

export const openStage = async (): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-'));
  const origin = await openOrigin(folder);
  const edges: Edge[] = [];
  let places = 0;
  return {
    origin,
    ada: await origin.signIn(),
    olaf: await origin.signIn(MEMBER),
    edge: async (options = {}) => {
      const place = join(folder, `edge-${places++}`);
      mkdirSync(place);
      const edge = await startEdge({ folder: place, originPort: origin.port, ...options });
      edges.push(edge);
      return edge;
    },
    close: async () => {
      for (const edge of edges) await edge.stop();
      await origin.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Through the edge, without any credential but the address. */
export const through = ({ edge }: Pick<World, 'edge'>, path: string, how?: Ask): Promise<Answer> =>
  ask(edge.url, path, how);

export const partsOf = (path: string) => {
  const [, , token = '', thing = '', rev = '', rendition = '', ...rest] = path.split('/');
  return { token, thing, rev, rendition, rest: rest.join('/') };
};
export type Parts = ReturnType<typeof partsOf>;

export const withParts = (path: string, change: Partial<Parts>): string => {
  const { token, thing, rev, rendition, rest } = { ...partsOf(path), ...change };
  return `/m/${token}/${thing}/${rev}/${rendition}/${rest}`;
};

/** The name a cache has for it. */
export const nameOf = (path: string): string => path.replace(/^\/m\/[^/]+\//, '');

/** Seconds since 1970: when the token of an address ends. */
export const endOf = (path: string): number => Buffer.from(partsOf(path).token, 'base64url').readUInt32BE(10);

const inAac = { can: { codecs: ['aac'], hls: true } };
export const asOriginal = { prefer: { mode: 'direct' } };

export const playbackInAac = (listener: Listener, trackId: string): Promise<PlaybackAnswer> =>
  listener.playback({ trackId, ...inAac });

/** Twenty things of one track: playlists, init segments, segments, a cover and the original. */
export const twentyOf = async ({ origin }: Pick<World, 'origin'>, listener: Listener, trackId: string) => {
  const { url, grid, covers } = await playbackInAac(listener, trackId);
  const bases = (grid?.rates ?? []).map(({ base }) => base);
  const original = (await listener.playback({ trackId, ...asOriginal })).url;
  return [
    url,
    ...bases.flatMap((base) => ['index.m3u8', 'init.mp4', 'plain.mp4'].map((file) => `${base}/${file}`)),
    ...bases.slice(0, 2).flatMap((base) => [0, 1, 2, 3].map((k) => `${base}/${k}.m4s`)),
    `${covers}/${origin.coverId}-256.webp`,
    original,
  ];
};

/** A segment of the album's long track that nobody has asked for. Each call gives another one. */
let next = 0;
export const freshSegment = async ({ origin }: Pick<World, 'origin'>, listener: Listener): Promise<string> => {
  const { grid } = await playbackInAac(listener, origin.trackIds[2] ?? '');
  const rates = grid?.rates ?? [];
  const count = (grid?.count ?? 1) - 1;
  const [rate, k] = [rates[Math.floor(next / count) % rates.length], next % count];
  next++;
  return `${rate?.base}/${k}.m4s`;
};
