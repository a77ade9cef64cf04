import sharp, { type Sharp } from 'sharp';
import { tintOf } from './tint.ts';

/**
 * The one place that decodes pictures. They come from strangers: at most 40 megapixels, no SVG (it is a document that
 * loads others), nothing truncated, and what leaves is always encoded anew.
 */

export const COVER_SIZES = [64, 128, 256, 512, 1024] as const;
export type CoverSize = (typeof COVER_SIZES)[number];
export type CoverFormat = 'webp' | 'avif' | 'jpeg';

const MAX_PIXELS = 40_000_000;
const TINT_PIXELS = 48;
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff', 'avif']);

export type ImageFacts =
  | { kind: 'ready'; width: number; height: number; tint: string }
  /** `why` is a sentence for the scan page. */
  | { kind: 'bad'; why: string };

/** Settings of sharp that hold for the process: called once where covers are opened. */
export function prepareImages(): void {
  sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadPdf', 'VipsForeignLoadMagick'] });
  // Playing comes first: one core for a picture, and no cache of what is seldom asked for twice.
  sharp.concurrency(1);
  sharp.cache(false);
}

const openImage = (input: string | Uint8Array): Sharp =>
  sharp(input, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1, animated: false });

export async function inspectImage(input: string | Uint8Array): Promise<ImageFacts> {
  try {
    const image = openImage(input);
    const { format, autoOrient } = await image.metadata();
    if (!FORMATS.has(format)) return { kind: 'bad', why: `A picture of the kind "${format}" is not shown.` };
    // Decodes every pixel, so damage anywhere in the file shows here.
    const { data } = await image
      .resize(TINT_PIXELS, TINT_PIXELS, { fit: 'fill' })
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { kind: 'ready', width: autoOrient.width, height: autoOrient.height, tint: tintOf(data) };
  } catch (error) {
    return { kind: 'bad', why: reason(error) };
  }
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit|dimensions/i.test(message)) return 'The picture has more than 40 megapixels.';
  if (/unsupported|corrupt header|not a known|blocked/i.test(message)) return 'This is no picture we can show.';
  return 'The picture is damaged.';
}

/**
 * At most `size` pixels on the longer side, never larger than the original, turned as its EXIF says, without
 * metadata.
 */
export function encodeCover(input: string, size: CoverSize, format: CoverFormat): Promise<Buffer> {
  const image = openImage(input).autoOrient().resize(size, size, { fit: 'inside', withoutEnlargement: true });
  switch (format) {
    case 'webp':
      return image.webp({ quality: 82, effort: 3 }).toBuffer();
    case 'avif':
      return image.avif({ quality: 55, effort: 2 }).toBuffer();
    case 'jpeg':
      return image.flatten({ background: '#fff' }).jpeg({ quality: 84 }).toBuffer();
  }
}
