import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillLibrary } from './fill-library.ts';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';

/* What pages say beyond answering: filters together, lists without an end, what is missing. */
const DAY_MS = 86_400_000;
let house: WholeHouse;

const html = async (path: string, who = house.owner): Promise<string> => {
  const answer = await who.ask(path, { headers: { accept: 'text/html' } });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.text();
};
type Item = { id: string; title: string; genres: string[]; type: string; year: number | null };
const items = async (path: string): Promise<Item[]> =>
  ((await (await house.owner.ask(`/api/v1/${path}`)).json()) as { items: Item[] }).items;
const albumsOn = (page: string): string[] =>
  [...page.matchAll(/<h3><a[^>]* href="\/albums\/([^"]+)"/g)].map(([, id]) => id ?? '');
const form = (body: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(body).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

beforeAll(async () => {
  house = await openWholeHouse();
  fillLibrary(house.app.db, { tracks: 3000 });
});
afterAll(() => house.close());

describe('lists of the library', () => {
  test('several filters hold together, and each shows what was chosen', async () => {
    const genre = (await items('genres?limit=500')).map((each) => each.id);
    const all = (await Promise.all(genre.map((id) => items(`albums?genre=${id}&limit=500`)))).flat();
    const wanted = all.find(({ year, genres }) => year !== null && year >= 1990 && genres.length > 0);
    const of = (await items('genres?limit=500')).find((each) => 'name' in each && each.name === wanted?.genres[0]);
    const decade = Math.floor((wanted?.year ?? 0) / 10) * 10;
    const page = await html(`/albums?genre=${of?.id}&decade=${decade}&type=${wanted?.type}`);
    const shown = albumsOn(page);
    expect(shown).toContain(wanted?.id);
    const right = all.filter(
      ({ genres, type, year }) =>
        genres.includes(wanted?.genres[0] ?? '') &&
        type === wanted?.type &&
        year !== null &&
        year >= decade &&
        year < decade + 10,
    );
    expect(new Set(shown)).toEqual(new Set(right.map(({ id }) => id)));
    expect([...page.matchAll(/<option value="[^"]+" selected=""/g)].length).toBe(4);
    expect(page).toContain('Clear filters');
  });

  test('likes go with every other filter', async () => {
    const [album] = await items('albums?type=album&limit=1');
    await house.owner.ask(`/api/v1/likes/albums/${album?.id}`, { method: 'PUT' });
    expect(albumsOn(await html('/albums?liked=true&type=album'))).toEqual([album?.id]);
    expect(await html('/albums?liked=true&type=ep')).toContain('Nothing matches');
    expect(await html('/albums?liked=true&type=album&decade=1700')).toContain('Nothing matches');
  });

  test('liked songs are counted beyond a page, for each listener their own', async () => {
    const { sqlite } = house.app.db;
    const user = sqlite.prepare(`SELECT id FROM user WHERE role = 'owner'`).pluck().get();
    sqlite
      .prepare(`INSERT INTO mark(user_id, kind, id, liked_at) SELECT ?, 'tracks', id, id FROM track LIMIT 1234`)
      .run(user);
    expect(await html('/liked')).toContain('1,234');
    expect(await html('/playlists')).toContain('1,234 songs');
    expect(await html('/playlists', house.member)).not.toContain('1,234');
  });

  test('a folder of thousands goes on behind its first page, songs and folders each', async () => {
    const { sqlite } = house.app.db;
    const folder = sqlite
      .prepare('SELECT parent_id FROM folder GROUP BY 1 ORDER BY count(*) DESC')
      .pluck()
      .get() as number;
    const seen = new Set<string>();
    let path: string | undefined = `/folders/fld_${folder.toString(36)}`;
    for (let pages = 0; path && pages < 100; pages++) {
      const page = await html(path);
      for (const [, id = ''] of page.matchAll(/href="\/folders\/(fld_[^"?]+)" dir/g)) seen.add(id);
      path = /hx-get="([^"]*\?folders=[^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    }
    const count = sqlite.prepare('SELECT count(*) FROM folder WHERE parent_id = ?').pluck().get(folder) as number;
    expect(seen.size).toBeGreaterThanOrEqual(count);
    expect(count).toBeGreaterThan(100);
  });
});

describe('home', () => {
  test('says on which device the music stopped, and where', async () => {
    const [song] = await items('tracks?limit=1');
    const device = 'f3a6c1d2-0000-4000-8000-00000000000a';
    await house.owner.ask('/api/v1/devices', { method: 'POST', body: { id: device, name: 'the kitchen speaker' } });
    const before = (await (await house.owner.ask('/api/v1/queue')).json()) as { revision: number };
    const entry = { id: 'ent_one', trackId: song?.id, source: `track:${song?.id}`, byYou: false, order: 0 };
    const put = await house.owner.ask('/api/v1/queue', {
      method: 'PUT',
      headers: { 'if-match': `"${before.revision}"` },
      body: { entries: [entry], index: 0, positionMs: 61_000, shuffle: false, repeat: 'off', deviceId: device },
    });
    expect(put.status).toBe(200);
    const page = await html('/');
    expect(page).toContain('Stopped on the kitchen speaker, just now');
    expect(page).toContain('Continue at 1:01');
  });

  test('brings back what was not heard for two months, and not what was heard last week', async () => {
    const { sqlite } = house.app.db;
    const user = sqlite.prepare(`SELECT id FROM user WHERE role = 'owner'`).pluck().get();
    const [old, fresh] = (await items('albums?sort=-addedAt&limit=2')) as [Item, Item];
    const play = (id: string, days: number) =>
      sqlite
        .prepare(
          `INSERT INTO mark(user_id, kind, id, play_count, last_played_at) VALUES (?, 'albums', ?, 3, ?)
           ON CONFLICT DO UPDATE SET play_count = 3, last_played_at = excluded.last_played_at`,
        )
        .run(user, BigInt(Number.parseInt(id.slice(4), 36)), Date.now() - days * DAY_MS);
    play(old.id, 90);
    play(fresh.id, 7);
    const shelf = /aria-label="Not heard for a while"[\s\S]*$/.exec(await html('/'))?.[0] ?? '';
    expect(shelf).toContain(`/albums/${old.id}`);
    expect(shelf).toContain('Last heard');
    expect(shelf).not.toContain(`/albums/${fresh.id}`);
  });
});

describe('playlists', () => {
  test('a deleted one is called by its name, and comes back', async () => {
    const made = await house.owner.ask('/playlists', form({ name: 'Sunday pancakes' }));
    const path = made.headers.get('location') ?? '';
    const gone = await house.owner.ask(`${path}/delete`, { method: 'POST' });
    const page = await html(gone.headers.get('location') ?? '');
    expect(page).toContain('Sunday pancakes is deleted.');
    await house.owner.ask(`${path}/restore`, { method: 'POST' });
    expect(await html(gone.headers.get('location') ?? '')).not.toContain('is deleted');
  });

  test('are found by a part of their name, by their owner alone', async () => {
    await house.owner.ask('/playlists', form({ name: 'Für später' }));
    expect(await html('/search?q=spater')).toContain('Für später');
    expect(await html('/search?q=spater', house.member)).not.toContain('Für später');
  });

  test('more than a page of them are all listed', async () => {
    for (let n = 0; n < 70; n++) await house.member.ask('/playlists', form({ name: `List ${n}` }));
    const seen = new Set<string>();
    let path: string | undefined = '/playlists';
    for (let pages = 0; path && pages < 5; pages++) {
      const page = await html(path, house.member);
      for (const [, id = ''] of page.matchAll(/<h3><a[^>]* href="\/playlists\/([^"]+)"/g)) seen.add(id);
      path = /hx-get="(\/playlists\?after=[^"]+)"/.exec(page)?.[1];
    }
    expect(seen.size).toBe(70);
  });
});

describe('the owner’s page', () => {
  test('says how much of the cache is used, and follows what happens', async () => {
    const page = await html('/server');
    expect(page).toContain('Songs and covers made ready');
    expect(page).toContain('of 10.0 GB');
    expect(page).toMatch(/id="follow"[^>]*hx-trigger="every (1|5)s"/);
    for (const id of ['health', 'roots', 'jobs', 'storage', 'backups']) expect(page).toContain(`id="${id}"`);
  });

  test('a folder that cannot be taken in is refused in the same words on both pages', async () => {
    for (const path of ['/server/folders', '/welcome/folders']) {
      const answer = await house.owner.ask(path, form({ path: '/no/such/folder' }));
      expect([path, answer.status]).toEqual([path, 422]);
      expect(await answer.text()).toContain('This folder does not exist, or it cannot be read.');
    }
  });
});

describe('without ffmpeg', () => {
  let bare: WholeHouse;
  beforeAll(async () => {
    bare = await openWholeHouse({}, undefined, { ffmpeg: false });
    fillLibrary(bare.app.db, { tracks: 60 });
  });
  afterAll(() => bare.close());

  test('the owner is told what is missing, a listener what to expect, and nobody on pages that play nothing', async () => {
    const [album] = ((await (await bare.owner.ask('/api/v1/albums?limit=1')).json()) as { items: Item[] }).items;
    for (const path of ['/', `/albums/${album?.id}`, '/tracks']) {
      const owners = await html(path, bare.owner);
      expect(owners).toContain('ffmpeg is missing on this server');
      expect(owners).toContain('href="/server"');
      const listeners = await html(path, bare.member);
      expect(listeners).toContain('may not play in this browser');
      expect(listeners).not.toContain('ffmpeg is missing');
    }
    expect(await html('/settings', bare.owner)).not.toContain('ffmpeg is missing on this server');
    expect(await html('/server', bare.owner)).toContain('Install it, or set EVENSONG_FFMPEG');
    expect(await html('/')).not.toContain('ffmpeg is missing');
  });
});
