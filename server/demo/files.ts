import { wordsFromBeat } from './compose.ts';
import { COMMENT, type Album, type Codec, type Piece } from './catalogue.ts';
import type { Rendered } from './render.worker.ts';

/** What stands on disk for a piece: its name, its tags, its words and how ffmpeg makes it. Pure. */

const ENCODERS: Record<Codec, readonly string[]> = {
  flac: ['-c:a', 'flac', '-compression_level', '5', '-f', 'flac'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '192k', '-id3v2_version', '4', '-f', 'mp3'],
  m4a: ['-c:a', 'aac', '-aac_coder', 'fast', '-b:a', '192k', '-f', 'ipod'],
  opus: ['-c:a', 'libopus', '-compression_level', '5', '-b:a', '128k', '-f', 'opus'],
};

/** ReplayGain 2 aims at -18 LUFS, R128 at -23 in 1/256 dB. */
const REPLAYGAIN_LUFS = -18;
const R128_LUFS = -23;

const unsafe = /[\\/:*?"<>|]/g;
export const fileName = (album: Album, index: number): string => {
  const piece = album.pieces[index]!;
  return `${String(index + 1).padStart(2, '0')} ${piece.title.replace(unsafe, '_')}.${piece.codec}`;
};
export const wordsName = (album: Album, index: number): string => fileName(album, index).replace(/\.\w+$/, '.lrc');

const decibels = (db: number): string => `${db.toFixed(2)} dB`;

/** In M4A they are free-form tags, which ffmpeg does not write: they are added afterwards (m4a-tags.ts). */
export function gainTags(codec: Codec, sound: Rendered): Record<string, string> {
  if (codec === 'opus') {
    return {
      R128_TRACK_GAIN: String(Math.round((R128_LUFS - sound.lufs) * 256)),
      R128_ALBUM_GAIN: String(Math.round((R128_LUFS - sound.albumLufs) * 256)),
    };
  }
  return {
    REPLAYGAIN_TRACK_GAIN: decibels(REPLAYGAIN_LUFS - sound.lufs),
    REPLAYGAIN_TRACK_PEAK: sound.peak.toFixed(6),
    REPLAYGAIN_ALBUM_GAIN: decibels(REPLAYGAIN_LUFS - sound.albumLufs),
  };
}

/** Everything behind the input of ffmpeg, up to the file. */
export function encodeArguments(album: Album, index: number, sound: Rendered): string[] {
  const piece = album.pieces[index]!;
  const tags: Record<string, string> = {
    title: piece.title,
    artist: album.artist,
    album: album.title,
    album_artist: album.artist,
    track: `${index + 1}/${album.pieces.length}`,
    disc: '1/1',
    date: String(album.year),
    genre: album.genre,
    comment: COMMENT,
    ...(piece.codec === 'm4a' ? {} : gainTags(piece.codec, sound)),
  };
  const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
  return ['-map', '0:a:0', '-map_metadata', '-1', ...metadata, ...ENCODERS[piece.codec]];
}

const stamp = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  return `[${String(minutes).padStart(2, '0')}:${(seconds - minutes * 60).toFixed(2).padStart(5, '0')}]`;
};

/** One line per two bars from the first verse on. */
export function lyricsFile(album: Album, piece: Piece): string | undefined {
  if (!piece.words) return undefined;
  const beat = 60 / piece.beatsPerMinute;
  const from = wordsFromBeat(piece);
  const lines = piece.words.map((line, i) => `${stamp((from + i * 8) * beat)}${line}`);
  const end = stamp((from + piece.words.length * 8) * beat);
  return [`[ti:${piece.title}]`, `[ar:${album.artist}]`, `[al:${album.title}]`, ...lines, end, ''].join('\n');
}
