/** The deck's joins in a real Firefox, heard by the same tap. Its clock is told in whole microseconds: a join may be off by one sample. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWhere } from '../describe-where.ts';
import { findFirefox, openFirefox } from './firefox.ts';
import { hearJoins, items, openLab, type Lab } from './lab.ts';
import { findFfmpeg } from './recordings.ts';

const firefox = findFirefox();
const able = firefox !== undefined && findFfmpeg() !== undefined;
if (!able)
  console.warn('NOT TESTED: the deck in Firefox needs firefox-esr and ffmpeg (apt-get install firefox-esr ffmpeg)');

describeWhere(able, 'needs firefox and ffmpeg')('the deck in Firefox', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(() => openFirefox(firefox as string));
  });
  afterAll(async () => {
    await lab?.close();
  });
  beforeEach(() => lab.reset());

  for (const family of ['aac', 'flac'] as const)
    it(`joins three tracks of one rate within a sample: ${family}`, async () => {
      const all = ['1', '2', '3'].map((n) => lab.recorded({ family, sampleRateHz: 44_100, id: family + n }));
      const { gaps, waits } = await hearJoins(
        lab,
        items(...all),
        all.map(({ pcm }) => pcm),
      );
      console.info(`Firefox, ${family} 44.1 x3: gaps`, gaps, 'waits', waits);
      for (const gap of gaps) expect(Math.abs(gap)).toBeLessThanOrEqual(1);
      expect(waits).toBe(0);
    });
});
