import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAccountsHouse } from '../../testing/accounts-house.ts';
import { faultOfName, nameKey, nameLook } from './names.ts';
import { applySettings } from './settings.ts';

const member = (name: string, role = 'listener') => ({
  method: 'POST',
  body: { name, role, password: 'three small words' },
});

describe('the household', () => {
  test('is made, renamed, promoted and removed by who administers, and by nobody else', async () => {
    const { owner, browser } = await openAccountsHouse();
    const ada = await owner();
    const made = await ada.ask('/api/v1/users', member('Ida'));
    const person = (await made.json()) as { id: string; role: string };
    expect([made.status, person.role, made.headers.get('location')]).toEqual([
      201,
      'listener',
      `/api/v1/users/${person.id}`,
    ]);
    const ida = browser();
    await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
    expect((await ida.ask('/api/v1/users')).status).toBe(403);
    expect((await ida.ask('/api/v1/users', member('Eve'))).status).toBe(403);
    const path = `/api/v1/users/${person.id}`;
    expect(await (await ada.ask(path, { method: 'PATCH', body: { name: 'Ida B' } })).json()).toMatchObject({
      name: 'Ida B',
    });
    expect(await (await ida.ask('/api/v1/me')).json()).toMatchObject({ user: { name: 'Ida B' } });
    await ada.ask(path, { method: 'PATCH', body: { password: 'four quite other words' } });
    expect((await ida.ask('/api/v1/me')).status).toBe(401);
    expect((await ada.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await ada.ask(path)).status).toBe(404);
  });
  test('never loses its owner, whoever tries', async () => {
    const { owner, browser, accounts } = await openAccountsHouse();
    const ada = await owner();
    const me = (await (await ada.ask('/api/v1/me')).json()) as { user: { id: string } };
    const path = `/api/v1/users/${me.user.id}`;
    await accounts.household.add({ name: 'Eve', password: 'three small words', role: 'admin' });
    const eve = browser();
    await eve.ask('/api/v1/session', { method: 'POST', body: { name: 'Eve', password: 'three small words' } });
    for (const it of [ada, eve]) {
      expect((await it.ask(path, { method: 'DELETE' })).status).toBe(409);
      expect((await it.ask(path, { method: 'PATCH', body: { role: 'listener' } })).status).toBe(409);
      expect((await it.ask(path, { method: 'PATCH', body: { password: 'four quite other words' } })).status).toBe(409);
      expect((await it.ask('/api/v1/users', member('Boss', 'owner'))).status).toBe(422);
    }
    expect((await eve.ask(path, { method: 'PATCH', body: { name: 'Mallory' } })).status).toBe(409);
  });
  test('gives nobody who administers a new password of their own without the current one', async () => {
    const { owner, browser } = await openAccountsHouse();
    const ada = await owner();
    const { id } = (await (await ada.ask('/api/v1/users', member('Eve', 'admin'))).json()) as { id: string };
    const eve = browser();
    await eve.ask('/api/v1/session', { method: 'POST', body: { name: 'Eve', password: 'three small words' } });
    const change = (body: object) => ({ method: 'PATCH', body });
    const refused = await eve.ask(`/api/v1/users/${id}`, change({ password: 'four quite other words' }));
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'accounts/own-password' }]);
    expect((await eve.ask(`/api/v1/users/${id}`, change({ name: 'Eva' }))).status).toBe(200);
    expect((await ada.ask(`/api/v1/users/${id}`, change({ password: 'four quite other words' }))).status).toBe(200);
  });
  test('fields that are not named are refused, so nothing can be assigned by the way', async () => {
    const { owner } = await openAccountsHouse();
    const ada = await owner();
    for (const extra of ['id', 'createdAt', 'passwordHash', 'password_hash', 'scopes', 'constructor'])
      expect(
        (await ada.ask('/api/v1/users', { method: 'POST', body: { ...member('Ida').body, [extra]: 'x' } })).status,
      ).toBe(422);
    const proto = '{"name":"Ida","password":"three small words","__proto__":{"role":"admin"}}';
    const answer = await ada.ask('/api/v1/users', { method: 'POST', body: proto });
    if (answer.status === 201) expect(await answer.json()).toMatchObject({ role: 'listener' });
    else expect(answer.status).toBe(422);
    expect(({} as { role?: string }).role).toBeUndefined();
  });
  test('has no two names that look alike', async () => {
    const { owner } = await openAccountsHouse();
    const ada = await owner();
    for (const twin of ['ada', 'АDА', 'Ａｄａ', 'A d a', 'àda'.normalize('NFC')]) {
      const { status } = await ada.ask('/api/v1/users', member(twin));
      expect(status, twin).toBe(twin === 'àda' ? 201 : 409);
    }
    expect((await ada.ask('/api/v1/users', member('Владимир'))).status).toBe(201);
    expect((await ada.ask('/api/v1/users', member('さくら'))).status).toBe(201);
  });
  test('two who ask for one name at once: one has it', async () => {
    const { owner } = await openAccountsHouse();
    const ada = await owner();
    const answers = await Promise.all(
      ['Ida', 'IDA', 'ida', 'Ιda'].map(async (name) => (await ada.ask('/api/v1/users', member(name))).status),
    );
    expect(answers.filter((status) => status === 201)).toHaveLength(1);
  });
});

