import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReplayGain } from '../library/index.ts';
import { noiseAs } from '../testing/audio.ts';
import { openStreamingHouse, sourceOf, type StreamingHouse } from '../testing/streaming-house.ts';
import { decideLevel, type SignalPath } from './signal-path.ts';

const tagged: ReplayGain = {
  trackDb: -6,
  albumDb: -4,
  trackPeak: 0.9,
  albumPeak: 1,
  trackFrom: 'tags',
  albumFrom: 'measured',
};

describe('how a track is levelled', () => {
  test('by itself or with its album, and it says who says so', () => {
    expect(decideLevel(tagged, 'track')).toEqual({ db: -6, kind: 'track', from: 'tags', heldBack: false });
    expect(decideLevel(tagged, 'album')).toEqual({ db: -4, kind: 'album', from: 'measured', heldBack: false });
  });
  test('what is missing is made up for by the other', () => {
    expect(decideLevel({ ...tagged, albumDb: null, albumFrom: null }, 'album')).toMatchObject({
      db: -6,
      kind: 'track',
    });
    expect(decideLevel({ ...tagged, trackDb: null, trackFrom: null }, 'track')).toMatchObject({
      db: -4,
      kind: 'album',
    });
  });
  test('never above what its peak leaves room for, never up without a known peak', () => {
    expect(decideLevel({ ...tagged, trackDb: 9, trackPeak: 0.5 }, 'track')).toMatchObject({ db: 6.02, heldBack: true });
    const peakless = { ...tagged, trackDb: 9, trackPeak: null, albumPeak: null };
    expect(decideLevel(peakless, 'track')).toMatchObject({ db: 0, heldBack: true });
    expect(decideLevel({ ...tagged, trackDb: -1, trackPeak: 1.5 }, 'track')).toMatchObject({
      db: -3.52,
      heldBack: true,
    });
  });
  test('not at all when it is off, or nobody knows', () => {
    expect(decideLevel(tagged, 'off')).toMatchObject({ db: 0, kind: 'off' });
    expect(decideLevel(null, 'track')).toMatchObject({ db: 0, kind: 'unmeasured', from: null });
  });
});

describe('the signal path', () => {
  let house: StreamingHouse;
  beforeAll(async () => {
    house = await openStreamingHouse();
    house.tracks.set('trk_1', await sourceOf(1, await noiseAs('flac', 8)));
    const hires = { sampleRateHz: 96_000, bitDepth: 24 };
    house.tracks.set('trk_2', await sourceOf(2, await noiseAs('flac24', 8), hires));
    house.tracks.set(
      'trk_3',
      await sourceOf(3, await noiseAs('mp3', 8), { codec: 'mp3', container: 'MPEG', lossless: false }),
    );
  });
  afterAll(() => house.close());
  const path = async (track: string, query = ''): Promise<SignalPath> =>
    (await (await house.ask(`/api/v1/tracks/${track}/signal-path${query}`)).json()) as SignalPath;
  const stages = ({ stages: all }: SignalPath): string[] => all.map(({ stage }) => stage);

  test('a lossless file reaches our player with the same samples, and why is told', async () => {
    const it = await path('trk_1');
    expect(it).toMatchObject({
      way: 'copy',
      lossless: true,
      source: { codec: 'flac', sampleRateHz: 44_100, bitDepth: 16, channels: 2, lossless: true },
      sent: { codec: 'flac', sampleRateHz: 44_100, bitDepth: 16 },
      level: { kind: 'unmeasured', db: 0 },
    });
    expect(it.reasons.map(({ code }) => code)).toEqual(['asked', 'lossless']);
  });
  test('what is lost is told stage by stage', async () => {
    const it = await path('trk_2', '?family=aac&maxKbps=128');
    expect(it).toMatchObject({
      way: 'transcode',
      lossless: false,
      sent: { codec: 'aac', kbps: 128, sampleRateHz: 48_000 },
    });
    expect(stages(it)).toEqual(['source', 'resample', 'encode', 'deliver']);
    expect(await path('trk_3')).toMatchObject({ way: 'transcode', sent: { codec: 'aac' } });
  });
  test('the file as it is passes through nothing', async () => {
    const it = await path('trk_3', '?family=direct');
    expect(it).toMatchObject({ way: 'direct', sent: { codec: 'mp3' } });
    expect(stages(it)).toEqual(['source', 'deliver']);
  });
});
