import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { openCovers } from './covers.ts';
import { createVariants } from './variants.ts';

const folder = mkdtempSync(join(tmpdir(), 'evensong-variants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const QUOTA = 40 * 4096;
const hourAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
const filesIn = (home: string): string[] =>
  readdirSync(home, { recursive: true, withFileTypes: true }).flatMap((it) => (it.isFile() ? [it.name] : []));

describe('variants on disk', () => {
  test('never take more than their quota, and those looked at lately stay', async () => {
    const home = join(folder, 'a');
    const variants = createVariants(home, { quotaBytes: QUOTA });
    const pathOf = (i: number): string => join(home, String(i % 7), String(i).padStart(3, '0'));
    for (let i = 0; i < 100; i++) {
      await variants.put(pathOf(i), Buffer.alloc(3000));
      await variants.settled();
      // The first is looked at again and again.
      utimesSync(pathOf(i), hourAgo(i === 0 ? 1 : 1000 - i), hourAgo(2000));
      expect(filesIn(home).length * 4096).toBeLessThanOrEqual(QUOTA);
    }
    expect(filesIn(home).length).toBeGreaterThan(35);
    expect(variants.sizeBytes()).toBe(filesIn(home).length * 4096);
    expect(existsSync(pathOf(0))).toBe(true);
    expect(existsSync(pathOf(1))).toBe(false);
    expect(existsSync(pathOf(99))).toBe(true);
  });

  test('are counted when a house opens that has many already', async () => {
    const home = join(folder, 'b');
    const before = createVariants(home, { quotaBytes: 1e9 });
    for (let i = 0; i < 60; i++) await before.put(join(home, 'x', String(i)), Buffer.alloc(3000));
    const variants = createVariants(home, { quotaBytes: QUOTA });
    await variants.put(join(home, 'x', 'new'), Buffer.alloc(3000));
    await variants.settled();
    expect(filesIn(home).length).toBe(36);
  });

  test('are made again when one that was thrown away is asked for', async () => {
    const homes = { originals: join(folder, 'originals'), variants: join(folder, 'c') };
    const covers = openCovers({ ...homes, quotaBytes: 3 * 4096 });
    const bytes = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#204080' } })
      .png()
      .toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await covers.keep(sha256, bytes);
    const sizes = [64, 128, 256, 512, 1024] as const;
    for (const size of [...sizes, ...sizes]) {
      const path = await covers.variant({ sha256, size, format: 'webp' }, { owner: 'ida' });
      expect((await sharp(path).metadata()).width).toBe(40);
      await expect.poll(() => filesIn(homes.variants).length).toBeLessThanOrEqual(3);
    }
  });
});
