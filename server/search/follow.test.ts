import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeId } from '../kit/index.ts';
import { ida } from '../testing/filled-house.ts';
import { onEachEngine } from '../testing/search/contract.ts';

/* The index goes with the library. */
onEachEngine((on) => {
  const { titles, rename } = on;

  test('what changes is found under its new name and no longer under the old one', async () => {
    rename(7, 'Björk’s Übermoon Wäldchen');
    await on.house.search.caughtUp();
    for (const text of ['bjorks', 'ubermoon', 'ubermon waldchen', 'wald', 'übermoon björks'])
      expect(await titles(text)).toContain('Björk’s Übermoon Wäldchen');
    rename(7, 'Plain');
    await on.house.search.caughtUp();
    expect(await titles('ubermoon')).not.toContain('Plain');
  });

  test('a track that is missing, or gone, is not found', async () => {
    rename(12, 'Quixotically');
    await on.house.search.caughtUp();
    expect(await titles('quixotically')).toEqual(['Quixotically']);
    on.house.db.transact(() => {
      on.house.db.sqlite.prepare('UPDATE track SET missing_at = 1 WHERE id = 12').run();
      on.house.journal.append('track.missing', { id: encodeId('trk', 12) });
    });
    await on.house.search.caughtUp();
    expect(await titles('quixotically')).toEqual([]);
  });

  test('what is gone without a word is not counted, and the index forgets it', async () => {
    const { sqlite } = on.house.db;
    sqlite
      .prepare(
        `INSERT INTO genre(id, name, folded, sort_key) VALUES (9001, 'Zydecopolka', 'zydecopolka', 'zydecopolka')`,
      )
      .run();
    sqlite.prepare('INSERT INTO track_genre(track_id, genre_id, sort_key) VALUES (15, 9001, 0)').run();
    on.house.journal.append('track.changed', { id: encodeId('trk', 15) });
    await on.house.search.caughtUp();
    const ask = { text: 'zydecopolka', kinds: ['genres'] as const, limit: 5 };
    expect((await on.house.search.find(ask, ida)).kinds.genres).toMatchObject({
      total: 1,
      items: [{ name: 'Zydecopolka' }],
    });
    sqlite.exec('DELETE FROM track_genre WHERE genre_id = 9001; DELETE FROM genre WHERE id = 9001');
    on.house.library.forget();
    expect((await on.house.search.find(ask, ida)).kinds.genres).toMatchObject({ total: 0, items: [] });
    await on.house.search.caughtUp();
    const of = { kind: 'genres', scopes: 'all', limit: 5 } as const;
    expect(await on.house.engine.ask({ text: ask.text, kinds: [of] })).toMatchObject([{ total: 0, hits: [] }]);
  });

  test('an index of another epoch, or one that missed facts, is made anew', async () => {
    await on.restart(() => {
      const { sqlite } = on.house.db;
      sqlite.prepare(`UPDATE track SET title = 'Serendipitous' WHERE id = 15`).run();
      sqlite.prepare(`UPDATE event_epoch SET epoch = 'other'`).run();
    });
    expect(await titles('serendipitous')).toEqual(['Serendipitous']);
  });

  test('while it is made anew the old index answers, and what changed meanwhile is in the new one', async () => {
    const making = on.house.search.reindex();
    rename(16, 'Thunderously');
    expect((await titles('a')).length).toBeGreaterThan(0);
    await making;
    await on.house.search.caughtUp();
    expect(await titles('thunderously')).toEqual(['Thunderously']);
  });

  test('what a scan adds waits for more of it, but not beyond its end', async () => {
    on.house.scan.isRunning = true;
    on.house.db.transact(() => {
      for (let n = 0; n < 700; n++) on.house.journal.append('track.changed', { id: encodeId('trk', 20) });
    });
    rename(21, 'Perspicacious');
    await new Promise((done) => setTimeout(done, 300));
    expect(await titles('perspicacious')).toEqual([]);
    on.house.scan.isRunning = false;
    on.house.journal.append('scan.finished', {});
    await expect.poll(() => titles('perspicacious'), { timeout: 5000 }).toEqual(['Perspicacious']);
  });

  test('an index whose file is damaged is made anew', async ({ skip }) => {
    skip(on.name !== 'fts5', 'only the built-in index has a file of its own');
    const [title] = await titles('a');
    await on.restart(() => writeFileSync(join(on.folder, 'search.db'), 'this is no database'));
    expect((await titles('a'))[0]).toBe(title);
  });
});
