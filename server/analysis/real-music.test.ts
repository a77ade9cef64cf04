/**
 * Music that others made, where there is some: what we measure is what ffmpeg says by hand, what is played in shuffle is
 * evenly loud, and it costs less than 0.3 s of one core per minute of music.
 */
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProcess } from '../kit/index.ts';
import { testFfmpeg } from '../testing/audio.ts';
import { deep } from '../testing/depth.ts';
import { measureSound } from './measure.ts';
import { describeWhere } from '../testing/describe-where.ts';
import { REAL_MUSIC_FROM, realMusic } from '../testing/real-music.ts';

const tracks = realMusic().flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ogg|opus|mp3|flac)$/.test(name))
    .map((name) => join(folder, name)),
);

const TARGET_LUFS = -18;
const decibels = (linear: number): number => 20 * Math.log10(linear);

/** Loudness of a file as it is played with a gain, and how long it is. */
const played = async (path: string, gainDb: number): Promise<{ lufs: number; seconds: number }> => {
  const filter = `aformat=channel_layouts=stereo,volume=${gainDb}dB:precision=double,ebur128=framelog=verbose:metadata=1,ametadata=print:file=-`;
  const args = ['-nostdin', '-v', 'error', '-i', path, '-map', '0:a:0', '-af', filter, '-f', 'null', '-'];
  const { stdout } = await runProcess(testFfmpeg, args, { timeoutMs: 120_000, maxOutputBytes: 64 << 20 });
  const last = (key: string): number => Number.parseFloat(stdout.slice(stdout.lastIndexOf(key) + key.length));
  return { lufs: last('lavfi.r128.I='), seconds: last('pts_time:') };
};

/** A stand-in that runs ffmpeg and writes down what it cost. */
const meteredFfmpeg = (folder: string): { path: string; seconds: () => number } => {
  const path = join(folder, 'ffmpeg');
  const notes = join(folder, 'cost');
  writeFileSync(notes, '');
  writeFileSync(path, `#!/bin/sh\n'${testFfmpeg}' "$@"\ncode=$?\ntimes >>'${notes}'\nexit $code\n`);
  chmodSync(path, 0o755);
  const inSeconds = (text: string): number => {
    const [, minutes = '0', seconds = '0'] = /(\d+)m([\d.]+)s/.exec(text) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };
  return {
    path,
    // `times` prints two lines, the second of what it started. (In a pipe it would tell of nothing.)
    seconds: () =>
      readFileSync(notes, 'utf8')
        .split('\n')
        .filter((_, i) => i % 2 === 1)
        .flatMap((line) => line.split(' '))
        .reduce((sum, text) => sum + inSeconds(text), 0),
  };
};

type Row = { path: string; measured: number; byHand: number; played: number; heldBack: boolean };

const measureOne = async (
  ffmpeg: string,
  path: string,
): Promise<{ row: Row; minutes: number; ownMs: number } | undefined> => {
  const before = process.cpuUsage();
  const outcome = await measureSound({ path: ffmpeg }, { path: Buffer.from(path) });
  const own = process.cpuUsage(before);
  if (outcome.kind !== 'heard') throw new Error(`${path}: ${outcome.kind}`);
  if (outcome.sound.loudness === undefined) return undefined;
  const { loudness, truePeak } = outcome.sound;
  const headroomDb = -decibels(truePeak);
  const gainDb = Math.min(TARGET_LUFS - loudness, headroomDb);
  const result = await played(path, gainDb);
  const heldBack = TARGET_LUFS - loudness > headroomDb;
  const row = { path, measured: loudness, byHand: result.lufs - gainDb, played: result.lufs, heldBack };
  return { row, minutes: result.seconds / 60, ownMs: (own.user + own.system) / 1000 };
};

describeWhere(deep && tracks.length > 0, `npm run check, with ${REAL_MUSIC_FROM}`)('real music', () => {
  test(`is measured as by hand, plays evenly loud, and costs little`, { timeout: 900_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'real-music-'));
    const ffmpeg = meteredFfmpeg(folder);
    const rows: Row[] = [];
    let minutes = 0;
    let ownMs = 0;
    for (const path of tracks) {
      const it = await measureOne(ffmpeg.path, path);
      // One of them is silence.
      if (!it) continue;
      rows.push(it.row);
      minutes += it.minutes;
      ownMs += it.ownMs;
    }
    const cost = (ffmpeg.seconds() + ownMs / 1000) / minutes;
    rmSync(folder, { recursive: true, force: true });
    const off = Math.max(...rows.map((it) => Math.abs(it.measured - it.byHand)));
    const free = rows.filter((it) => !it.heldBack).map((it) => it.played);
    const spread = Math.max(...free) - Math.min(...free);
    const loudest = Math.max(...rows.map((it) => it.measured)) - Math.min(...rows.map((it) => it.measured));
    process.stdout.write(
      `figures: ${rows.length} tracks, ${minutes.toFixed(0)} min; largest difference by hand ${off.toFixed(3)} LU; spread ` +
        `${loudest.toFixed(1)} LU as they are, ${spread.toFixed(3)} LU as played; held back by their peak ` +
        `${((100 * (rows.length - free.length)) / rows.length).toFixed(0)} %; ${cost.toFixed(3)} s of one core per minute\n`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(tracks.length - 1);
    expect(off).toBeLessThanOrEqual(0.1);
    expect(spread).toBeLessThanOrEqual(1);
    expect(cost).toBeLessThanOrEqual(0.3);
  });
});
