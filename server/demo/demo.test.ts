import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFile } from 'music-metadata';
import { afterAll, describe, expect, test } from 'vitest';
import { silentLog } from '../kit/index.ts';
import { testFfmpeg } from '../testing/audio.ts';
import { deep } from '../testing/depth.ts';
import { ALBUMS, type Piece } from './catalogue.ts';
import { beatsOf, compose, wordsFromBeat } from './compose.ts';
import { encodeArguments, fileName, gainTags, lyricsFile } from './files.ts';
import { leadVoices, pitchOf, SCALES } from './harmony.ts';
import { loudnessLufs, peakOf } from './loudness.ts';
import { perform } from './mix.ts';
import { createDemo } from './index.ts';
import { withFreeTags } from './m4a-tags.ts';

const pieces = ALBUMS.flatMap((album) => album.pieces.map((piece, index) => ({ album, piece, index })));
const dataDir = mkdtempSync(join(tmpdir(), 'evensong-demo-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const secondsOf = (piece: Piece): number => (beatsOf(piece) * 60) / piece.beatsPerMinute;

describe('what the demo library holds', () => {
  test('a dozen pieces of 20 to 75 seconds, in four formats, over three albums', () => {
    expect(ALBUMS).toHaveLength(3);
    expect(pieces).toHaveLength(12);
    expect(new Set(pieces.map(({ piece }) => piece.codec))).toEqual(new Set(['flac', 'mp3', 'm4a', 'opus']));
    for (const { piece } of pieces) {
      expect(secondsOf(piece), piece.title).toBeGreaterThan(20);
      expect(secondsOf(piece), piece.title).toBeLessThan(75);
    }
  });

  test('no two pieces share a seed, and the gapless album keeps one tempo and codec', () => {
    expect(new Set(pieces.map(({ piece }) => piece.seed)).size).toBe(12);
    const flowing = ALBUMS.filter((album) => album.gapless);
    expect(flowing).toHaveLength(1);
    expect(new Set(flowing[0]!.pieces.map((p) => `${p.beatsPerMinute} ${p.codec}`)).size).toBe(1);
  });
});

describe('composing', () => {
  test('the same seed makes the same piece', () => {
    const { piece, album } = pieces[4]!;
    expect(compose(piece, album.style)).toEqual(compose(piece, album.style));
  });

  test.each(pieces)('$piece.title: every note is in its key and within its time', ({ piece, album }) => {
    const inKey = new Set(SCALES[piece.key.scale].map((step) => (piece.key.root + step) % 12));
    const notes = compose(piece, album.style);
    const pitched = notes.filter(({ part }) => !['kick', 'snare', 'hat', 'shaker'].includes(part));
    expect(pitched.every(({ pitch }) => inKey.has(pitch % 12))).toBe(true);
    expect(pitched.every(({ pitch }) => pitch >= 24 && pitch <= 100)).toBe(true);
    expect(notes.every(({ at }) => at >= 0 && at < beatsOf(piece) + 1)).toBe(true);
    expect(notes.some(({ part }) => part === 'lead')).toBe(true);
  });

  test('a tune comes back: the first and third bar of a verse have one rhythm', () => {
    const { piece, album } = pieces[5]!;
    const from = wordsFromBeat(piece);
    const rhythm = (bar: number): number[] =>
      compose(piece, album.style)
        .filter(({ part, at }) => part === 'lead' && at > from + bar * 4 - 0.1 && at < from + bar * 4 + 3.9)
        .map(({ length }) => length);
    const [first, third] = [rhythm(0), rhythm(2)];
    expect(first.length).toBeGreaterThan(1);
    expect(third.filter((length) => !first.includes(length))).toEqual([]);
  });

  test('chords move by small steps', () => {
    const key = { root: 50, scale: 'dorian' } as const;
    const chord = (degree: number): number[] => [0, 2, 4, 6].map((third) => pitchOf(key, degree + third));
    const one = leadVoices([], chord(0), 62);
    const two = leadVoices(one, chord(3), 62);
    expect(Math.max(...two.map((pitch, i) => Math.abs(pitch - one[i]!)))).toBeLessThanOrEqual(7);
    expect(new Set(two).size).toBe(4);
  });
});

describe('playing', () => {
  test.each(['harbour', 'kites', 'nightbus'] as const)('%s: -16 LUFS, no clipping, both sides alive', (style) => {
    const album = ALBUMS.find((it) => it.style === style)!;
    const short: Piece = { ...album.pieces[0]!, form: 'v' };
    const { sound } = perform([short], style);
    expect(loudnessLufs(sound)).toBeCloseTo(-16, 0);
    expect(peakOf(sound)).toBeLessThanOrEqual(10 ** (-1.4 / 20));
    expect(sound.left.every(Number.isFinite)).toBe(true);
    const apart = sound.left.reduce((sum, v, i) => sum + Math.abs(v - sound.right[i]!), 0);
    expect(apart / sound.left.length).toBeGreaterThan(0.005);
    expect(Math.abs(sound.left.at(-1)!)).toBeLessThan(1e-4);
  });

  test('loudness of a known tone: 1 kHz at -20 dBFS in both channels', () => {
    const side = Float32Array.from({ length: 88_200 }, (_, i) => 0.1 * Math.sin((2 * Math.PI * 997 * i) / 44_100));
    expect(loudnessLufs({ left: side, right: side })).toBeCloseTo(-20, 1);
  });
});

describe('files', () => {
  const sound = { wav: '', samples: 44_100, lufs: -16, peak: 0.8, albumLufs: -16 };

  test('gain is written in the way of each format', () => {
    const [flac, m4a, opus] = [ALBUMS[0]!, ALBUMS[1]!, ALBUMS[2]!];
    expect(encodeArguments(flac, 0, sound)).toContain('REPLAYGAIN_TRACK_GAIN=-2.00 dB');
    expect(encodeArguments(opus, 0, sound)).toContain('R128_TRACK_GAIN=-1792');
    // ffmpeg would leave it out.
    expect(encodeArguments(m4a, 2, sound).join(' ')).not.toContain('GAIN');
  });

  test('an M4A gets its gain afterwards, and what else it says and sounds like stays', async () => {
    const path = join(dataDir, 'tone.m4a');
    const input = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=2', '-metadata', 'title=Tone'];
    execFileSync(testFfmpeg, [...input, '-c:a', 'aac', '-f', 'ipod', path]);
    const decode = () => execFileSync(testFfmpeg, ['-v', 'error', '-i', path, '-f', 's16le', '-']);
    const before = decode();
    writeFileSync(path, withFreeTags(readFileSync(path), gainTags('m4a', sound)));
    expect(decode().equals(before)).toBe(true);
    const { common, format } = await parseFile(path);
    expect(common.title).toBe('Tone');
    expect(common.replaygain_track_gain?.dB).toBe(-2);
    expect(common.replaygain_track_peak?.ratio).toBeCloseTo(0.8, 5);
    expect(format.duration).toBeCloseTo(2, 1);
    rmSync(path);
  });

  test('half of the pieces and more can be sung along', () => {
    expect(pieces.filter(({ piece }) => piece.words).length).toBeGreaterThanOrEqual(6);
  });

  test('words are timed within their piece', () => {
    for (const { album, piece } of pieces.filter((it) => it.piece.words)) {
      const stamps = [...lyricsFile(album, piece)!.matchAll(/\[(\d\d):(\d\d\.\d\d)\]/g)];
      const times = stamps.map((m) => Number(m[1]) * 60 + Number(m[2]));
      expect(times.length).toBe(piece.words!.length + 1);
      expect(times.at(-1)!).toBeLessThanOrEqual(secondsOf(piece) + 0.01);
    }
  });

  test('without ffmpeg it says so and leaves nothing', async () => {
    const demo = createDemo({ dataDir, ffmpeg: undefined, log: silentLog });
    await expect(demo.make()).rejects.toMatchObject({ code: 'demo/no-ffmpeg' });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('an ffmpeg that fails leaves nothing half made', { timeout: 120_000 }, async ({ skip }) => {
    skip(!deep, 'takes 20 s: npm run check');
    const demo = createDemo({ dataDir, ffmpeg: { path: '/bin/false' }, log: silentLog });
    await expect(demo.make()).rejects.toMatchObject({ code: 'demo/not-encoded' });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('the whole library, made, decoded and removed', { timeout: 180_000 }, async ({ skip }) => {
    skip(!deep, 'takes 20 s: npm run check');
    const demo = createDemo({ dataDir, ffmpeg: { path: testFfmpeg }, log: silentLog });
    const heard: number[] = [];
    await Promise.all([demo.make((done) => heard.push(done)), demo.make()]);
    expect(heard).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(readdirSync(dataDir)).toEqual(['demo']);
    for (const { album, index } of pieces) {
      const path = join(demo.folder, album.folder, fileName(album, index));
      expect(existsSync(join(demo.folder, album.folder, 'cover.jpg'))).toBe(true);
      const pcm = execFileSync(testFfmpeg, ['-v', 'error', '-i', path, '-f', 's16le', '-ac', '2', '-'], {
        maxBuffer: 1 << 28,
      });
      // FLAC is exact: the pieces of the flowing album have odd lengths.
      const samples = pcm.length / 4;
      if (album.gapless && index < 3) expect(samples % 2, path).toBe(1);
      expect(samples).toBeGreaterThan(20 * 44_100);
    }
    await demo.remove();
    expect(await demo.exists()).toBe(false);
  });
});
