import type { Context } from 'hono';
import { z } from 'zod';
import type { Log } from '../kit/index.ts';
import type { Client } from './asking/client.ts';
import type { PageFrame } from './answering/page.ts';
import type { Scope, Viewer } from './asking/viewer.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/**
 * public: anybody; user: signed in; admin: owner or admin; signed: whoever holds an address with a signature. Of the last no
 * credential is looked at, for its answers are the same for everybody and may be kept by anybody; the handler judges.
 */
export type Who = 'public' | 'user' | 'admin' | 'signed';
type Shape = z.ZodRawShape;
type Out<S extends Shape | undefined> = S extends Shape ? z.output<z.ZodObject<S>> : Record<never, never>;

export type RouteSpec<
  W extends Who = Who,
  P extends Shape | undefined = Shape | undefined,
  Q extends Shape | undefined = Shape | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
> = {
  method: Method;
  /** Hono's syntax: `/api/v1/albums/:id`. A GET also answers HEAD. */
  path: string;
  /** `api` (the default) answers JSON problems, `page` answers pages and fragments, `media` answers bytes. */
  kind?: 'api' | 'page' | 'media';
  who: W;
  /** Of a public route: nobody is looked up, so that it answers even where nobody can be. */
  blind?: boolean;
  /** What a token needs; by default `read` for GET, `write` for the rest, `admin` for who: admin. */
  scope?: Scope;
  /** Whose things it touches, in words; another's answers 404. */
  owner?: string;
  /** One sentence for the API document. */
  summary: string;
  params?: P;
  /** Unknown keys are refused with 422 (on pages they are passed over). */
  query?: Q;
  body?: B;
  /** A body of one of these types is plain text, and stands for `{ [field]: text }`. */
  text?: { types: readonly string[]; field: string };
  /** Makes nothing, however often it is asked: an Idempotency-Key means nothing to it, and its answer is never kept. */
  makesNothing?: boolean;
  /** Bytes; 1 MiB when left out. */
  maxBodyBytes?: number;
  /**
   * What the tests send for the happy path, where an empty request would not do; the document shows it too.
   * Rooms whose routes need things to exist drive them in their own tests and say so in the quartet's registry.
   */
  example?: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown };
  /** By status: the schema of the JSON answer, or a sentence for answers without one. */
  answers: Record<number, z.ZodType | string>;
};

/** One request, checked and typed. */
export type Call<V = Viewer, P = unknown, Q = unknown, B = unknown> = {
  c: Context;
  viewer: V;
  client: Client;
  params: P;
  query: Q;
  body: B;
  log: Log;
  requestId: string;
  /** How pages are dressed; use `page(call, …)`. */
  frame: PageFrame;
};

export type Route = {
  spec: RouteSpec;
  /** The object schemas made from the spec's shapes. */
  schemas: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType };
  handle: (call: Call<Viewer | undefined>) => Response | Promise<Response>;
};

/** Declares a route: the spec drives guards, validation, the API document and the tests; the handler only answers. */
export const route = <
  W extends Who,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  spec: RouteSpec<W, P, Q, B>,
  handle: (
    call: Call<
      W extends 'public' | 'signed' ? Viewer | undefined : Viewer,
      Out<P>,
      Out<Q>,
      B extends z.ZodType ? z.output<B> : undefined
    >,
  ) => Response | Promise<Response>,
): Route => ({
  spec: spec as unknown as RouteSpec,
  schemas: {
    ...(spec.params && { params: z.strictObject(spec.params) }),
    ...(spec.query && { query: spec.kind === 'page' ? z.object(spec.query) : z.strictObject(spec.query) }),
    ...(spec.body && { body: spec.body }),
  },
  // The guard runs first: by the time a handler is called, viewer and input are what its types say.
  handle: handle as unknown as Route['handle'],
});

/** Whether a call needs no session and no token. */
export const isPublicRoute = ({ spec }: Pick<Route, 'spec'>): boolean => spec.who === 'public' || spec.who === 'signed';
