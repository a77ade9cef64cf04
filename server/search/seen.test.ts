import { expect, test } from 'vitest';
import { encodeId } from '../kit/index.ts';
import { ida, olaf, viewer } from '../testing/filled-house.ts';
import { onEachEngine } from '../testing/search/contract.ts';

/* What somebody may not see is not found, not even by counts. */
onEachEngine((on) => {
  const { row, rename } = on;

  test('a playlist is found by its owner alone, not even counted for others', async () => {
    on.house.playlists.create({ name: 'Zanzibar evenings', description: '', trackRows: [1] }, ida);
    await on.house.search.caughtUp();
    const ask = { text: 'zanzibar', kinds: ['playlists'] as const, limit: 5 };
    expect((await on.house.search.find(ask, ida)).kinds.playlists).toMatchObject({
      total: 1,
      items: [{ trackCount: 1 }],
    });
    expect((await on.house.search.find(ask, olaf)).kinds.playlists).toMatchObject({ total: 0, items: [] });
  });

  test('what lies in a root that the viewer may not see is not found, not even counted', async () => {
    rename(13, 'Kaleidoscopic');
    await on.house.search.caughtUp();
    const { rootId } = row<{ rootId: number }>('SELECT root_id rootId FROM track WHERE id = 13');
    const ask = { text: 'kaleidoscopic', kinds: ['tracks'] as const, limit: 5 };
    const inside = await on.house.search.find(ask, viewer('usr_ida', { roots: [rootId] }));
    const outside = await on.house.search.find(ask, viewer('usr_ida', { roots: [99] }));
    expect(inside.kinds.tracks!.total).toBe(1);
    expect(outside.kinds.tracks).toMatchObject({ items: [], total: 0 });
  });

  test('of no kind is anything found or counted that lies in another root alone', async () => {
    const { db } = on.house;
    const { id: rootId } = row<{ id: number }>('SELECT max(id) id FROM root');
    const { id, album } = row<{ id: number; album: number }>(
      `SELECT min(t.id) id, t.album_id album FROM track t JOIN album_root r ON r.album_id = t.album_id AND r.root_id = t.root_id WHERE t.root_id = ${rootId}`,
    );
    db.sqlite.exec(`UPDATE track SET root_id = ${rootId}, title = 'Numbat one' WHERE album_id = ${album};
      UPDATE album SET title = 'Numbat two' WHERE id = ${album};
      DELETE FROM album_root WHERE album_id = ${album} AND root_id <> ${rootId};
      INSERT INTO artist(id, name, folded, sort_name, sort_key, added_at) VALUES (9001, 'Numbat three', 'numbat three', 'Numbat three', 'numbat three', 0);
      INSERT INTO track_artist(artist_id, role, track_id, pos) VALUES (9001, 'artist', ${id}, 9);
      INSERT OR IGNORE INTO artist_root(artist_id, root_id, sort_key) VALUES (9001, ${rootId}, 'numbat three');
      INSERT INTO genre(id, name, folded, sort_key) VALUES (9001, 'Numbat four', 'numbat four', 'numbat four');
      INSERT INTO track_genre(track_id, genre_id, sort_key) VALUES (${id}, 9001, '');
      INSERT INTO album_genre(album_id, genre_id, sort_key) VALUES (${album}, 9001, '');
      INSERT OR REPLACE INTO lyrics(track_id, kind, text) VALUES (${id}, 'plain', 'Numbat five')`);
    on.house.journal.append('track.changed', { id: encodeId('trk', id) });
    on.house.library.forget();
    await on.house.search.caughtUp();
    const of = ['artists', 'albums', 'tracks', 'genres', 'lyrics'] as const;
    for (const text of ['numbat', 'numbit']) {
      const ask = { text, kinds: of, limit: 5 };
      const totals = async (who = ida) => {
        const { kinds, top, meant } = await on.house.search.find(ask, who);
        const counted = of.map((kind) => (kinds[kind]!.total > 0 ? kinds[kind]!.items.length > 0 : false));
        return { counted, top: top !== undefined, meant };
      };
      const meant = text === 'numbit' ? 'numbat' : undefined;
      const all = { counted: [true, true, true, true, true], top: true, meant };
      expect([text, await totals()]).toEqual([text, all]);
      expect([text, await totals(viewer('usr_ida', { roots: [rootId] }))]).toEqual([text, all]);
      const none = { counted: [false, false, false, false, false], top: false, meant: undefined };
      expect([text, await totals(viewer('usr_ida', { roots: [1] }))]).toEqual([text, none]);
      expect(await on.house.search.suggest(text, 5, viewer('usr_ida', { roots: [1] }))).toEqual([]);
    }
  });
});
