/** What a page loads of the player before anybody clicks. The budget is the design's; htmx and the pages' own scripts are not it. */
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';

const MOST_BYTES = 25_000;

const others: Plugin = {
  name: 'others',
  setup(packing) {
    packing.onResolve({ filter: /\/page\/|navigation|\/theme\.ts|\/fragment\.ts|^htmx/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

it('loads at most 25 KB of the player before the first click, and no HLS library', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [new URL('../../../web/player/main.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    plugins: [others],
  });
  const { outputs, inputs } = metafile;
  const first = new Set<string>();
  const follow = (path: string): void => {
    if (first.has(path) || !outputs[path]) return;
    first.add(path);
    for (const { path: next, kind } of outputs[path].imports) if (kind === 'import-statement') follow(next);
  };
  follow(Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith('main.ts')) ?? '');
  const sizes = outputFiles.map(({ path, contents }) => ({
    first: first.has(relative(process.cwd(), path)),
    bytes: gzipSync(contents, { level: 9 }).length,
  }));
  const sum = (of: typeof sizes): number => of.reduce((total, { bytes }) => total + bytes, 0);
  console.info('player, gzipped: first load', sum(sizes.filter((it) => it.first)), 'all of it', sum(sizes));
  expect(first.size).toBeGreaterThan(0);
  expect(sum(sizes.filter((it) => it.first))).toBeLessThanOrEqual(MOST_BYTES);
  expect(Object.keys(inputs).filter((path) => path.includes('hls.js'))).toEqual([]);
});
