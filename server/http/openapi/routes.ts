import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { json } from '../answering/answers.ts';
import { route, type Route } from '../route.ts';
import { DOCS_POLICY } from '../answering/security-headers.ts';
import { sendFile } from '../answering/send-file.ts';
import { notFound } from '../problems.ts';
import { describeApi } from './document.ts';

const TYPES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const START = `window.ui = SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API · Evensong</title>
    <link rel="icon" href="/api/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <main id="docs"></main>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

const DAY = 'public, max-age=86400';

const swaggerRoutes = (): Route[] => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return [
    route(
      {
        method: 'get',
        path: '/api/docs',
        kind: 'media',
        who: 'public',
        summary: 'The API to read and try, in a browser.',
        answers: { 200: 'A page.' },
      },
      () =>
        new Response(PAGE, {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'cache-control': 'no-cache',
            'content-security-policy': DOCS_POLICY,
          },
        }),
    ),
    route(
      {
        method: 'get',
        path: '/api/docs/:file{[a-z0-9.-]+}',
        kind: 'media',
        who: 'public',
        summary: 'What that page is made of.',
        params: { file: z.string() },
        answers: { 200: 'The file.', 404: 'No such file.' },
      },
      (call) => {
        const { file } = call.params;
        if (file === 'start.js')
          return new Response(START, {
            headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': DAY },
          });
        const type = Object.hasOwn(TYPES, file) ? TYPES[file] : undefined;
        if (type === undefined) throw notFound();
        return sendFile(call, { path: join(folder, file), type, cacheControl: DAY });
      },
    ),
  ];
};

/** The document and the page that shows it. `table` answers the whole route table, these routes included. */
export const createApiDocRoutes = (table: () => readonly Route[]): Route[] => {
  let made: Record<string, unknown> | undefined;
  return [
    route(
      {
        method: 'get',
        path: '/api/v1/openapi.json',
        who: 'public',
        summary: 'This document.',
        answers: { 200: 'OpenAPI 3.1.' },
      },
      (call) => json(call, (made ??= describeApi(table())), { headers: { 'cache-control': 'no-cache' } }),
    ),
    ...swaggerRoutes(),
  ];
};
