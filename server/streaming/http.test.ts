import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noiseAs } from '../testing/audio.ts';
import { openSegmentHouse, recordingOf } from '../testing/segment-house.ts';
import type { SegmentHouse } from '../testing/segment-house.ts';
import { planTrack } from './plan.ts';
import type { Plan } from './plan.ts';

/* What only a real connection shows: a listener who leaves. */
let house: SegmentHouse;
let plan: Plan;
let base = '';
const server = createAdaptorServer({
  fetch: new Hono().get('/:k', async (c) => {
    const k = Number(c.req.param('k'));
    await house.bytesOf(plan, k, { signal: c.req.raw.signal });
    return c.text('here');
  }).fetch,
});
beforeAll(async () => {
  house = await openSegmentHouse({ cores: 1 });
  plan = planTrack(await recordingOf(await noiseAs('flac', 242, 28)), 'aac256');
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await house.close();
});

test('a connection that is closed gives its slot back at once', async () => {
  const leaving = new AbortController();
  const asked = fetch(`${base}/20`, { signal: leaving.signal }).catch(() => 'left');
  for (let i = 0; i < 100 && house.slots.counts().playing === 0; i++) await sleep(5);
  expect(house.slots.counts().playing).toBe(1);
  leaving.abort();
  expect(await asked).toBe('left');
  for (let i = 0; i < 40 && house.slots.counts().playing > 0; i++) await sleep(5);
  expect(house.slots.counts().playing).toBe(0);
});
