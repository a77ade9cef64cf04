import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProcess } from '../kit/index.ts';
import { formats, makeFile, noiseAs, testFfmpeg, type FormatName } from '../testing/audio.ts';
import type { Cut } from './measure-arguments.ts';
import { measureSound, type Sound } from './measure.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'measure-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const WAV = ['-c:a', 'pcm_s24le'];
const tone = (graph: string): Promise<string> => makeFile(['-f', 'lavfi', '-i', graph, ...WAV], 'wav');
const measure = (path: string, cut?: Cut) =>
  measureSound({ path: testFfmpeg }, { path: Buffer.from(path), ...(cut && { cut }) });
const heard = async (path: string, cut?: Cut): Promise<Sound> => {
  const outcome = await measure(path, cut);
  if (outcome.kind !== 'heard') throw new Error(`${path}: ${outcome.kind}`);
  return outcome.sound;
};
const decibels = (linear: number): number => 20 * Math.log10(linear);

/** As anybody would ask ffmpeg for it: loudness and true peak, both in decibels. */
const byHand = async (path: string, cut = ''): Promise<{ lufs: number; peakDb: number }> => {
  const filter = `${cut}aformat=channel_layouts=stereo,ebur128=peak=true:framelog=verbose:metadata=1,ametadata=print:file=-`;
  const args = ['-nostdin', '-v', 'error', '-i', path, '-map', '0:a:0', '-af', filter, '-f', 'null', '-'];
  const { stdout } = await runProcess(testFfmpeg, args, { timeoutMs: 60_000 });
  const last = (key: string): number => Number(stdout.slice(stdout.lastIndexOf(key)).split('\n')[0]?.split('=')[1]);
  return { lufs: last('lavfi.r128.I='), peakDb: decibels(last('lavfi.r128.true_peak=')) };
};

/** EBU Tech 3341: a stereo tone of 1 kHz at -23 dBFS is -23 LUFS. */
const at = (db: number, seconds: number): string =>
  `aevalsrc=exprs=${10 ** (db / 20)}*sin(2*PI*1000*t)|${10 ** (db / 20)}*sin(2*PI*1000*t):s=48000:d=${seconds}`;
const after = (...parts: string[]): string =>
  `${parts.map((part, i) => `${part}[p${i}]`).join(';')};${parts.map((_, i) => `[p${i}]`).join('')}concat=n=${parts.length}:v=0:a=1`;

describe('loudness of what is known (EBU Tech 3341)', () => {
  test.each([
    ['a tone at -23 dBFS', at(-23, 8), -23],
    ['a tone at -33 dBFS', at(-33, 8), -33],
    ['quieter before and after it', after(at(-36, 4), at(-23, 12), at(-36, 4)), -23],
    ['much quieter still around that', after(at(-72, 4), at(-36, 4), at(-23, 12), at(-36, 4), at(-72, 4)), -23],
    ['a little quieter before and after it', after(at(-26, 20), at(-20, 20.1), at(-26, 20)), -23],
  ])('%s', async (_name, graph, lufs) => {
    const sound = await heard(await tone(graph));
    expect(Math.abs((sound.loudness ?? 0) - lufs)).toBeLessThanOrEqual(0.1);
  });
});

describe('loudness and true peak of files', () => {
  test.each(Object.keys(formats) as FormatName[])('%s: as ebur128 says by hand', async (format) => {
    const path = await noiseAs(format, 6);
    const [sound, hand] = await Promise.all([heard(path), byHand(path)]);
    expect(Math.abs((sound.loudness ?? 0) - hand.lufs)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(decibels(sound.truePeak) - hand.peakDb)).toBeLessThanOrEqual(0.3);
    expect(sound.points.peaks.length).toBe(600);
  });
  test.each(['mono', '5.1', '7.1', 'quad'])('%s: as it sounds in stereo', async (layout) => {
    const path = await tone(`anoisesrc=r=48000:c=pink:a=0.2:s=3:d=5,aformat=channel_layouts=${layout}`);
    const [sound, hand] = await Promise.all([heard(path), byHand(path)]);
    expect(Math.abs((sound.loudness ?? 0) - hand.lufs)).toBeLessThanOrEqual(0.1);
  });
  test('peaks of a lossy file above full scale are told, not cut off', async () => {
    const graph =
      'anoisesrc=r=44100:c=white:a=1:s=4:d=4,lowpass=f=4000,volume=20dB,aformat=sample_fmts=s16:channel_layouts=stereo';
    const path = await makeFile(['-f', 'lavfi', '-i', graph, '-c:a', 'libvorbis', '-q:a', '3'], 'ogg');
    const [sound, hand] = await Promise.all([heard(path), byHand(path)]);
    expect(sound.truePeak).toBeGreaterThan(1.02);
    expect(Math.abs(decibels(sound.truePeak) - hand.peakDb)).toBeLessThanOrEqual(0.3);
  });
});

