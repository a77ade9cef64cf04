import { expect, it } from 'vitest';
import { createTokens, scopeOf, withoutToken } from './signed.ts';

const token = (letter: string): string => letter.repeat(40);
const at = (letter: string, rest = 'aac256/3.m4s', scope = 'trk_1/revrevrevrevrevr/aac'): string =>
  `/m/${token(letter)}/${scope}/${rest}`;

it('knows what an address opens, and that it is the same when signed anew', () => {
  expect(scopeOf(at('A'))).toBe('trk_1/revrevrevrevrevr/aac');
  expect(scopeOf('/api/v1/tracks/trk_1/file')).toBeUndefined();
  expect(withoutToken(at('A'))).toBe(withoutToken(at('B')));
  expect(withoutToken(at('A'))).not.toBe(withoutToken(at('A', 'aac128/3.m4s')));
  expect(withoutToken('/media/1/256')).toBe('/media/1/256');
});

it('carries a new token into every address of the scope, and into no other', async () => {
  const tokens = createTokens(() => Promise.resolve(at('B', 'aac.m3u8')));
  expect(await Promise.all([tokens.renew(at('A')), tokens.renew(at('A', 'aac256/plain.mp4'))])).toEqual([true, true]);
  expect(tokens.current(at('A', 'aac128/9.m4s'))).toBe(at('B', 'aac128/9.m4s'));
  const other = at('A', 'flac/0.m4s', 'trk_1/revrevrevrevrevr/flac');
  expect(tokens.current(other)).toBe(other);
  // Refused with the new one as well: it was not the token.
  expect(await tokens.renew(at('A'))).toBe(false);
});

it('does not take the same token, another scope, or nothing for a renewal', async () => {
  for (const answer of [at('A'), at('B', 'x', 'trk_1/otherotherothero/aac'), undefined, '/media/1/0.m4s'])
    expect(await createTokens(() => Promise.resolve(answer)).renew(at('A'))).toBe(false);
});
