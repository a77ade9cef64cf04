import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { expiryOf, isSignedBy, mintToken, readToken } from './token.ts';
import type { Key } from './token.ts';

const key: Key = { kid: 7, secret: randomBytes(32) };
const claims = { kind: 'session' as const, handle: randomBytes(8), expS: 1_800_000_000 };
const SCOPE = 'trk_1/AAAAAAAAAAAAAAAA/aac';
const text = mintToken(key, claims, SCOPE);
const opens = (token: string, scope = SCOPE, by = key): boolean => {
  const read = readToken(token);
  return read !== undefined && isSignedBy(by, read, scope);
};

describe('a token', () => {
  test('is 40 characters and tells what it was made of', () => {
    expect(text).toMatch(/^[\w-]{40}$/);
    expect(readToken(text)).toMatchObject({ kid: 7, ...claims });
    expect(opens(text)).toBe(true);
  });
  test('opens its own scope alone, and only with its key', () => {
    for (const scope of [SCOPE.replace('trk_1', 'trk_2'), SCOPE.replace('A/aac', 'B/aac'), `${SCOPE}128`, ''])
      expect(opens(text, scope), scope).toBe(false);
    expect(opens(text, SCOPE, { kid: 7, secret: randomBytes(32) })).toBe(false);
  });
  test('is void with any one character changed', () => {
    for (let i = 0; i < text.length; i++) {
      const other = text[i] === 'A' ? 'B' : 'A';
      expect(opens(text.slice(0, i) + other + text.slice(i + 1)), `character ${i}`).toBe(false);
    }
  });
  test('has one spelling: what a lenient decoder forgives is no token', () => {
    const forgiven = [`${text}=`, `${text}==`, text.slice(0, 39), `${text}A`, ` ${text.slice(1)}`, `${text}\n`];
    for (const it of [...forgiven, text.replace(/.$/, '+'), text.replace(/.$/, '/'), `${text.slice(0, 39)}.`, ''])
      expect(readToken(it), JSON.stringify(it)).toBeUndefined();
  });
});

describe('its end', () => {
  const HOUR = 3_600_000;
  const now = Date.UTC(2026, 0, 1, 5, 30);
  test('lies 12 hours on or more, on a grid of six: the same address for hours', () => {
    expect(expiryOf(now, 240_000) * 1000).toBe(Date.UTC(2026, 0, 1, 18));
    expect(expiryOf(now + 0.4 * HOUR, 240_000)).toBe(expiryOf(now, 240_000));
    expect(expiryOf(now + HOUR, 240_000) * 1000).toBe(Date.UTC(2026, 0, 2, 0));
  });
  test('leaves time to hear twice what it opens, a week at most', () => {
    expect(expiryOf(now, 20 * HOUR) * 1000).toBeGreaterThanOrEqual(now + 40 * HOUR);
    expect(expiryOf(now, 1000 * HOUR) * 1000).toBeLessThanOrEqual(now + 7 * 24 * HOUR);
  });
});