describe('odd recordings', () => {
  test('silence has an outline and no loudness', async () => {
    const sound = await heard(await tone('anullsrc=r=44100:cl=stereo:d=3'));
    expect(sound.loudness).toBeUndefined();
    expect([sound.truePeak, Math.max(...sound.points.peaks)]).toEqual([0, 0]);
  });
  test('10 ms has a peak and an outline and no loudness', async () => {
    const sound = await heard(await tone(at(-6, 0.01)));
    expect(sound.loudness).toBeUndefined();
    expect(decibels(sound.truePeak)).toBeCloseTo(-6, 0);
    expect(sound.points.peaks.length).toBe(8);
  });
  test('8 kHz and 192 kHz', async () => {
    for (const rate of [8000, 192_000]) {
      const path = await tone(`anoisesrc=r=${rate}:c=pink:a=0.3:s=5:d=4,aformat=channel_layouts=stereo`);
      const [sound, hand] = await Promise.all([heard(path), byHand(path)]);
      expect(Math.abs((sound.loudness ?? 0) - hand.lufs)).toBeLessThanOrEqual(0.1);
    }
  });
  test('a file cut in half is measured as far as it goes', async () => {
    const bytes = await readFile(await noiseAs('flac', 12));
    const path = join(folder, 'half.flac');
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    expect(Math.abs(((await heard(path)).loudness ?? 0) - (await byHand(path)).lufs)).toBeLessThanOrEqual(0.1);
  });
  test('a file with a hole in it is measured around it', async () => {
    const bytes = await readFile(await noiseAs('mp3', 12));
    bytes.fill(0x55, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2));
    const path = join(folder, 'hole.mp3');
    await writeFile(path, bytes);
    expect(Math.abs(((await heard(path)).loudness ?? 0) - (await byHand(path)).lufs)).toBeLessThanOrEqual(1);
  });
  test('text, nothing at all and a playlist are no sound', async () => {
    for (const [name, text] of Object.entries({
      'text.mp3': 'words '.repeat(999),
      'nothing.flac': '',
      'list.mp3': '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile.ts\n',
    })) {
      const path = join(folder, name);
      await writeFile(path, text);
      expect(await measure(path), name).toMatchObject({ kind: 'unfit' });
    }
  });
  test('a name that is no UTF-8 is opened as it is', async () => {
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.wav')]);
    await copyFile(await tone(at(-23, 8)), path);
    expect(await measureSound({ path: testFfmpeg }, { path })).toMatchObject({ kind: 'heard' });
  });
});

describe('tracks of a sheet', () => {
  test.each(['flac', 'mp3', 'm4a', 'vorbis'] as const)(
    '%s: each is measured as if it were a file of its own',
    async (format) => {
      const rateHz = 44_100;
      const graph = after(at(-30, 5), at(-12, 5.5), at(-24, 5)).replaceAll('s=48000', `s=${rateHz}`);
      const path = await makeFile(['-f', 'lavfi', '-i', graph, ...formats[format].as], formats[format].extension);
      const cuts = [
        { start: 0, end: 5 * rateHz },
        { start: 5 * rateHz, end: 10.5 * rateHz },
        { start: 10.5 * rateHz, end: undefined },
      ];
      for (const cut of cuts) {
        const sound = await heard(path, { ...cut, rateHz, firstPts: format === 'mp3' ? 1105 : 0 });
        const end = cut.end === undefined ? '' : `:end_sample=${cut.end}`;
        const hand = await byHand(path, `atrim=start_sample=${cut.start}${end},`);
        expect(Math.abs((sound.loudness ?? 0) - hand.lufs), `${cut.start}`).toBeLessThanOrEqual(0.1);
      }
    },
  );
});

describe('stopping', () => {
  test('a signal ends it at once, and it is not taken for a result', async () => {
    const abort = new AbortController();
    const path = Buffer.from(await noiseAs('flac', 120));
    const measuring = measureSound({ path: testFfmpeg }, { path, signal: abort.signal });
    setTimeout(() => abort.abort(), 40);
    expect(await measuring).toEqual({ kind: 'later', why: 'it was stopped' });
  });
});
