import { describe, expect, it } from 'vitest';
import { decideGain, EQUAL_POWER, volumeToGain, withinReach } from './sound.ts';

describe('levelling', () => {
  const gain = { trackDb: -6, albumDb: -8, trackPeak: 0.9, albumPeak: 1 };
  it('keeps the loudness of an album as it was made, and levels tracks in a mix', () => {
    expect(decideGain(gain, 'auto', true)).toEqual({ db: -8, from: 'album', limited: false });
    expect(decideGain(gain, 'auto', false)).toEqual({ db: -6, from: 'track', limited: false });
    expect(decideGain(gain, 'track', true).db).toBe(-6);
    expect(decideGain(gain, 'off', true).db).toBe(0);
  });
  it('never raises a track beyond its peak', () => {
    const raised = decideGain({ trackDb: 9, trackPeak: 0.5 }, 'track', false);
    expect(raised.limited).toBe('peak');
    expect(raised.db).toBeCloseTo(6.02, 2);
    expect(decideGain({ trackDb: 4 }, 'track', false)).toEqual({ db: 0, from: 'track', limited: 'peak' });
  });
  it('takes the other measure where one is missing, and says when there is none', () => {
    expect(decideGain({ trackDb: -3 }, 'auto', true)).toEqual({ db: -3, from: 'track', limited: false });
    expect(decideGain({ albumDb: -3 }, 'auto', false).db).toBe(-3);
    expect(decideGain(null, 'auto', false).from).toBe('unmeasured');
  });
  it('promises no more than the element can do where there is no gain of our own', () => {
    const [down, up] = [decideGain(gain, 'track', false), decideGain({ trackDb: 4, trackPeak: 0.1 }, 'track', false)];
    expect(withinReach(up, 'any')).toEqual({ db: 4, from: 'track', limited: false });
    expect(withinReach(down, 'down')).toEqual(down);
    expect(withinReach(up, 'down')).toEqual({ db: 0, from: 'track', limited: 'device' });
    expect(withinReach(down, 'none')).toEqual({ db: 0, from: 'device', limited: false });
    expect(withinReach(decideGain(gain, 'off', false), 'none').from).toBe('off');
  });
  it('keeps the power of two songs that cross within a tenth of a decibel, between the points of the curve too', () => {
    const at = (place: number): number => {
      const [before = 0, after = before] = EQUAL_POWER.slice(Math.floor(place), Math.floor(place) + 2);
      return before + (after - before) * (place % 1);
    };
    for (let place = 0; place <= EQUAL_POWER.length - 1; place += 0.25) {
      const power = at(place) ** 2 + at(EQUAL_POWER.length - 1 - place) ** 2;
      expect(Math.abs(10 * Math.log10(power))).toBeLessThan(0.1);
    }
  });
  it('turns the slider into even steps between silence and full', () => {
    expect([volumeToGain(0), volumeToGain(1)]).toEqual([0, 1]);
    expect(volumeToGain(0.5)).toBeLessThan(0.3);
  });
});
