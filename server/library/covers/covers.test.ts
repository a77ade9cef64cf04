import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { openCovers } from './covers.ts';
import type { CoverFormat, CoverSize } from './images.ts';
import { chooseFormat, snapSize } from './negotiate.ts';
import { oklch, tintOf } from './tint.ts';

const folder = mkdtempSync(join(tmpdir(), 'evensong-covers-'));
const covers = openCovers({
  originals: join(folder, 'originals'),
  variants: join(folder, 'variants'),
  quotaBytes: 1e9,
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keep = async (bytes: Uint8Array): Promise<string> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await covers.keep(sha256, bytes);
  return sha256;
};
const variant = (sha256: string, size: CoverSize, format: CoverFormat) =>
  covers.variant({ sha256, size, format }, { owner: 'ida' });
const plain = (color: string, width = 600, height = width): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: color } })
    .jpeg()
    .toBuffer();

/** A PNG whose header claims a size; its data is a few bytes. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 4 + body.length);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

describe('tint', () => {
  const solid = (r: number, g: number, b: number): Uint8Array =>
    Uint8Array.from({ length: 300 }, (_, i) => [r, g, b][i % 3]!);

  test('OKLCH of known colours', () => {
    expect(oklch(255, 0, 0).hueDegrees).toBeCloseTo(29.2, 0);
    expect(oklch(0, 0, 255).hueDegrees).toBeCloseTo(264, 0);
    expect(oklch(255, 255, 255)).toMatchObject({ lightness: expect.closeTo(1, 3) as number });
  });

  test('a red cover is red, a blue one blue, a grey one has no hue', () => {
    expect(tintOf(solid(255, 0, 0))).toBe('2');
    expect(tintOf(solid(0, 0, 255))).toBe('18');
    expect(tintOf(solid(128, 128, 128))).toBe('n');
    expect(tintOf(new Uint8Array(0))).toBe('n');
  });

  test('what glows decides, not what covers most', () => {
    const dark = Array.from({ length: 90 }, () => [10, 10, 40]).flat();
    const lamp = Array.from({ length: 10 }, () => [255, 170, 0]).flat();
    expect(Number(tintOf(Uint8Array.from([...dark, ...lamp])))).toBeLessThan(6);
  });
});

describe('inspecting', () => {
  test('a cover tells its size and hue', async () => {
    const sha256 = await keep(await plain('#c02020', 600, 400));
    expect(await covers.inspect(sha256)).toEqual({ kind: 'ready', width: 600, height: 400, tint: '2' });
  });

  test('a picture turned by its EXIF is told as it is seen', async () => {
    const turned = await sharp(await plain('#204080', 300, 200))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await covers.inspect(await keep(turned))).toMatchObject({ width: 200, height: 300 });
  });

  test.each([
    ['a bomb', png(30_000, 30_000), /40 megapixels/],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /no picture/],
    ['text', Buffer.from('not a picture at all, only words'), /no picture/],
    ['a header without its pixels', png(300, 300), /damaged/],
  ])('%s is bad, with its reason', async (_name, bytes, why) => {
    expect(await covers.inspect(await keep(bytes))).toEqual({ kind: 'bad', why: expect.stringMatching(why) as string });
  });

  test('a truncated JPEG is damaged', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const whole = await sharp({ create: { width: 500, height: 500, channels: 3, noise, background: '#000' } })
      .jpeg()
      .toBuffer();
    const sha256 = await keep(whole.subarray(0, whole.length / 2));
    expect(await covers.inspect(sha256)).toMatchObject({ kind: 'bad' });
    expect(await variant(sha256, 256, 'webp')).toBeUndefined();
  });

  test('an original that is gone is bad', async () => {
    expect(await covers.inspect('0'.repeat(64))).toMatchObject({ kind: 'bad' });
    expect(await variant('0'.repeat(64), 64, 'webp')).toBeUndefined();
  });

  test('a hash that is none never becomes a path', async () => {
    await expect(covers.keep('../../etc/passwd', new Uint8Array(1))).rejects.toThrow();
    await expect(variant('../x', 64, 'webp')).rejects.toThrow();
  });
});

describe('variants', () => {
  test.each(['webp', 'avif', 'jpeg'] as const)('%s in a step, never enlarged, without metadata', async (format) => {
    const sha256 = await keep(await plain('#208040', 900, 450));
    const path = await variant(sha256, 256, format);
    const facts = await sharp(await readFile(path!)).metadata();
    expect({ w: facts.width, h: facts.height, exif: facts.exif }).toEqual({ w: 256, h: 128, exif: undefined });
    const large = await variant(sha256, 1024, format);
    expect((await sharp(await readFile(large!)).metadata()).width).toBe(900);
  });

  test('many who ask at once get one file, made once', async () => {
    const sha256 = await keep(await plain('#806020'));
    const paths = await Promise.all(Array.from({ length: 20 }, () => variant(sha256, 128, 'webp')));
    expect(new Set(paths).size).toBe(1);
  });

  test('a forgotten cover leaves nothing behind', async () => {
    const sha256 = await keep(await plain('#602080'));
    await variant(sha256, 64, 'webp');
    const sweep = (kept: string[], before: number) =>
      covers.sweep({ keep: () => new Set(kept), before, signal: new AbortController().signal });
    const other = await keep(await plain('#602090'));
    await sweep([], Date.now() - 60_000);
    expect(await covers.has(sha256)).toBe(true);
    await sweep([other], Date.now() + 60_000);
    expect(await covers.has(other)).toBe(true);
    expect(await covers.has(sha256)).toBe(false);
    expect(await variant(sha256, 64, 'webp')).toBeUndefined();
  });
});

describe('turns', () => {
  const SIZES = [64, 128, 256, 512, 1024] as const;
  const many = async (from: number, to: number): Promise<string[]> => {
    const shade = (i: number): string => `#${(0x100000 + i * 997).toString(16)}`;
    return Promise.all(Array.from({ length: to - from }, async (_, i) => keep(await plain(shade(from + i), 40))));
  };
  const webp = (sha256: string, size: CoverSize, asker: { owner: string; signal?: AbortSignal }) =>
    covers.variant({ sha256, size, format: 'webp' }, asker);

  test('who asks for five hundred keeps nobody waiting, and is told where it is too much', async () => {
    const pictures = await many(0, 100);
    const other = await keep(await plain('#123456', 40));
    let made = 0;
    const asked = pictures.flatMap((sha256) => SIZES.map((size) => webp(sha256, size, { owner: 'ada' })));
    const ends = asked.map((it) =>
      it.then(
        () => ++made,
        (error: unknown) => error,
      ),
    );
    expect(await webp(other, 64, { owner: 'ida' })).toBeDefined();
    expect(made).toBeLessThan(10);
    // What both want is made in the turn of either.
    expect(await webp(pictures[30]!, 1024, { owner: 'ida' })).toBeDefined();
    expect(made).toBeLessThan(20);
    const refused = (await Promise.all(ends)).filter((it) => typeof it !== 'number');
    expect(made).toBeGreaterThanOrEqual(200);
    expect(refused.length).toBe(500 - made);
    expect(refused.length).toBeGreaterThan(200);
    for (const it of refused) expect(it).toMatchObject({ status: 429, facts: { headers: { 'retry-after': '5' } } });
  });

  test('a picture that nobody waits for any more is not made', async () => {
    const [first, second, third, ...rest] = await many(100, 130);
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const before = rest.map((sha256) => webp(sha256, 512, { owner: 'ada' }));
    const alone = webp(first!, 512, { owner: 'ada', signal: leaving.signal });
    const shared = webp(second!, 512, { owner: 'ada', signal: leaving.signal });
    await webp(third!, 512, { owner: 'ole' });
    const others = webp(second!, 512, { owner: 'ida', signal: staying.signal });
    leaving.abort();
    expect([await alone, await shared]).toEqual([undefined, undefined]);
    expect(await others).toBeDefined();
    await Promise.all(before);
    const files = readdirSync(join(folder, 'variants'), { recursive: true }).map(String);
    const isMade = (sha256: string): boolean => files.some((name) => name.includes(`${sha256}-512`));
    expect([isMade(first!), isMade(second!), isMade(third!)]).toEqual([false, true, true]);
    expect(await webp(first!, 512, { owner: 'ada' })).toBeDefined();
  });

  test("the scan's looking and people's waiting do not hold each other up", async () => {
    const pictures = await many(130, 200);
    let [made, seen] = [0, 0];
    const waiting = pictures.map((sha256) => webp(sha256, 512, { owner: 'ada' }).then(() => made++));
    await covers.inspect(pictures[0]!);
    expect(made).toBeLessThan(20);
    await Promise.all(waiting);
    const looking = pictures.map((sha256) => covers.inspect(sha256).then(() => seen++));
    await webp(pictures[0]!, 128, { owner: 'ada' });
    expect(seen).toBeLessThan(20);
    await Promise.all(looking);
  });
});

describe('what a request gets', () => {
  test('sizes snap up', () => {
    expect([1, 64, 65, 300, 1024, 4000].map(snapSize)).toEqual([64, 64, 128, 512, 1024, 1024]);
  });

  test.each([
    ['image/avif,image/webp,image/apng,*/*;q=0.8', 'webp'],
    ['image/avif,*/*', 'avif'],
    ['image/webp;q=0.5, image/avif', 'avif'],
    ['image/webp;q=0, image/jpeg', 'jpeg'],
    ['image/jpeg ; q=0.1 , image/avif\t;  q=0.9;v=1', 'avif'],
    ['*/*', 'jpeg'],
    [undefined, 'jpeg'],
  ])('%s', (accept, format) => {
    expect(chooseFormat(accept)).toBe(format);
  });

  test('a header of nothing but blanks takes no time', () => {
    // What this thread has worked: a wait for a busy machine says nothing of it.
    const began = process.threadCpuUsage();
    expect(chooseFormat(`image/webp${' '.repeat(200_000)}x`)).toBe('jpeg');
    expect(process.threadCpuUsage(began).user).toBeLessThan(100_000);
  });
});
