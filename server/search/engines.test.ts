import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeId } from '../kit/index.ts';
import { ida, openFilledHouse } from '../testing/filled-house.ts';
import { openSearchHouse, type SearchHouse } from '../testing/search/house.ts';
import { openMeilisearchStub, type MeilisearchStub } from '../testing/search/meilisearch-stub.ts';
import { openMeilisearchEngine } from './meili/engine.ts';

let folder: string;
let house: SearchHouse;
let stub: MeilisearchStub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evensong-engines-'));
  house = openSearchHouse(openFilledHouse({ tracks: 60 }), folder);
  await house.search.caughtUp();
  stub = await openMeilisearchStub();
  house.search.lead(openMeilisearchEngine({ url: stub.url }));
  await expect.poll(() => house.search.state().leading, { timeout: 15_000 }).toBe('ok');
});
afterEach(async () => {
  await house.search.close();
  await stub.close();
  house.db.close();
  rmSync(folder, { recursive: true });
});

const ask = (text = 'the') => house.search.find({ text, kinds: ['tracks'], limit: 5 }, ida);
const returns = () => expect.poll(async () => (await ask()).engine, { timeout: 15_000 }).toBe('meilisearch');

describe('while Meilisearch leads', () => {
  test('it answers, and the built-in index is kept up beside it', async () => {
    expect((await ask()).engine).toBe('meilisearch');
    expect(stub.cursor()!.seq).toBe(house.journal.lastSeq());
    house.journal.append('track.changed', { id: encodeId('trk', 1) });
    await expect.poll(() => stub.cursor()!.seq, { timeout: 15_000 }).toBe(house.journal.lastSeq());
  });

  test.each(['broken', 'hanging', 'forgetful'] as const)(
    '%s, the same request is answered by the built-in index, and it comes back by itself',
    async (mode) => {
      stub.be(mode);
      const found = await ask();
      expect(found.engine).toBe('fts5');
      expect(found.kinds.tracks!.items.length).toBeGreaterThan(0);
      // Nobody waits for it a second time.
      if (mode !== 'forgetful') {
        expect(house.search.state()).toEqual({ answering: 'fts5', leading: 'away', why: expect.any(String) as string });
        const asked = stub.asked();
        expect((await ask()).engine).toBe('fts5');
        expect(stub.asked()).toBe(asked);
      }
      stub.be('up');
      await returns();
      expect(house.search.state()).toEqual({ answering: 'meilisearch', leading: 'ok', why: undefined });
    },
  );

  test('gone and back, it has what changed meanwhile before it answers', async () => {
    await stub.close();
    expect((await ask()).engine).toBe('fts5');
    house.journal.append('track.changed', { id: encodeId('trk', 2) });
    await stub.open();
    await returns();
    expect(stub.cursor()!.seq).toBe(house.journal.lastSeq());
  });

  test('another house beginning anew has it filled anew', async () => {
    house.db.sqlite.prepare(`UPDATE event_epoch SET epoch = 'restored'`).run();
    const other = openSearchHouse(house.db, folder);
    other.search.lead(openMeilisearchEngine({ url: stub.url }));
    await expect.poll(() => stub.cursor()!.epoch, { timeout: 15_000 }).toBe('restored');
    await other.search.close();
  });

  test('to make all anew while it is away says so, and is done for the built-in index', async () => {
    stub.be('broken');
    house.db.sqlite.prepare(`UPDATE track SET title = 'Persimmon' WHERE id = 3`).run();
    await expect(house.search.reindex()).rejects.toMatchObject({ code: 'search/engine-away' });
    expect(await ask('persimmon')).toMatchObject({ engine: 'fts5', kinds: { tracks: { total: 1 } } });
  });

  test('no longer wanted, it is not asked any more', async () => {
    await house.search.stopLeading();
    const asked = stub.asked();
    expect((await ask()).engine).toBe('fts5');
    expect(stub.asked()).toBe(asked);
    expect(house.search.state().leading).toBe('none');
  });
});
