/**
 * A cover's hue, never its colour: pages own lightness and chroma, so contrast never depends on a picture. 24 bins of
 * OKLCH hue, each pixel weighted by chroma² × lightness² (what glows), 'n' where a cover is nearly grey.
 * Matrices: bottosson.github.io/posts/oklab.
 */

const BINS = 24;
const GREY_CHROMA = 0.028;

/** sRGB byte to linear light. */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

type Lch = { lightness: number; chroma: number; hueDegrees: number };

export function oklch(red: number, green: number, blue: number): Lch {
  const [r, g, b] = [LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const hue = (Math.atan2(bb, a) * 180) / Math.PI;
  return { lightness, chroma: Math.hypot(a, bb), hueDegrees: hue < 0 ? hue + 360 : hue };
}

/** `pixels` are packed RGB bytes. Answers '0'..'23' (steps of 15 degrees) or 'n'. */
export function tintOf(pixels: Uint8Array): string {
  const weights = new Float64Array(BINS);
  const count = Math.floor(pixels.length / 3);
  let chromaSum = 0;
  for (let i = 0; i < count; i++) {
    const { lightness, chroma, hueDegrees } = oklch(pixels[3 * i]!, pixels[3 * i + 1]!, pixels[3 * i + 2]!);
    chromaSum += chroma;
    const bin = Math.round(hueDegrees / (360 / BINS)) % BINS;
    weights[bin] = weights[bin]! + chroma ** 2 * lightness ** 2;
  }
  if (count === 0 || chromaSum / count < GREY_CHROMA) return 'n';
  return String(weights.indexOf(Math.max(...weights)));
}
