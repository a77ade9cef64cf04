import { describe, expect, test } from 'vitest';
import { decidePlayback } from './decide.ts';
import type { Question } from './decide.ts';

const flac = { container: 'flac', codec: 'flac', bitrateKbps: 800, lossless: true, partOfFile: false };
const browser = { containers: ['mp3', 'flac', 'mp4', 'ogg', 'wav'], codecs: ['mp3', 'flac', 'aac', 'opus'], hls: true };
const ask = (change: Partial<Question>) =>
  decidePlayback({ track: flac, can: browser, prefer: { mode: 'auto' }, ffmpeg: true, ...change });
const codes = (change: Partial<Question>) => ask(change).reasons.map((reason) => reason.code);

describe('how a track is played', () => {
  test('a file the player can play is sent as it is', () => {
    expect(ask({})).toMatchObject({ mode: 'direct', reasons: [{ code: 'as-it-is' }] });
  });
  test('our own player asks for HLS and gets a lossless file as FLAC', () => {
    expect(ask({ prefer: { mode: 'hls' } })).toMatchObject({ mode: 'hls', family: 'flac' });
  });
  test('a lossy file goes out as AAC, whatever the player can do', () => {
    const track = { ...flac, container: 'mp3', codec: 'mp3', lossless: false };
    expect(ask({ track, prefer: { mode: 'hls' } })).toMatchObject({ mode: 'hls', family: 'aac' });
  });
  test('an unknown codec is transcoded, and the reason says so', () => {
    const track = { ...flac, container: 'm4a', codec: 'alac' };
    expect(ask({ track })).toMatchObject({ mode: 'hls', family: 'flac' });
    expect(codes({ track })).toEqual(['codec', 'lossless']);
  });
  test('a ceiling below lossless means AAC', () => {
    expect(ask({ prefer: { mode: 'auto', maxKbps: 320 } })).toMatchObject({ mode: 'hls', family: 'aac', maxKbps: 320 });
    expect(codes({ prefer: { mode: 'auto', maxKbps: 320 } })).toEqual(['bitrate', 'bitrate']);
  });
  test('a track of a CUE sheet is never sent as its whole file', () => {
    expect(codes({ track: { ...flac, partOfFile: true } })).toEqual(['part-of-file', 'lossless']);
  });
  test('without ffmpeg everything is direct, also what the player may not know', () => {
    expect(ask({ ffmpeg: false, prefer: { mode: 'hls' } })).toMatchObject({
      mode: 'direct',
      reasons: [{ code: 'no-ffmpeg' }],
    });
  });
  test('a player that can do nothing gets the file and both reasons', () => {
    expect(codes({ can: { containers: [], codecs: [], hls: false } })).toEqual(['container', 'no-hls']);
  });
});
