import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { notFound } from './problems.ts';
import { route, type Route } from './route.ts';
import { sendFile } from './answering/send-file.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

export type Assets = {
  /** The address of an asset by its plain name; an unknown name is a fault of ours. */
  url: (name: string) => string;
  routes: Route[];
};

/** What the build packed into `folder`: hashed names, so they may be kept for ever. */
export const openAssets = (folder: string): Assets => {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>;
  return {
    url: (name) => {
      const file = manifest[name];
      if (!file) throw new Error(`The build made no asset called ${name}`);
      return `/assets/${file}`;
    },
    routes: [
      route(
        {
          method: 'get',
          path: '/assets/:file{[A-Za-z0-9._-]+}',
          kind: 'media',
          who: 'public',
          blind: true,
          summary: 'Style sheets, scripts, fonts and icons of the pages.',
          answers: { 200: 'The file.', 404: 'No such file.' },
        },
        (call) => {
          const file = call.c.req.param('file') ?? '';
          const type = TYPES[extname(file)];
          if (!type) throw notFound();
          return sendFile(call, {
            path: join(folder, file),
            type,
            cacheControl: 'public, max-age=31536000, immutable',
          });
        },
      ),
    ],
  };
};
