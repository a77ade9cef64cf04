/**
 * The edge as it ships (docker/edge/nginx.conf, word for word) in the system's nginx, in front of the real house. Needs nginx
 * and ffmpeg; says so where there is none.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findFfmpeg } from '../player/recordings.ts';
import { deep } from '../depth.ts';
import { describeWhere } from '../describe-where.ts';
import { cacheChecks } from './cache-checks.ts';
import { mutations } from './mutations.ts';
import { freePort, nginx, WITHOUT_NGINX, type Edge } from './nginx.ts';
import { passingChecks } from './passing-checks.ts';
import { signatureChecks, untilRefused } from './signature-checks.ts';
import { askOverHttp2, hasOpenssl, secureListen } from './secure.ts';
import { freshSegment, openStage, through, twentyOf, type Stage } from './world.ts';

const able = nginx !== undefined && findFfmpeg() !== undefined;
if (!able) console.warn(`NOT TESTED: the caching edge ${WITHOUT_NGINX} and ffmpeg`);

const checks = [...cacheChecks, ...signatureChecks, ...passingChecks].toSorted((a, b) => a.no - b.no);

describeWhere(able, `${WITHOUT_NGINX} and ffmpeg`)('the edge', () => {
  let stage: Stage;
  let edge: Edge;

  beforeAll(async () => {
    stage = await openStage();
    edge = await stage.edge();
  }, 180_000);
  afterAll(() => stage?.close());
  beforeEach(() => stage.origin.forget());

  for (const { no, name, isSlow, run } of checks)
    test(`${no}. ${name}`, { timeout: 180_000 }, async (it) => {
      it.skip(isSlow === true && !deep, 'takes its time, or measures it: part of npm run check');
      await run({ ...stage, edge });
    });

  for (const { name, change, noticedBy, isQuick } of mutations)
    test(`18. spoiled: ${name}, and a check notices`, { timeout: 180_000 }, async (it) => {
      it.skip(isQuick !== true && !deep, 'one of many: part of npm run check');
      const [check, ...more] = checks.filter((one) => one.name.includes(noticedBy));
      expect([check !== undefined, more.length]).toEqual([true, 0]);
      const spoiled = await stage.edge({ change });
      const noticed = await check?.run({ ...stage, edge: spoiled }).then(
        () => false,
        () => true,
      );
      await spoiled.stop();
      await stage.origin.recover();
      expect(noticed).toBe(true);
    });

  test('over TLS and HTTP/2 a hit is the same bytes, ranges too', async (it) => {
    it.skip(!hasOpenssl, 'needs openssl to make a certificate');
    const port = await freePort();
    const more = secureListen(port, edge.folder);
    const secure = await stage.edge({ more });
    const path = await freshSegment(stage, stage.ada);
    const { body } = await through({ edge: secure }, path);
    const whole = await askOverHttp2(port, path);
    expect([whole.status, whole.cache, whole.body.equals(body)]).toEqual([200, 'HIT', true]);
    const part = await askOverHttp2(port, path, { range: 'bytes=100-199' });
    expect([part.status, part.body.equals(body.subarray(100, 200))]).toEqual([206, true]);
    expect((await askOverHttp2(port, `${path}?x=1`)).status).toBe(403);
  });

  test('two edges behind a shield cost the server one request for each thing', async () => {
    const { origin } = stage;
    const shield = await stage.edge({ more: 'set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;' });
    const outer = [await stage.edge({ originPort: shield.port }), await stage.edge({ originPort: shield.port })];
    const listeners = await Promise.all(Array.from({ length: 4 }, () => origin.signIn()));
    const wanted = await Promise.all(listeners.map((who) => twentyOf(stage, who, origin.trackIds[1] ?? '')));
    origin.forget();
    let requests = 0;
    for (const things of wanted)
      for (const at of outer)
        for (const path of things) {
          expect((await through({ edge: at }, path)).status).toBe(200);
          requests++;
        }
    const counts = [...origin.counts()].filter(([name]) => !name.startsWith('verdict '));
    const slices = counts.filter(([name]) => name.includes('/file/')).reduce((sum, [, count]) => sum + count, 0);
    const others = counts.filter(([name]) => !name.includes('/file/'));
    console.info(
      `${requests} requests at two edges behind a shield: ${others.length} and ${slices} slices at the server`,
    );
    expect(requests).toBe(160);
    expect(others.map(([, count]) => count)).toEqual(Array.from({ length: 19 }, () => 1));
    expect(slices).toBeLessThanOrEqual(2);
    // The shield keeps no verdicts of others: a no is late once, not twice.
    const asked = wanted.flat().map((path) => path.split('/')[2] ?? '');
    const kept = [...shield.stored('verdicts').values()].map(String).join('');
    expect(asked.filter((token) => kept.includes(token)).length).toBeLessThan(asked.length);
  });

  test('behind a shield an ended session is refused as soon as at one edge', { timeout: 180_000 }, async (it) => {
    it.skip(!deep, 'takes its time: part of npm run check');
    const shield = await stage.edge();
    const outer = await stage.edge({ originPort: shield.port });
    const going = await stage.origin.signIn();
    const path = await freshSegment(stage, going);
    expect((await through({ edge: outer }, path)).status).toBe(200);
    expect((await through({ edge: outer }, path)).cache).toBe('HIT');
    await going.send('DELETE', '/api/v1/session');
    const seconds = await untilRefused({ edge: outer }, path, 45);
    console.info(`behind a shield: refused after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThanOrEqual(25);
  });
});
