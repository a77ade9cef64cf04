import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSlots } from '../ffmpeg/index.ts';
import { makeFile, noiseAs, testFfmpeg } from '../testing/audio.ts';
import type { FormatName } from '../testing/audio.ts';
import { measureLength, measureQuickly } from './length.ts';

const needs = { ffmpeg: { path: testFfmpeg }, slots: createSlots({ cores: 2 }) };
const measure = (path: string) => measureLength(needs, { path: Buffer.from(path) });
const SECONDS = 12;
const TRUE = {
  44_100: Math.round(12.01234 * 44_100),
  48_000: Math.round(12.01234 * 48_000),
  96_000: Math.round(12.01234 * 96_000),
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'length-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the length of a recording is counted, not believed', () => {
  const exact: FormatName[] = ['flac', 'flac24', 'wav', 'alac', 'mp3', 'mp3vbr', 'm4a', 'vorbis', 'opus'];
  test.each(exact)('%s: every sample of music and none of the padding', async (format) => {
    const measured = await measure(await noiseAs(format, SECONDS));
    if (measured.kind !== 'measured') throw new Error(measured.why);
    const truth = TRUE[measured.srcRate as keyof typeof TRUE];
    // The noise maker rounds its own length; FLAC of the same recipe is the witness.
    expect(Math.abs(measured.samples - truth), `${measured.samples} for ${truth}`).toBeLessThanOrEqual(1);
    expect(measured).toMatchObject({ channels: 2, damaged: false, exact: true });
  });

  test('an MP3 without Xing header is as long as its frames, and not damaged for a header that guessed', async () => {
    const measured = await measure(await noiseAs('mp3bare', SECONDS));
    if (measured.kind !== 'measured') throw new Error(measured.why);
    const surplus = measured.samples - TRUE[44_100];
    expect(surplus).toBeGreaterThan(0);
    expect(surplus).toBeLessThan(3 * 1152);
    expect(measured.damaged).toBe(false);
  });

  test('an MP3 with Xing header begins at its 1105th sample', async () => {
    expect(await measure(await noiseAs('mp3', SECONDS))).toMatchObject({ p0: 1105 });
  });

  test('a file cut short is as long as what is left of it, and damaged', async () => {
    const whole = await readFile(await noiseAs('flac', SECONDS));
    const cut = join(folder, 'cut.flac');
    await writeFile(cut, whole.subarray(0, whole.length / 3));
    const measured = await measure(cut);
    if (measured.kind !== 'measured') throw new Error(measured.why);
    expect(measured.damaged).toBe(true);
    expect(measured.samples / 44_100).toBeGreaterThan(3);
    expect(measured.samples / 44_100).toBeLessThan(6);
  });

  test.each(['opus', 'vorbis'] as const)(
    '%s: streams joined in one file are as long as all of them, and damaged',
    async (format) => {
      const parts = [await noiseAs(format, SECONDS), await noiseAs(format, 7, 8)];
      const joined = join(folder, `joined-${format}.ogg`);
      await writeFile(joined, Buffer.concat(await Promise.all(parts.map((it) => readFile(it)))));
      let samples = 0;
      for (const it of await Promise.all(parts.map(measure))) samples += it.kind === 'measured' ? it.samples : 0;
      expect(await measure(joined)).toMatchObject({ kind: 'measured', damaged: true, playsWhole: true, samples });
      const holed = join(folder, `joined-with-a-hole-${format}.ogg`);
      const bytes = await readFile(joined);
      const hole = Math.round(bytes.length * 0.7);
      await writeFile(holed, Buffer.concat([bytes.subarray(0, hole), bytes.subarray(hole + 20_000)]));
      const measured = await measure(holed);
      expect(measured).toMatchObject({ kind: 'measured', damaged: true });
      expect(measured).not.toMatchObject({ playsWhole: true });
    },
  );

  test('what holds no sound is unplayable, with a reason', async () => {
    const empty = join(folder, 'empty.mp3');
    await writeFile(empty, '');
    const picture = await makeFile(['-f', 'lavfi', '-i', 'color=c=red:s=32x32', '-frames:v', '1'], 'jpg');
    for (const path of [empty, picture, join(folder, 'nothing.flac')])
      expect(await measure(path), path).toMatchObject({ kind: 'unplayable' });
  });

  test('a playlist that calls itself .mp3 does not open the file it names', async () => {
    const other = await noiseAs('mp3', SECONDS);
    const text = `#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:12,\n${other}\n#EXT-X-ENDLIST\n`;
    const fake = join(folder, 'fake.mp3');
    await writeFile(fake, text);
    const concat = join(folder, 'concat.mp3');
    await writeFile(concat, `ffconcat version 1.0\nfile '${other}'\n`);
    for (const path of [fake, concat]) expect(await measure(path)).toMatchObject({ kind: 'unplayable' });
  });

  test('a name that is not UTF-8 is opened all the same', async () => {
    const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.flac')]);
    await writeFile(name, await readFile(await noiseAs('flac', SECONDS)));
    expect(await measureLength(needs, { path: name })).toMatchObject({ kind: 'measured', damaged: false });
  });

  test.each(['flac', 'mp3', 'm4a', 'opus', 'vorbis', 'wma'] as const)(
    '%s: the quick way is within 30 ms (WMA: a block of 46)',
    async (format) => {
      const path = Buffer.from(await noiseAs(format, SECONDS));
      const quick = await measureQuickly(needs, { path, owner: 'somebody' });
      const slow = await measureLength(needs, { path });
      if (quick.kind !== 'measured' || slow.kind !== 'measured') throw new Error('not measured');
      expect(quick.exact).toBe(false);
      expect(quick.p0).toBe(slow.p0);
      expect(Math.abs(quick.samples - slow.samples) / slow.srcRate).toBeLessThanOrEqual(format === 'wma' ? 0.05 : 0.03);
    },
  );
});
