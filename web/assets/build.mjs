// Packs what the browser gets: style sheets with their fonts, the client scripts, the icon sprite and the marks.
// Every file is written under a hashed name, and manifest.json maps the plain name to it ("evensong.css").
// Used by the build (buildAssets) or alone: node web/assets/build.mjs OUT_DIR
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import sharp from 'sharp';

const here = dirname(fileURLToPath(import.meta.url));
const iconFolder = join(dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');

/** One <symbol> per icon; strokes and size live in CSS (.i), so the symbols carry geometry only. */
export async function packIcons(names) {
  const symbols = await Promise.all(names.map(symbolOf));
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Icons: Lucide, ISC licence, lucide.dev -->\n${symbols.join('\n')}\n</svg>\n`;
}

async function symbolOf(name) {
  const file = join(iconFolder, `${name}.svg`);
  if (!existsSync(file)) throw new Error(`lucide-static has no icon "${name}": correct web/assets/icons.ts`);
  const geometry = (await readFile(file, 'utf8'))
    .replace(/<!--.*?-->/gs, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace('</svg>', '')
    .replace(/\s+/g, ' ')
    .replaceAll('> <', '><')
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${geometry}</symbol>`;
}

// esbuild's own names for what it hashed: "evensong-ABCD.css" <- "evensong.css". Chunks and fonts need no plain name.
async function bundle(outDir) {
  const player = join(here, '../player/main.ts');
  const result = await build({
    entryPoints: [join(here, 'evensong.css'), ...(existsSync(player) ? [player] : [])],
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    // The style sheets lean on light-dark() and nesting, which every browser we support has: lowered, they break.
    supported: { nesting: true, 'inline-style': true },
    sourcemap: false,
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file', '.svg': 'file' },
    metafile: true,
    logLevel: 'warning',
  });
  const named = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) named[parse(output.entryPoint).name + parse(file).ext] = basename(file);
    else if (/latin-flar-normal-.*woff2$/.test(file) && !/latin-ext/.test(file)) named['latin.woff2'] = basename(file);
  }
  return named;
}

async function marks() {
  const svg = await readFile(join(here, 'mark.svg'));
  const png = (size) =>
    sharp(svg, { density: (72 * size) / 32 })
      .resize(size, size)
      .png()
      .toBuffer();
  return {
    'mark.svg': svg,
    'mark-32.png': await png(32),
    'mark-180.png': await png(180),
    'mark-512.png': await png(512),
  };
}

/** Writes everything into outDir and answers the manifest: plain name to hashed file name. */
export async function buildAssets(outDir) {
  await mkdir(outDir, { recursive: true });
  const { icons } = await import('./icons.ts');
  const plain = { 'icons.svg': Buffer.from(await packIcons(icons)), ...(await marks()) };
  const manifest = await bundle(outDir);
  for (const [name, bytes] of Object.entries(plain)) {
    const { name: stem, ext } = parse(name);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
    manifest[name] = `${stem}-${hash}${ext}`;
    await writeFile(join(outDir, manifest[name]), bytes);
  }
  await writeFile(join(outDir, 'manifest.json'), JSON.stringify(manifest, undefined, 2) + '\n');
  return manifest;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await buildAssets(resolve(process.argv[2] ?? '.build/assets'));
}
