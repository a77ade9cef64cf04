import { parse, setOptions } from 'hls-parser';
import type { types } from 'hls-parser';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeNoise, noiseAs } from '../testing/audio.ts';
import { openStreamingHouse } from '../testing/streaming-house.ts';
import type { StreamingHouse } from '../testing/streaming-house.ts';
import { boxesIn, findBoxes, readSegment } from './boxes.ts';

/*
 * Every playlist of every kind of source against RFC 8216 (strictly parsed) and the numbered clauses of Apple's HLS authoring
 * specification for audio, what it promises compared with the segments themselves.
 */
setOptions({ strictMode: true });

let house: StreamingHouse;
beforeAll(async () => {
  house = await openStreamingHouse({ album: ['trk_1', 'trk_2', 'trk_3'] });
  await house.add(await noiseAs('flac', 30));
  await house.add(await noiseAs('mp3', 12), { lossless: false });
  await house.add(await noiseAs('flac24', 20), { bitDepth: 24 });
  await house.add(await noiseAs('opus', 12), { lossless: false });
  await house.add(await noiseAs('wav', 0.01));
  await house.add(await noiseAs('wav', 0.5));
  const hertz = { seconds: 9, rateHz: 192_000, as: ['-c:a', 'pcm_s24le'], extension: 'wav' };
  await house.add(await makeNoise(hertz), { bitDepth: 24 });
});
afterAll(() => house.close());

type Served = { text: string; headers: Headers };
const get = async (path: string): Promise<Served> => {
  const answer = await house.ask(path, { headers: { 'accept-encoding': 'gzip' } });
  // 8.18: no redirects.
  expect(answer.status, path).toBe(200);
  const packed = Buffer.from(await answer.arrayBuffer());
  // Apple 10.1: playlists are gzipped.
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(answer.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
  return { text: gunzipSync(packed).toString(), headers: answer.headers };
};
const binary = async (path: string, type: string): Promise<Buffer> => {
  const answer = await house.ask(path);
  expect([answer.status, answer.headers.get('content-type')], path).toEqual([200, type]);
  return Buffer.from(await answer.arrayBuffer());
};

/** Ticks per second that an init segment declares for its track. */
const timescaleOf = (init: Buffer): number => {
  const [mdhd] = findBoxes(init, ['moov', 'trak', 'mdia', 'mdhd']);
  if (!mdhd) throw new Error('no mdhd');
  return init.readUInt32BE(mdhd.bodyStart + (init[mdhd.bodyStart] === 1 ? 20 : 12));
};

type Media = { target: number; lengths: number[]; bits: number[]; total: number };

const checkMedia = async (path: string): Promise<Media> => {
  const { text } = await get(path);
  const list = parse(text) as types.MediaPlaylist;
  expect(list.isMasterPlaylist).toBe(false);
  // Apple 8.6, RFC 4.3.3.5 and 4.3.3.4; 8.20: fMP4 has a map; version 7 is what fMP4 audio needs.
  expect([list.playlistType, list.endlist, list.version]).toEqual(['VOD', true, 7]);
  expect(text).toContain('#EXT-X-INDEPENDENT-SEGMENTS');
  expect(text).not.toContain('DISCONTINUITY');
  const map = list.segments[0]?.map?.uri ?? '';
  const init = await binary(new URL(map, `http://x${path}`).pathname, 'audio/mp4');
  expect(boxesIn(init)?.map((it) => it.type)).toEqual(['ftyp', 'moov']);
  const ticks = timescaleOf(init);
  const lengths: number[] = [];
  const bits: number[] = [];
  let at = 0;
  for (const segment of list.segments) {
    const bytes = await binary(new URL(segment.uri, `http://x${path}`).pathname, 'video/iso.segment');
    const read = readSegment(bytes);
    if (read.kind === 'broken') throw new Error(read.why);
    // Apple 7.3: decode times follow each other; 8.1: EXTINF says how long a segment is.
    expect(read.decodeTime).toBe(at);
    at += read.duration;
    expect(Math.abs(segment.duration - read.duration / ticks)).toBeLessThan(0.001);
    lengths.push(read.duration / ticks);
    bits.push(bytes.length * 8);
  }
  // RFC 4.3.3.1; Apple 7.7: no segment is longer than the target by half a second.
  for (const length of lengths) expect(Math.round(length)).toBeLessThanOrEqual(list.targetDuration);
  const total = lengths.reduce((a, b) => a + b, 0);
  // 8.1: the whole within one frame.
  expect(Math.abs(list.segments.reduce((sum, it) => sum + it.duration, 0) - total)).toBeLessThan(1024 / 48_000);
  return { target: list.targetDuration, lengths, bits, total };
};

const masters = [1, 2, 3, 4, 5, 6, 7].map((n) => `/api/v1/tracks/trk_${n}/hls`).concat('/api/v1/albums/alb_1/hls');

describe.each(masters)('%s', (base) => {
  test.each(['aac', 'flac'] as const)('%s keeps what it promises', async (family) => {
    const path = `${base}/${family}.m3u8`;
    const { text } = await get(path);
    const master = parse(text) as types.MasterPlaylist;
    expect(master.isMasterPlaylist).toBe(true);
    const found: Media[] = [];
    for (const variant of master.variants) {
      // 9.1; one codec a master, or players pin the first; FLAC is spelt so that Apple's know it.
      expect(variant.codecs).toBe(family === 'flac' ? 'fLaC' : 'mp4a.40.2');
      const media = await checkMedia(new URL(variant.uri, `http://x${path}`).pathname);
      found.push(media);
      // 9.13, 9.14: BANDWIDTH is the peak, AVERAGE-BANDWIDTH the mean. A remainder of less than half a target does not count.
      const rates = media.bits.map((it, k) => it / (media.lengths[k] ?? 1));
      const whole = rates.filter((_, k) => (media.lengths[k] ?? 0) >= media.target / 2);
      for (const rate of whole) expect(rate).toBeLessThanOrEqual(variant.bandwidth);
      if (family === 'aac' && whole.length > 2)
        expect(media.bits.reduce((a, b) => a + b, 0) / media.total).toBeLessThanOrEqual(
          (variant.averageBandwidth ?? 0) * 1.1,
        );
    }
    // 8.7 and 8.22: all of one length, cut at the same places.
    for (const media of found) expect(media.lengths).toEqual(found[0]?.lengths);
    if (family === 'flac') return;
    // 9.21: something for the road; 2.3: AAC is there; best first is what a player without a guess begins with.
    expect(Math.min(...master.variants.map((it) => it.bandwidth))).toBeLessThanOrEqual(192_000);
    expect(master.variants.map((it) => it.bandwidth)).toEqual([290_000, 150_000, 80_000]);
  });
});
