import { expect, test } from 'vitest';
import { createFrameList } from './frame-list.ts';

const HEAD = '#tb 0: 1/44100\n#sample_rate 0: 44100\n';
const endsOf = (lines: string) => {
  const frames = createFrameList({ bytesAreSamples: false });
  // As a pipe cuts it.
  for (let at = 0; at < HEAD.length + lines.length; at += 7) frames.push(Buffer.from((HEAD + lines).slice(at, at + 7)));
  return frames.ends();
};

test('a last packet whose length is below nothing does not make the recording 27 hours long', () => {
  const ends = endsOf('0, 0, 0, 1024, 77, 0x0\n0, 1024, 1024, 4294967257, 86, 0x0, S=1, 10\n');
  expect(ends).toMatchObject({ first: 0, end: 1024, frames: 2 });
});

test('a timestamp before zero is where it says', () => {
  expect(endsOf('0, -128, -128, 128, 1, 0x0\n0, 0, 0, 576, 70, 0x0\n')).toMatchObject({ first: -128, end: 576 });
});

test('without a frame there are no ends', () => {
  expect(endsOf('')).toBeUndefined();
});
