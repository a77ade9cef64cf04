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

/** For answers that are no page; `json` writes them from the start, which is cheaper than adding them. */
export const BYTES_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': BYTES_POLICY,
};
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** Puts the headers on an answer; one that brings a policy of its own keeps it. */
export const addSecurityHeaders = (headers: Headers, https: boolean): void => {
  if (headers.get('content-security-policy') === BYTES_POLICY) return;
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  const policy = headers.get('content-security-policy') ?? (isPage ? PAGE_POLICY : BYTES_POLICY);
  for (const [name, value] of Object.entries(isPage ? PAGE_HEADERS : BYTES_HEADERS)) headers.set(name, value);
  headers.set('content-security-policy', policy);
  // Over plain http browsers pass it over and complain in the console.
  if (isPage && https) headers.set('cross-origin-opener-policy', 'same-origin');
};

/** A signature in the address is the whole permission: players of other sites (a cast device's page) read these answers too. */
export const openToAll = (headers: Headers): void => {
  headers.set('access-control-allow-origin', '*');
  headers.set('cross-origin-resource-policy', 'cross-origin');
};
