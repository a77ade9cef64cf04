import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { buildAssets } from '../assets/build.mjs';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

// The policy of the product: what breaks under it must break here too.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** A cover of its own for every id: two shapes over a ground. */
const coverPicture = (id: string): string => {
  const seed = Array.from(id).reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973, 7);
  const hue = (Number(id.split('_')[1] ?? 0) * 7 * 15) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl(${hue} 40% 24%)"/><circle cx="${18 + (seed % 28)}" cy="${20 + (seed % 23)}" r="${9 + (seed % 14)}" fill="hsl(${hue} 70% 62%)"/><rect y="${40 + (seed % 14)}" width="64" height="30" fill="hsl(${(hue + 40) % 360} 45% 40%)"/></svg>`;
};

export type PreviewServer = { origin: string; asset: (name: string) => string; close: () => Promise<void> };

/** Serves pages (path to HTML) with the product's assets and policy on a free port of 127.0.0.1. */
export const openPreview = async (pageAt: (path: string) => string | undefined): Promise<PreviewServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'evensong-preview-'));
  const manifest: Readonly<Record<string, string>> = await buildAssets(folder);
  const answer = async (path: string): Promise<{ type: string; body: string | Buffer } | undefined> => {
    if (path.startsWith('/api/v1/covers/'))
      return { type: 'image/svg+xml', body: coverPicture(path.split('/')[4] ?? '') };
    if (path === '/assets/still.js') return { type: 'text/javascript', body: '' };
    if (path.startsWith('/assets/')) {
      const file = path.slice('/assets/'.length).replaceAll('..', '');
      return { type: TYPES[extname(file)] ?? 'text/plain', body: await readFile(join(folder, file)) };
    }
    const html = pageAt(path);
    return html === undefined ? undefined : { type: 'text/html; charset=utf-8', body: `<!doctype html>${html}` };
  };
  const server = createServer((request, response) => {
    answer(new URL(request.url ?? '/', 'http://preview').pathname)
      .then((found) => {
        response.writeHead(found ? 200 : 404, {
          'content-type': found?.type ?? 'text/plain',
          'content-security-policy': POLICY,
        });
        response.end(found?.body ?? '');
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    // The pages stand still here: the client scripts have tests of their own and want a whole server.
    asset: (name) => (name === 'main.js' ? '/assets/still.js' : `/assets/${manifest[name] ?? name}`),
    close: async () => {
      await new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
};
