import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noiseAs } from '../../testing/audio.ts';
import { openWholeHouse } from '../../testing/whole-house.ts';

test('addresses that open what they name to whoever reads them are stored nowhere, whatever key came along', async () => {
  const media = mkdtempSync(join(tmpdir(), 'never-stored-'));
  copyFileSync(await noiseAs('flac', 12), join(media, '1.flac'));
  const house = await openWholeHouse({}, media);
  try {
    house.app.intake.begin();
    await house.app.intake.scan.idle();
    const tracks = (await (await house.owner.ask('/api/v1/tracks')).json()) as { items: { id: string }[] };
    const body = { trackId: tracks.items[0]!.id, can: { codecs: ['flac'], hls: true }, prefer: { mode: 'hls' } };
    const ask = { method: 'POST', body, headers: { 'idempotency-key': 'k' } };
    for (let i = 0; i < 2; i++) {
      const answer = await house.owner.ask('/api/v1/playback', ask);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(((await answer.json()) as { url: string }).url).toMatch(/^\/m\//);
    }
    expect(house.app.db.sqlite.serialize().includes('/m/')).toBe(false);
    expect(house.app.db.sqlite.prepare('SELECT count(*) FROM idempotency').pluck().get()).toBe(0);
  } finally {
    await house.close();
    rmSync(media, { recursive: true, force: true });
  }
});
