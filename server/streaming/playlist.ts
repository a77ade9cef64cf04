import type { Grid, Rendition } from './grid.ts';
import { spanOf } from './grid.ts';

export const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';

/** A rendition as it stands in a master playlist. `uri` is relative to it. */
export type MasterEntry = { rendition: Rendition; uri: string };

/** Peak and mean in bits/s, measured for AAC (peak 1.02-1.05 x nominal), bounded by the PCM rate for FLAC. */
const bandwidthOf = (rendition: Rendition): { peak: number; mean: number } => {
  if (rendition.codec === 'flac') {
    const pcm = rendition.rateHz * 2 * rendition.bits;
    return { peak: Math.ceil(pcm * 0.8), mean: Math.ceil(pcm * 0.58) };
  }
  const known = { 256: [290_000, 262_000], 128: [150_000, 133_000], 64: [80_000, 68_000] }[rendition.kbps];
  return { peak: known?.[0] ?? rendition.kbps * 1150, mean: known?.[1] ?? rendition.kbps * 1030 };
};

/** RFC 6381. FLAC must be written `fLaC`: Apple's players do not know `flac`. */
export const codecStringOf = (rendition: Rendition): string => (rendition.codec === 'aac' ? 'mp4a.40.2' : 'fLaC');

/**
 * RFC 8216 4.3.4. One codec per master: players pin the first codec set they choose and fail on a switch.
 * `notes` become EXT-X-SESSION-DATA (4.3.4.4): facts about the whole that have no tag of their own.
 */
export const masterPlaylist = (entries: readonly MasterEntry[], notes: Record<string, string> = {}): string => {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  for (const [id, value] of Object.entries(notes)) lines.push(`#EXT-X-SESSION-DATA:DATA-ID="${id}",VALUE="${value}"`);
  for (const { rendition, uri } of entries) {
    const { peak, mean } = bandwidthOf(rendition);
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${mean},CODECS="${codecStringOf(rendition)}"`,
      uri,
    );
  }
  return `${lines.join('\n')}\n`;
};

/**
 * RFC 8216 4.3.3. Pure arithmetic over the grid: nothing is encoded to answer it. URIs are relative, so the same bytes
 * serve callers with a cookie, a token or a signed path.
 */
export const mediaPlaylist = (grid: Grid): string => {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(Math.min(grid.segmentSamples, grid.totalSamples) / grid.rateHz)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
  ];
  for (let k = 0; k < grid.count; k++)
    lines.push(`#EXTINF:${(spanOf(grid, k).samples / grid.rateHz).toFixed(6)},`, `${k}.m4s`);
  lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
};
