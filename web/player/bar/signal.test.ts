import { expect, test } from 'vitest';
import { laterWords } from './later-words.ts';
import { whyOf } from './signal.ts';

test('the server tells why, except where AAC is played though FLAC was offered', () => {
  const offered = { codec: 'flac', reasons: [{ text: 'No.' }, { text: 'It stays lossless.' }] };
  expect(whyOf(offered, 'flac')).toBe('It stays lossless.');
  expect(whyOf(offered, 'aac')).toBe(laterWords.notLossless);
  expect(whyOf({ codec: 'aac', reasons: [{ text: 'It is lossy already.' }] }, 'aac')).toBe('It is lossy already.');
  expect(whyOf({ codec: 'aac', reasons: [] }, 'aac')).toBe('');
});
