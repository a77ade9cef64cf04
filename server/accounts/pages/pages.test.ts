import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER, type Browser } from '../../testing/accounts-house.ts';
import { openWholeHouse, type WholeHouse } from '../../testing/whole-house.ts';
import { deviceParts } from './device-name.ts';

let house: WholeHouse;
beforeAll(async () => {
  house = await openWholeHouse();
}, 60_000);
afterAll(() => house.close());

const send = (it: Browser, path: string, form: Record<string, string>) =>
  it.ask(path, {
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

describe('signing in by the page', () => {
  test('goes where one was going, and never to another site', async () => {
    for (const [next, to] of [
      ['/albums?sort=name', '/albums?sort=name'],
      ['//evil.test', '/'],
      ['/\\evil.test', '/'],
      ['https://evil.test/', '/'],
    ] as const) {
      const it = house.browser();
      const answer = await send(it, '/sign-in', { ...OWNER, next });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, to]);
      expect((await it.ask('/api/v1/me')).status).toBe(200);
    }
  });
  test('that goes wrong shows the form again with the name, and never the password', async () => {
    const answer = await send(house.browser(), '/sign-in', { name: 'A"<b>da', password: 'hunter2 hunter2' });
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(text).toContain('Wrong name or password.');
    expect(text).not.toMatch(/hunter2|<b>da/);
  });
  test('sends who is nobody to sign in and back, and who is somebody on', async () => {
    const away = await house.browser().ask('/settings');
    expect(away.headers.get('location')).toBe('/sign-in?next=%2Fsettings');
    expect((await house.owner.ask('/sign-in?next=%2Fsettings')).headers.get('location')).toBe('/settings');
    expect(await (await house.browser().ask('/setup')).text()).toContain('This server has its owner');
  });
});

describe('the settings page', () => {
  test('shows a new token once, on a page that nobody stores', async () => {
    const answer = await send(house.member, '/settings/tokens', { name: 'Backup', scopes: 'read' });
    const [token = ''] = /evs_[0-9a-z]{40}/.exec(await answer.text()) ?? [];
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const me = await house.browser().ask('/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ user: { name: 'Olaf' }, scopes: ['read'] });
    expect(await (await house.member.ask('/settings')).text()).not.toContain(token);
  });
  test('says what is wrong with a password, at its field', async () => {
    const wrong = await send(house.member, '/settings/password', { current: 'no no no no', next: 'three other words' });
    expect([wrong.status, (await wrong.text()).includes('The current password is not right.')]).toEqual([403, true]);
  });
  test('keeps the theme, and pages wear it', async () => {
    expect((await send(house.member, '/settings/theme', { theme: 'dark' })).status).toBe(303);
    expect(await (await house.member.ask('/settings')).text()).toContain('data-theme="dark"');
  });
});

test('a browser is called what its person calls it', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  const iphone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1';
  expect(deviceParts(chrome)).toEqual({ browser: 'Chrome', system: 'Linux' });
  expect(deviceParts(iphone)).toEqual({ browser: 'Safari', system: 'iPhone' });
  expect(deviceParts(`${chrome} Edg/140.0`)).toMatchObject({ browser: 'Edge' });
  expect(deviceParts('')).toEqual({ browser: undefined, system: undefined });
});
