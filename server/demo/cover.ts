import sharp from 'sharp';
import type { Style } from './catalogue.ts';
import { createRandom } from './random.ts';

/** A cover per album, drawn pixel by pixel: a sky, what stands in front of it, and a little grain. */

const SIDE = 512;
type Rgb = readonly [number, number, number];
/** x and y run from -1 to 1, y downwards. */
type Painter = (x: number, y: number) => Rgb;

const mixRgb = (a: Rgb, b: Rgb, t: number): Rgb => {
  const k = Math.max(0, Math.min(1, t));
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k];
};
/** 1 inside a shape (distance below 0), 0 outside, soft over one pixel or `blur`. */
const inside = (distance: number, blur = 2 / SIDE): number => Math.max(0, Math.min(1, 0.5 - distance / blur));

/** A low sun over still water: half rings above, broken reflections below. */
const harbour: Painter = (x, y) => {
  const horizon = 0.22;
  const sky = mixRgb([24, 30, 62], [232, 128, 84], (y + 1) / (1 + horizon));
  const water = mixRgb([150, 84, 78], [14, 20, 44], (y - horizon) / (1 - horizon));
  const toSun = Math.hypot(x, y - horizon);
  if (y < horizon) {
    const ring = Math.abs(((toSun * 7.5) % 1) - 0.5) - 0.14;
    const rings = toSun > 0.3 && toSun < 0.86 ? inside(ring / 7.5) * (0.9 - toSun) : 0;
    return mixRgb(mixRgb(sky, [255, 220, 160], rings), [255, 214, 140], inside(toSun - 0.27));
  }
  const depth = (y - horizon) / (1 - horizon);
  const ripple = Math.sin(depth * 60) * 0.05 * (0.3 + depth);
  const band = Math.abs(Math.sin(depth * 34)) > 0.35 + depth * 0.4 ? 1 : 0;
  return mixRgb(
    water,
    [255, 200, 130],
    inside(Math.abs(x + ripple) - 0.25 * (1 - depth * 0.55), 0.02) * band * (0.85 - depth * 0.6),
  );
};

/** Three kites over a row of roofs. */
const kites: Painter = (x, y) => {
  let colour = mixRgb([122, 190, 214], [246, 236, 206], (y + 1) / 1.6);
  const flock: [x: number, y: number, size: number, colour: Rgb][] = [
    [-0.38, -0.36, 0.26, [214, 72, 56]],
    [0.34, -0.56, 0.19, [242, 176, 60]],
    [0.46, 0.02, 0.14, [48, 110, 128]],
  ];
  for (const [kx, ky, size, paint] of flock) {
    const [dx, dy] = [x - kx, y - ky];
    const tail = Math.abs(dx + 0.07 * Math.sin((dy - size) * 12)) - 0.006;
    if (dy > size * 1.2 && dy < size * 3.2) colour = mixRgb(colour, paint, inside(tail, 0.006));
    const body = Math.abs(dx) * 1.25 + Math.abs(dy) * (dy > 0 ? 0.82 : 1.15) - size;
    const half = dx > 0 ? paint : mixRgb(paint, [255, 255, 255], 0.22);
    colour = mixRgb(colour, half, inside(body, 0.006));
  }
  for (let i = -4; i <= 4; i++) {
    const roof = 0.74 + Math.abs(x - i * 0.26 - 0.05) * 0.75 - (i % 2) * 0.06;
    colour = mixRgb(colour, i % 2 === 0 ? [150, 92, 74] : [112, 74, 70], inside(roof - y, 0.006));
  }
  return colour;
};

/** Lights through a wet window, and the lines of a bus map. */
function nightbus(): Painter {
  const random = createRandom(9);
  const lights = Array.from({ length: 26 }, () => ({
    x: random.between(-1, 1),
    y: random.between(-0.7, 0.95),
    size: random.between(0.03, 0.15),
    colour: random.pick<Rgb>([
      [255, 90, 160],
      [90, 200, 255],
      [190, 110, 255],
      [255, 190, 110],
    ]),
  }));
  const lines: [at: number, bend: number, colour: Rgb][] = [
    [-0.45, -0.2, [255, 88, 150]],
    [-0.3, 0.25, [90, 220, 240]],
    [-0.15, 0.55, [250, 214, 110]],
  ];
  return (x, y) => {
    let colour = mixRgb([18, 12, 40], [46, 18, 70], (y + 1) / 2);
    for (const light of lights) {
      const d = Math.hypot(x - light.x, y - light.y);
      if (d > light.size * 2.2) continue;
      colour = mixRgb(
        colour,
        light.colour,
        inside(d - light.size, 0.03) * 0.3 + Math.exp(-((d / light.size) ** 2)) * 0.18,
      );
    }
    for (const [at, bend, paint] of lines) {
      const route = at + Math.max(0, Math.min(0.5, x - bend)) * 0.9;
      colour = mixRgb(colour, paint, inside(Math.abs(y - route) - 0.018, 0.005));
      for (const stop of [-0.8, -0.35, 0.15, 0.7]) {
        const stopAt = at + Math.max(0, Math.min(0.5, stop - bend)) * 0.9;
        colour = mixRgb(colour, [250, 246, 255], inside(Math.hypot(x - stop, y - stopAt) - 0.032, 0.005));
      }
    }
    return colour;
  };
}

const painterOf = (style: Style): Painter => (style === 'nightbus' ? nightbus() : style === 'kites' ? kites : harbour);

export async function drawCover(style: Style): Promise<Buffer> {
  const paint = painterOf(style);
  const random = createRandom(style.length);
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const colour = paint((2 * column) / SIDE - 1, (2 * row) / SIDE - 1);
      const grain = random.between(-5, 5);
      const at = (row * SIDE + column) * 3;
      for (let c = 0; c < 3; c++) pixels[at + c] = Math.max(0, Math.min(255, colour[c]! + grain));
    }
  }
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}
