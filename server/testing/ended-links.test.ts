import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resetPassword } from '../accounts/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import { openLinks } from '../media-links.ts';
import { OWNER, openAccountsHouse } from './accounts-house.ts';

const scope = { thing: 'trk_1', rev: 'revrevrevrevrevr', rendition: 'aac' };
const NEXT = 'four quite other words';

test('a new password ends what was signed for sessions and tokens, at once, but not where it is changed', async () => {
  const house = await openAccountsHouse();
  const { accounts, db } = house;
  const dataDir = mkdtempSync(join(tmpdir(), 'ended-links-'));
  const journal = { epoch: () => 'one' } as Parameters<typeof openLinks>[0]['journal'];
  const links = openLinks({ accounts, journal, clock: systemClock, log: silentLog, dataDir });
  try {
    const { id } = await accounts.household.add({ name: 'Ida', password: OWNER.password, role: 'listener' });
    const ada = await house.owner();
    const ida = house.browser();
    const signIn = (password: string) =>
      ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password } });
    /** Signed for her session and for a token of hers; then what has become of the two. */
    const signed = async (password: string) => {
      expect((await signIn(password)).status).toBe(201);
      const { session } = (await (await ida.ask('/api/v1/session')).json()) as { session: { id: string } };
      const body = { name: 'script', scopes: ['read', 'playback'] };
      const token = (await (await ida.ask('/api/v1/tokens', { method: 'POST', body })).json()) as { id: string };
      const paths = [session.id, token.id].map((one) => links.sign(accounts.credentials.viewer(one)!, scope, 240_000));
      const judge = () => paths.map((path) => links.judge(path.split('/')[2] ?? '', scope).kind);
      expect(judge()).toEqual(['yes', 'yes']);
      return judge;
    };
    const own = await signed(OWNER.password);
    const body = { current: OWNER.password, next: NEXT };
    expect((await ida.ask('/api/v1/me/password', { method: 'PUT', body })).status).toBe(200);
    expect(own()).toEqual(['yes', 'ended']);
    const reset = await signed(NEXT);
    const change = { method: 'PATCH', body: { password: OWNER.password } };
    expect((await ada.ask(`/api/v1/users/${id}`, change)).status).toBe(200);
    expect(reset()).toEqual(['ended', 'ended']);
    const command = await signed(OWNER.password);
    await resetPassword({ db, clock: systemClock }, { name: 'Ida', password: NEXT });
    expect(command()).toEqual(['ended', 'ended']);
  } finally {
    await links.close();
    rmSync(dataDir, { recursive: true });
  }
});
