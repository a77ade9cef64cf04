import { parse, setOptions } from 'hls-parser';
import { describe, expect, test } from 'vitest';
import { layGrid, renditionOf } from './grid.ts';
import { masterPlaylist, mediaPlaylist } from './playlist.ts';

setOptions({ strictMode: true });

const aac = renditionOf('aac256', { rateHz: 44_100 });
const extinf = (text: string): number[] => [...text.matchAll(/#EXTINF:([\d.]+),/g)].map((it) => Number(it[1]));

describe('playlists', () => {
  test('a media playlist is this text', () => {
    expect(mediaPlaylist(layGrid(aac, 400_000))).toBe(
      `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:5
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init.mp4"
#EXTINF:4.179592,
0.m4s
#EXTINF:4.179592,
1.m4s
#EXTINF:0.743039,
2.m4s
#EXT-X-ENDLIST
`,
    );
  });
  test('a master playlist names one codec and its bandwidths', () => {
    const rungs = (['aac256', 'aac128', 'aac64'] as const).map((variant) => ({
      rendition: renditionOf(variant, { rateHz: 44_100 }),
      uri: `${variant}/k/index.m3u8`,
    }));
    expect(masterPlaylist(rungs)).toBe(
      `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=290000,AVERAGE-BANDWIDTH=262000,CODECS="mp4a.40.2"
aac256/k/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=150000,AVERAGE-BANDWIDTH=133000,CODECS="mp4a.40.2"
aac128/k/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=80000,AVERAGE-BANDWIDTH=68000,CODECS="mp4a.40.2"
aac64/k/index.m3u8
`,
    );
    const flac = masterPlaylist([
      { rendition: renditionOf('flac', { rateHz: 44_100, bits: 16 }), uri: 'flac/k/index.m3u8' },
    ]);
    expect(flac).toContain('CODECS="fLaC"');
  });
  test.each([
    ['aac256', 44_100, 16],
    ['aac64', 48_000, 16],
    ['flac', 96_000, 24],
  ] as const)('an hour of %s at %i Hz adds up within a millisecond and obeys RFC 8216', (variant, rateHz, bits) => {
    const samples = rateHz * 3600 + 777;
    const rendition = renditionOf(variant, { rateHz, bits });
    const grid = layGrid(rendition, variant === 'flac' ? samples : (samples * rendition.rateHz) / rateHz);
    const text = mediaPlaylist(grid);
    const lengths = extinf(text);
    expect(lengths).toHaveLength(grid.count);
    expect(Math.abs(lengths.reduce((a, b) => a + b, 0) - grid.totalSamples / grid.rateHz)).toBeLessThan(0.001);
    const target = Number(/TARGETDURATION:(\d+)/.exec(text)?.[1]);
    expect(Math.max(...lengths.map(Math.round))).toBeLessThanOrEqual(target);
    const parsed = parse(text);
    expect(parsed.isMasterPlaylist).toBe(false);
    expect(text).toMatch(/#EXT-X-ENDLIST\n$/);
  });
  test('masters pass the strict parser, with notes too', () => {
    const parsed = parse(
      masterPlaylist([{ rendition: aac, uri: 'a/index.m3u8' }], { 'evensong.offsets': 'trk_1:0,trk_2:5' }),
    );
    expect(parsed.isMasterPlaylist).toBe(true);
  });
  test.each([1, 441, 22_050])(
    'a track of %i samples has one segment and a target of at least its length',
    (samples) => {
      const text = mediaPlaylist(layGrid(aac, samples));
      expect(extinf(text)).toHaveLength(1);
      expect(parse(text)).toBeDefined();
    },
  );
});
