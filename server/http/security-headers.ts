/*
 * What every answer tells the browser it may do with it. Pages take scripts, styles, pictures and sound from this address
 * alone; nothing is inline and nothing is evaluated. Bytes and JSON may do nothing at all, even when opened in a tab.
 */
const policy = (directives: Record<string, string>): string =>
  Object.entries({
    'default-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    ...directives,
  })
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');

export const PAGE_POLICY: string = policy({
  'script-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'img-src': "'self' data: blob:",
  'connect-src': "'self'",
  // The player feeds MediaSource, whose address is a blob.
  'media-src': "'self' blob:",
  'manifest-src': "'self'",
  'worker-src': "'self'",
  'form-action': "'self'",
});

/** Swagger UI writes style attributes; its scripts are files of ours like any other. */
export const DOCS_POLICY: string = policy({
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'font-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'form-action': "'none'",
});

/** JSON and media: nothing may run, even when opened in a tab of its own. */
export const BYTES_POLICY: string = policy({ 'form-action': "'none'" });

const EVERYWHERE: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];
const ON_PAGES: readonly (readonly [string, string])[] = [
  ['x-frame-options', 'DENY'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'],
];

/** Puts the headers on an answer; one that brings a policy of its own keeps it. */
export const addSecurityHeaders = (headers: Headers, https: boolean): void => {
  for (const [name, value] of EVERYWHERE) headers.set(name, value);
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', isPage ? PAGE_POLICY : BYTES_POLICY);
  if (!isPage) return;
  for (const [name, value] of ON_PAGES) headers.set(name, value);
  // Over plain http browsers pass it over and complain in the console.
  if (https) headers.set('cross-origin-opener-policy', 'same-origin');
};
