import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Viewer } from '../../http/index.ts';
import { silentLog } from '../../kit/index.ts';
import { openKeyRing } from './key-ring.ts';
import { createLinks } from './links.ts';
import type { Links } from './links.ts';

const HOUR_MS = 3_600_000;
const scope = { thing: 'trk_1', rev: 'revrevrevrevrevr', rendition: 'aac' };
const folder = mkdtempSync(join(tmpdir(), 'links-'));
const opened: Links[] = [];
afterAll(async () => {
  // Keys are written in the background.
  for (const it of opened) await it.close();
  rmSync(folder, { recursive: true });
});

const ida: Viewer = {
  userId: 'usr_1',
  name: 'Ida',
  role: 'listener',
  scopes: new Set(['read', 'playback']),
  roots: 'all',
  via: 'session',
  credentialId: 'ses_1',
};
const people = new Map<string, Viewer>();
const clock = { nowMs: 0, now: () => clock.nowMs };
let links: Links;
let rings = 0;

const open = (path = join(folder, `keys-${rings}.json`)): Links => {
  const made = createLinks({
    ring: openKeyRing({ path, clock, log: silentLog }),
    standing: { viewer: (id) => people.get(id), ids: () => [...people.keys()] },
    sightOf: ({ roots }) => JSON.stringify(roots),
    clock,
  });
  opened.push(made);
  return made;
};
const tokenOf = (path: string): string => path.split('/')[2] ?? '';
const judge = (path: string, by = links) => by.judge(tokenOf(path), scope).kind;

beforeEach(() => {
  rings++;
  clock.nowMs = 1000 * HOUR_MS;
  people.clear();
  people.set('ses_1', ida).set('tok_1', { ...ida, credentialId: 'tok_1', via: 'token' });
  links = open();
});

describe('an address', () => {
  test('stands until its end and no longer, and then it has ended, not been invented', () => {
    const path = links.sign(ida, scope, 240_000);
    expect(judge(path)).toBe('yes');
    clock.nowMs += 12 * HOUR_MS - 1;
    expect(judge(path)).toBe('yes');
    clock.nowMs += 6 * HOUR_MS;
    expect(judge(path)).toBe('ended');
  });
  test('ends with what it was made for, and with nobody else’s', () => {
    const [hers, script] = [ida, people.get('tok_1') as Viewer].map((it) => links.sign(it, scope, 0)) as [
      string,
      string,
    ];
    expect(tokenOf(hers)).not.toBe(tokenOf(script));
    people.delete('ses_1');
    expect([judge(hers), judge(script)]).toEqual(['ended', 'yes']);
    people.set('tok_1', { ...ida, scopes: new Set(['read']) });
    expect(judge(script)).toBe('ended');
  });
  test('ends when its listener may see something else, also by a detour over a restart', async () => {
    const path = links.sign(ida, scope, 0);
    await links.close();
    people.set('ses_1', { ...ida, roots: [2] });
    expect([judge(path), judge(path, open())]).toEqual(['ended', 'ended']);
    expect(judge(links.sign({ ...ida, roots: [2] }, scope, 0))).toBe('yes');
  });
  test('does not tell the credential, nor does the same credential of another house make the same', () => {
    expect(Buffer.from(tokenOf(links.sign(ida, scope, 0)), 'base64url').toString('latin1')).not.toContain('ses_1');
    const other = open(join(folder, 'another.json'));
    expect(judge(other.sign(ida, scope, 0))).toBe('invented');
  });
  test('stands again after a restart, when its session does', async () => {
    const path = links.sign(ida, scope, 0);
    await links.close();
    expect(judge(path, open())).toBe('yes');
    people.delete('ses_1');
    expect(judge(path, open())).toBe('ended');
  });
  test('outlives the turn of the keys', () => {
    clock.nowMs += 29.9 * 24 * HOUR_MS;
    const path = links.sign(ida, scope, 0);
    clock.nowMs += 3 * HOUR_MS;
    const next = links.sign(ida, scope, 0);
    expect(Buffer.from(tokenOf(next), 'base64url')[0]).not.toBe(Buffer.from(tokenOf(path), 'base64url')[0]);
    expect([judge(path), judge(next)]).toEqual(['yes', 'yes']);
  });
});

test('who may see the same shares a policy, who may not has another', () => {
  const olaf = { ...ida, userId: 'usr_2', credentialId: 'ses_2' };
  expect(links.policyOf(olaf)).toBe(links.policyOf(ida));
  expect(links.policyOf({ ...olaf, roots: [2] })).not.toBe(links.policyOf(ida));
  expect(links.policyOf(ida)).toMatch(/^[\w-]{16}$/);
});
