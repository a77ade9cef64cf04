/**
 * The deck in a real Chromium, heard by a tap behind the element and compared, sample by sample, with what went into the
 * encoder. What takes minutes (slow links, a thousand joins, starts by the clock) is in deck-long.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findPart, gapAtJoin } from './correlate.ts';
import { able, errorAround, gapsIn, hearJoins, items, openLab, RATE_HZ, type Lab } from './lab.ts';
import type { Recorded } from './recordings.ts';
import { describeWhere } from '../describe-where.ts';

const aac = { family: 'aac', sampleRateHz: 44_100 } as const;
const flac = { family: 'flac', sampleRateHz: 44_100 } as const;
const pcmOf = (all: Recorded[]): Float32Array[] => all.map(({ pcm }) => pcm);

describeWhere(able, 'needs chromium and ffmpeg')('the deck in Chromium', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(async () => {
    await lab?.close();
  });
  beforeEach(() => lab.reset());

  const three = (kind: typeof aac | typeof flac): Recorded[] =>
    ['1', '2', '3'].map((n) => lab.recorded({ ...kind, id: kind.family + n }));

  it('joins three AAC tracks with no sample between them', async () => {
    const all = three(aac);
    const { gaps, waits } = await hearJoins(lab, items(...all), pcmOf(all));
    console.info('AAC 44.1 x3: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.1);
    expect(waits).toBe(0);
  });

  it('joins three FLAC tracks with no sample between them, bit for bit', async () => {
    const all = three(flac);
    const { gaps, waits, tap } = await hearJoins(lab, items(...all), pcmOf(all));
    const whole = Float32Array.from(pcmOf(all).flatMap((pcm) => [...pcm]));
    const join = all[0]?.pcm.length ?? 0;
    const from = join - 20_000;
    const shift = Math.round(findPart(tap, whole.subarray(from, from + 4096), { from: 0, to: tap.length }).at) - from;
    // In steps of 16 bits: Chromium scales positive samples by 1/32767.
    const step = (value: number | undefined): number => Math.round((value ?? 0) * 32_768);
    let worst = 0;
    for (let i = from; i < join + (all[1]?.pcm.length ?? 0) + 8000; i++)
      worst = Math.max(worst, Math.abs(step(tap[i + shift]) - step(whole[i])));
    console.info('FLAC 44.1 x3: gaps', gaps, 'waits', waits, 'largest difference over both joins', worst);
    expect(gaps).toEqual([0, 0]);
    expect(worst).toBe(0);
    expect(waits).toBe(0);
  });

  it('joins tracks of other rates and codecs within one sample', async () => {
    const all = [
      lab.recorded({ ...aac, id: 'aac1' }),
      lab.recorded({ ...aac, id: 'a48', sampleRateHz: 48_000 }),
      lab.recorded({ ...flac, id: 'f96', sampleRateHz: 96_000, bits: 24 }),
      lab.recorded({ ...flac, id: 'flac1' }),
    ];
    const { gaps, waits } = await hearJoins(lab, items(...all), pcmOf(all));
    console.info('AAC44 > AAC48 > FLAC96/24 > FLAC44: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThanOrEqual(1);
    expect(waits).toBe(0);
  });

  /** An album cut in the middle of the music, as one recording and track by track. */
  const cuts = [0, 105_001, 210_777, 330_003];
  const spans = cuts.slice(0, -1).map((fromSample, i) => ({ fromSample, samples: (cuts[i + 1] ?? 0) - fromSample }));
  const album = () => lab.recorded({ ...aac, id: 'album', totalSamples: cuts[3] ?? 0 });
  const onAlbum = () => spans.map((span, i) => ({ key: `t${i}`, recording: album().recording, span }));
  const pcmAt = (i: number) => album().pcm.subarray(cuts[i], cuts[i + 1]);

  it('plays a run of an album in AAC with no trace of its joins', async () => {
    const { pcm } = album();
    const joined = await hearJoins(lab, onAlbum(), [pcmAt(0), pcmAt(1), pcmAt(2)]);
    const errors = [105_001, 210_777].map((join) => errorAround(joined.tap, pcm, join - 300));
    const nearby = [80_000, 170_000].map((at) => errorAround(joined.tap, pcm, at));
    await lab.reset();
    const alone = spans.map(({ fromSample, samples }, i) =>
      lab.recorded({ ...aac, id: `alone${i}`, totalSamples: samples, from: { id: 'album', sample: fromSample } }),
    );
    const single = await hearJoins(lab, items(...alone), pcmOf(alone));
    const cold = [105_001, 210_777].map((join) => errorAround(single.tap, pcm, join - 300));
    console.info('AAC album: gaps', joined.gaps, 'error at joins', errors, 'nearby', nearby, 'as single tracks', cold);
    for (const gap of joined.gaps) expect(Math.abs(gap)).toBeLessThan(0.1);
    expect(joined.waits).toBe(0);
    for (const error of errors) expect(error).toBeLessThan(Math.max(...nearby) + 3);
  });

  it('joins a part of an album to other tracks, before and behind it', async () => {
    const [, second, third] = onAlbum();
    const [before, after] = [lab.recorded({ ...aac, id: 'aac1' }), lab.recorded({ ...flac, id: 'flac2' })];
    const line = [...items(before), second, third, ...items(after)].filter((item) => item !== undefined);
    const { gaps, waits } = await hearJoins(lab, line, [before.pcm, pcmAt(1), pcmAt(2), after.pcm]);
    console.info('AAC > album 2 > album 3 > FLAC: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.7);
    expect(waits).toBe(0);
  });

  it('replaces the prepared next track 0.6 s before the join, also within an album', async () => {
    const [first, wrong, right] = three(aac) as [Recorded, Recorded, Recorded];
    const [one, two] = onAlbum();
    for (const [line, pcm] of [
      [items(first, wrong), first.pcm],
      [[one, two], pcmAt(0)],
    ] as const) {
      await lab.reset();
      await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value, 0.8)', line);
      await lab.until('lab.deck.remainingSec() < 0.62', 10_000);
      await lab.run('lab.deck.follow(value)', items(right));
      await lab.until(`lab.deck.current()?.key === 'aac3' && lab.deck.positionSec() > 0.6`);
      const [gap] = gapsIn(await lab.tapped(), [pcm, right.pcm]);
      console.info('replaced at T-0.6 s: gap', gap);
      expect(Math.abs(gap ?? 9)).toBeLessThan(0.1);
    }
  });

  it('goes on without a gap when the queue grows after the end was told', async () => {
    const [first, second] = three(aac) as [Recorded, Recorded];
    await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value)', items(first));
    await lab.until('lab.deck.remainingSec() < 1');
    await lab.run('lab.deck.follow(value)', items(second));
    await lab.until(`lab.deck.current()?.key === 'aac2' && lab.deck.positionSec() > 0.6`);
    const [gap] = gapsIn(await lab.tapped(), [first.pcm, second.pcm]);
    console.info('grown after endOfStream: gap', gap);
    expect(Math.abs(gap ?? 9)).toBeLessThan(0.1);
  });

  it('tells the end of a song that was whole long before, when what was played is dropped', async () => {
    const long = lab.recorded({ ...aac, id: 'long', sec: 38 });
    await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value)', items(long));
    await lab.until('lab.deck.bufferedSec() > 34 && lab.audio.duration < 100');
    await lab.run('lab.deck.seek(34)');
    await lab.until('lab.heard.ended > 0', 15_000);
    expect(await lab.run('return lab.heard.ended')).toBe(1);
  });

  it('begins at the very sample that was asked for', async () => {
    const track = lab.recorded({ ...flac, id: 'flac1' });
    await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value, 1)', items(track));
    await lab.until('lab.deck.positionSec() > 1.3');
    const tap = await lab.tapped();
    const found = findPart(tap, track.pcm.subarray(RATE_HZ + 2000, RATE_HZ + 6096), { from: 0, to: tap.length });
    const off = tap.findIndex((value) => value !== 0) - (found.at - 2000);
    console.info('first sample heard, off by', off);
    expect(Math.abs(off)).toBeLessThanOrEqual(1);
  });

  const segments = { ...aac, sec: 4, segmentSamples: 46_080 };
  const ladder = () => lab.recorded({ ...segments, id: 'ladder', kbps: [256, 128, 64] });
  const short = () => lab.recorded({ ...segments, id: 'short' });
  const whole = 'await lab.open({ rateHz: 44100 }); await lab.play(value)';
  const untilEnd = () => lab.until('lab.heard.ended > 0');

  it('switches levels both ways with no sample lost and none added', async () => {
    const { pcm } = ladder();
    await lab.run('lab.levels = [0, 2, 0, 1, 2, 0]; lab.forced = true;');
    await lab.run('await lab.open({ rateHz: 44100, savedBps: 5e6 }); await lab.play(value)', items(ladder()));
    const waits = await lab.run<number>('return lab.heard.waits');
    await untilEnd();
    const tap = await lab.tapped();
    const places = [20_000, 60_000, 100_000, 130_000].map(
      (at) => findPart(tap, pcm.subarray(at, at + 4096), { from: 0, to: tap.length }).at - at,
    );
    const offsets = places.map((place) => Math.round((place - (places[0] ?? 0)) * 100) / 100);
    const used = new Set(
      lab.server.requests.filter((path) => path.includes('/ladder/')).map((path) => path.split('/')[3]),
    );
    console.info('256>64>256>128>64: offsets', offsets, 'rates fetched', [...used]);
    expect(used.size).toBe(3);
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThan(0.1);
    expect(await lab.run<number>('return lab.heard.waits')).toBe(waits);
  });

  it('lets only the last of ten songs sound when ten are asked for in two seconds', async () => {
    const all = [...three(aac), ...three(flac)];
    const asked = Array.from({ length: 10 }, (_, i) => ({ ...items(all[i % 6] as Recorded)[0], key: `skip${i}` }));
    await lab.run('await lab.open({ rateHz: 44100 })');
    await lab.run(
      'for (const item of value) { void lab.play([item]); await new Promise((ok) => setTimeout(ok, 200)); }',
      asked,
    );
    await lab.until(`lab.deck.current()?.key === 'skip9' && lab.deck.positionSec() > 1`);
    const tap = await lab.tapped();
    const { pcm } = all[3] as Recorded;
    const found = findPart(tap, pcm.subarray(30_000, 34_096), { from: 0, to: tap.length });
    expect(found.likeness).toBeGreaterThan(0.95);
  });

  /** Every quarter second of the recording is in the tap, in order, nothing left out. */
  function expectWhole(tap: Float32Array, pcm: Float32Array): void {
    let last = 0;
    for (let at = 14_000; at + 6000 < pcm.length; at += 11_025) {
      const found = findPart(tap, pcm.subarray(at, at + 2048), { from: last, to: last + 6 * RATE_HZ });
      expect(found.likeness).toBeGreaterThan(0.9);
      last = Math.floor(found.at);
    }
  }

  it('plays on through refusals without a break', async () => {
    Object.assign(lab.server.faults, { status: 503, statusLeft: 2, only: '/3.m4s' });
    await lab.run(whole, items(short()));
    const waits = await lab.run<number>('return lab.heard.waits');
    await untilEnd();
    expectWhole(await lab.tapped(), short().pcm);
    expect(await lab.run('return lab.heard.states')).toEqual(['ok', 'retrying', 'ok']);
    expect(await lab.run<number>('return lab.heard.waits')).toBe(waits);
  });

  it('loses no sample when the connection is cut in the first segment', async () => {
    Object.assign(lab.server.faults, { bitsPerSec: 800_000, cutAfterBytes: 12_000, only: '/0.m4s' });
    await lab.run(whole, items(short()));
    await untilEnd();
    expectWhole(await lab.tapped(), short().pcm);
  });

  it('holds for a sign-in and goes on where it stopped', async () => {
    Object.assign(lab.server.faults, { status: 401, statusLeft: Infinity, only: '/1.m4s' });
    await lab.run(whole, items(short()));
    await lab.until(`lab.heard.states.at(-1) === 'signed-out'`);
    await sleep(2000);
    lab.server.faults.status = 0;
    await lab.run('lab.wake()');
    await untilEnd();
    expectWhole(await lab.tapped(), short().pcm);
  });

  it('goes on without a break when a signed address ends in the middle of a song', async () => {
    const { recording, pcm } = short();
    const place = (token: string) => `/m/${token.repeat(40)}/${recording.id}/revrevrevrevrevr/aac`;
    const renditions = recording.renditions.map(({ kbps }) => {
      const base = `${place('A')}/${kbps}`;
      return { kbps, base, init: `${base}/init.mp4` };
    });
    // Slow enough that the song is not all there before its address ends.
    lab.server.faults.bitsPerSec = 500_000;
    await lab.run('lab.sign = () => Promise.resolve(value)', `${place('B')}/aac.m3u8`);
    await lab.run(whole, [{ key: recording.id, recording: { ...recording, renditions } }]);
    const waits = await lab.run<number>('return lab.heard.waits');
    const asked = lab.server.requests.length;
    Object.assign(lab.server.faults, { status: 403, statusLeft: Infinity, only: place('A') });
    await untilEnd();
    expectWhole(await lab.tapped(), pcm);
    expect(await lab.run<number>('return lab.heard.waits')).toBe(waits);
    expect(await lab.run('return lab.heard.states')).toEqual(['ok']);
    expect(await lab.run('return lab.heard.gone')).toEqual([]);
    const refused = lab.server.requests.slice(asked).filter((path) => path.startsWith(`${place('A')}/`));
    expect(lab.server.requests.some((path) => path.startsWith(`${place('B')}/`))).toBe(true);
    // Once refused, nobody knocks with it again.
    expect(refused.length).toBeLessThanOrEqual(2);
  });

  it('leaves out two next tracks whose files are gone and plays the one after them without a gap', async () => {
    const [first, , third] = three(aac) as [Recorded, Recorded, Recorded];
    const [gone, too] = [lab.recorded({ ...aac, id: 'gone1' }), lab.recorded({ ...aac, id: 'gone2' })];
    Object.assign(lab.server.faults, { status: 410, statusLeft: Infinity, only: '/gone' });
    await lab.run(whole, items(first, gone, too, third));
    await lab.until(`lab.deck.current()?.key === 'aac3' && lab.deck.positionSec() > 0.6`);
    expect(await lab.run('return lab.heard.gone')).toEqual(['gone1', 'gone2']);
    const { gap } = gapAtJoin(await lab.tapped(), first.pcm, third.pcm);
    expect(Math.abs(gap)).toBeLessThan(0.1);
  });

  it('goes on in AAC, and says so, where FLAC breaks the decoder', async () => {
    const lossy = lab.recorded({ ...aac, id: 'lossy', sec: 4, from: { id: 'broken', sample: 0 } });
    const broken = lab.recorded({ ...flac, id: 'broken', sec: 4 });
    const recording = { ...broken.recording, lossy: lossy.recording };
    // Bytes of another kind behind a FLAC address: the parser gives up, as a decoder would.
    recording.renditions = [{ kbps: 900, base: '/media/aac1/256', init: '/media/broken/900/init.mp4' }];
    lab.recorded({ ...aac, id: 'aac1' });
    await lab.run(whole, [{ key: 'broken', recording }]);
    await lab.until('lab.deck.positionSec() > 2');
    const tap = await lab.tapped();
    const found = findPart(tap, broken.pcm.subarray(60_000, 64_096), { from: 0, to: tap.length });
    expect(found.likeness).toBeGreaterThan(0.95);
    expect(await lab.run('return [lab.heard.flacFails, lab.heard.gone.length]')).toEqual([1, 0]);
  });
});
