import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deep } from '../../server/testing/depth.ts';
import { describeWhere } from '../../server/testing/describe-where.ts';
import { findChromium, openBrowser } from '../../server/testing/player/browser.ts';
import { Document } from '../layout.tsx';
import { gallery } from './gallery.tsx';
import type { Shown } from './gallery.tsx';
import { openPreview } from './preview-server.ts';
import type { PreviewServer } from './preview-server.ts';

/*
 * Every page with nothing, a few and many things, long and right-to-left names, in a real browser under the real
 * policy: axe finds nothing, nothing scrolls sideways, the console stays empty.
 * EVENSONG_SHOTS=DIR keeps a picture of each; EVENSONG_PREVIEW=text looks only at pages whose name has it.
 */
const chromium = findChromium();
const SHOTS = process.env['EVENSONG_SHOTS'];
const ONLY = process.env['EVENSONG_PREVIEW'] ?? '';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
} as const;

type View = readonly [size: keyof typeof SIZES, theme: 'dark' | 'light'];
const FEW: readonly View[] = [
  ['desktop', 'dark'],
  ['narrow', 'light'],
];
const ALL: readonly View[] = [...FEW, ['desktop', 'light'], ['phone', 'dark'], ['phone', 'light']];
const VIEWS = deep ? ALL : FEW;

const AMOUNTS = deep || ONLY ? [0, 5, 60] : [0, 5];
const shown = AMOUNTS.flatMap((n) => gallery(n).map((page) => ({ ...page, n })));
const addressOf = (page: Shown & { n: number }) => `/preview/${page.n}${page.path}`;

const draw = (page: Shown, asset: (name: string) => string): string => {
  const viewer = page.solo && page.path !== '/welcome' ? undefined : { name: 'Marta', administers: true };
  const playlists = [
    { id: 'pls_1', name: 'Sunday pancakes' },
    { id: 'pls_2', name: 'شاي بعد الظهر' },
    { id: 'pls_3', name: 'A list with a name that nobody would ever want to say out loud twice' },
  ];
  const frame = { asset, theme: 'system' as const, path: page.path, viewer, playlists, ffmpeg: true };
  const html: { toString: () => string } = (
    <Document frame={frame} title={page.title} tint={page.tint} solo={page.solo}>
      {page.body}
    </Document>
  );
  return html.toString();
};

const look = async (tab: Page, name: string): Promise<string[]> => {
  await tab.evaluate('document.fonts.ready');
  const sideways = await tab.evaluate('document.documentElement.scrollWidth - innerWidth');
  await tab.evaluate(axe);
  const found = (await tab.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  if (SHOTS) await tab.screenshot({ path: `${SHOTS}/${name}.png` });
  return [
    ...(Number(sideways) > 0 ? [`${name}: scrolls ${String(sideways)} px sideways`] : []),
    ...found.violations.map(
      ({ id, nodes }) =>
        `${name}: ${id} (${nodes.length}) ${nodes[0]?.target.join(' ') ?? ''}: ${nodes[0]?.failureSummary.split('\n')[1] ?? ''}`,
    ),
  ];
};

describeWhere(chromium !== undefined, 'needs chromium')('every page, in a browser', () => {
  let preview: PreviewServer;
  let browser: Browser;

  beforeAll(async () => {
    const pages = new Map(shown.map((page) => [addressOf(page), page]));
    preview = await openPreview((path) => {
      const page = pages.get(path);
      return page && draw(page, preview.asset);
    });
    browser = await openBrowser(chromium!);
    if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  });

  afterAll(async () => {
    await browser.close();
    await preview.close();
  });

  test.each(VIEWS)(
    'has nothing for axe, no sideways scroll and a quiet console (%s, %s)',
    { timeout: 300_000 },
    async (size, theme) => {
      const context = await browser.newContext({
        viewport: SIZES[size],
        hasTouch: size !== 'desktop',
        isMobile: size !== 'desktop',
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      const tab = await context.newPage();
      const findings: string[] = [];
      tab.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          findings.push(`${tab.url()}: console: ${message.text()}`);
      });
      for (const page of shown.filter((each) => `${each.n} ${each.path}`.includes(ONLY))) {
        await tab.goto(preview.origin + addressOf(page));
        const name = `${page.path.replaceAll('/', '-').slice(1) || 'home'}-${page.n}-${size}-${theme}`;
        findings.push(...(await look(tab, name)));
      }
      await context.close();
      expect(findings).toEqual([]);
    },
  );
});
