const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
];
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Mac', /\bMac OS X\b|\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
];

const first = (list: typeof BROWSERS, agent: string): string | undefined =>
  list.find(([, pattern]) => pattern.test(agent))?.[0];

/** A User-Agent as a person would say it: browser, and what it runs on. Many browsers claim to be others: order matters. */
export const deviceParts = (agent: string): { browser: string | undefined; system: string | undefined } => ({
  browser: first(BROWSERS, agent),
  system: first(SYSTEMS, agent),
});
