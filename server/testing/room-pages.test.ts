import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { t } from '../../web/strings.ts';
import { fillLibrary } from './fill-library.ts';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';

const first = async (house: WholeHouse, list: string): Promise<string> => {
  const answer = await house.owner.ask(`/api/v1/${list}`);
  return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? 'none';
};

describe('the pages of a house', () => {
  let house: WholeHouse;
  beforeAll(async () => {
    house = await openWholeHouse();
  });
  afterAll(() => house.close());

  const text = async (path: string, who = house.owner) => {
    const answer = await who.ask(path, { headers: { accept: 'text/html' } });
    return { status: answer.status, html: await answer.text() };
  };
  const PATHS = [
    '/',
    '/albums',
    '/artists',
    '/tracks',
    '/liked',
    '/genres',
    '/folders',
    '/search?q=a',
    '/playlists',
    '/history',
    '/settings',
    '/scans',
    '/server',
  ];

  test('answer with a heading of their own while there is no music', async () => {
    for (const path of PATHS) {
      const { status, html } = await text(path);
      expect([path, status, (html.match(/<h1/g) ?? []).length]).toEqual([path, 200, 1]);
    }
  });

  test('answer with music, whatever is asked of a list, and a thing that is not there is 404', async () => {
    fillLibrary(house.app.db, { tracks: 600 });
    const [album, artist, genre] = [
      await first(house, 'albums'),
      await first(house, 'artists'),
      await first(house, 'genres'),
    ];
    const asked = [
      ...PATHS,
      `/albums/${album}`,
      `/artists/${artist}`,
      `/genres/${genre}`,
      `/albums?genre=${genre}&decade=&type=&sort=name`,
      '/albums?decade=1990',
      '/albums?type=ep&sort=-addedAt',
      '/albums?liked=true',
      '/artists?liked=true&sort=-albumCount',
      `/tracks?artist=${artist}`,
      `/tracks?genre=${genre}&sort=-addedAt`,
      '/tracks?missing=true',
    ];
    for (const path of asked) expect([path, (await text(path)).status]).toEqual([path, 200]);
    for (const path of [
      '/albums/alb_zzzzz',
      '/artists/art_zzzzz',
      '/genres/gen_zzzzz',
      '/folders/fld_zzzzz',
      '/playlists/pls_none',
    ])
      expect([path, (await text(path)).status]).toEqual([path, 404]);
  });

  test('say of a folder on a disk that is away that it comes back, with what was in it', async () => {
    const { sqlite } = house.app.db;
    const folder = `/folders/${await first(house, 'folders')}`;
    expect((await text(folder)).html).not.toContain(t.folder.away);
    sqlite.exec(`UPDATE root SET state = 'missing'`);
    expect((await text('/folders')).html).toContain(t.folder.notConnected);
    expect((await text(folder)).html).toContain(t.folder.away);
    sqlite.exec(`UPDATE root SET state = 'ok'`);
  });
});
