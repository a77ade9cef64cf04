import type { Context } from 'hono';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Viewer } from '../asking/viewer.ts';

export type PageInput = {
  /** Without the product's name: the frame adds it. */
  title: string;
  /** Hue step of the page's cover, 0..23 or n. */
  tint?: string;
  body: HtmlEscapedString | Promise<HtmlEscapedString>;
  status?: number;
  /** A page without sidebar and player: first run, sign in. */
  bare?: boolean;
};

/** Dresses a page: the whole document, or for htmx what replaces <main>. Made by app.ts from web's layout. */
export type PageFrame = (
  input: PageInput & { viewer: Viewer | undefined; path: string; partial: boolean },
) => HtmlEscapedString | Promise<HtmlEscapedString>;

type Answering = { c: Context; viewer: Viewer | undefined; frame: PageFrame };

/** A page, or its fragment when htmx asks. Personal, so never stored by anybody else's cache. */
export const page = async ({ c, viewer, frame }: Answering, input: PageInput): Promise<Response> => {
  const partial = c.req.header('hx-request') === 'true' && c.req.header('hx-history-restore-request') !== 'true';
  const html = await frame({ ...input, viewer, path: c.req.path, partial });
  return new Response((partial ? '' : '<!doctype html>\n') + html.toString(), {
    status: input.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-cache',
      vary: 'Cookie, HX-Request, Accept-Encoding',
    },
  });
};