describe('names', () => {
  test('that cannot be seen or trick the eye are refused', () => {
    for (const name of ['', '  ', 'a\u0000b', 'a\u200bb', 'a\u202eb', '\ud800', 'a'.repeat(65), '._-', 'a\u2028b'])
      expect(faultOfName(name), JSON.stringify(name)).toBeDefined();
    for (const name of ['Ada', 'Zoë K.', 'Владимир', 'さくら', "O'Neil", '李 雷'])
      expect(faultOfName(name)).toBeUndefined();
  });
  test('fold to the same however often they are folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(nameKey(nameKey(name))).toBe(nameKey(name));
        expect(nameLook(nameKey(name))).toBe(nameLook(name));
      }),
    );
  });
});

describe('settings', () => {
  test('are one’s own, and a change touches what it names', async () => {
    const { owner, browser, accounts } = await openAccountsHouse();
    const ada = await owner();
    const change = { method: 'PATCH', body: { playback: { maxKbps: 128 } } };
    expect(await (await ada.ask('/api/v1/settings', change)).json()).toEqual({
      theme: 'system',
      playback: { mode: 'auto', maxKbps: 128, levelling: 'auto', crossfadeSec: 0 },
    });
    await accounts.household.add({ name: 'Ida', password: 'three small words', role: 'listener' });
    const ida = browser();
    await ida.ask('/api/v1/session', { method: 'POST', body: { name: 'Ida', password: 'three small words' } });
    expect(await (await ida.ask('/api/v1/settings')).json()).toMatchObject({ playback: { maxKbps: null } });
    expect((await ada.ask('/api/v1/settings', { method: 'PATCH', body: { them: 'dark' } })).status).toBe(422);
  });
  test('that another version wrote fall back one by one', async () => {
    const { owner, db } = await openAccountsHouse();
    const ada = await owner();
    db.sqlite
      .prepare('UPDATE user SET settings = ?')
      .run('{"theme":"sepia","playback":{"levelling":"album","mode":7}}');
    expect(await (await ada.ask('/api/v1/settings')).json()).toEqual({
      theme: 'system',
      playback: { mode: 'auto', maxKbps: null, levelling: 'album', crossfadeSec: 0 },
    });
  });
  test('nothing named, nothing changed', () => {
    const before = {
      theme: 'dark',
      playback: { mode: 'hls', maxKbps: 64, levelling: 'off', crossfadeSec: 3 },
    } as const;
    expect(applySettings(before, {})).toEqual(before);
    expect(applySettings(before, { playback: { maxKbps: null } }).playback.maxKbps).toBeNull();
  });
});
