import type { Context } from 'hono';
import type { z } from 'zod';
import { isProblem, type FieldError } from '../../kit/index.ts';
import { badInput, tooLarge, wrongMediaType } from '../problems.ts';
import type { Route } from '../route.ts';

const MAX_DEPTH = 32;

const fieldErrors = (error: z.ZodError): FieldError[] =>
  // Never the value that was sent: it may be a password.
  error.issues.slice(0, 20).flatMap((issue) => {
    const at = issue.path.join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys
        .slice(0, 20)
        .map((key) => ({ path: at ? `${at}.${key}` : key, message: 'There is no such parameter.' }));
    return [{ path: at, message: issue.message }];
  });

const check = (schema: z.ZodType, value: unknown): unknown => {
  const outcome = schema.safeParse(value);
  if (!outcome.success) throw badInput({ errors: fieldErrors(outcome.error) });
  return outcome.data;
};

/** One value per name, or all of them. `fromEntries` defines keys, so that a name like __proto__ is a name like any other. */
const collect = (pairs: URLSearchParams): Record<string, string | string[]> => {
  const values = new Map<string, string | string[]>();
  for (const [key, value] of pairs) {
    const before = values.get(key);
    values.set(key, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(values);
};

const readQuery = (c: Context): Record<string, string | string[]> => {
  const url = c.req.raw.url;
  const at = url.indexOf('?');
  return at === -1 ? {} : collect(new URLSearchParams(url.slice(at)));
};

/** Reads at most `limit` bytes of a body, whatever its headers promise. */
const readBody = async (c: Context, limit: number): Promise<Buffer> => {
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge();
  const stream = c.req.raw.body;
  if (!stream) return Buffer.alloc(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > limit) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    // A client that leaves while it sends is no failure of ours: strangers would fill the log with them.
    throw isProblem(error) ? error : badInput({ detail: 'The body broke off.' });
  }
  return Buffer.concat(parts);
};

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quoted) {
      if (ch === '\\') i++;
      else if (ch === '"') quoted = false;
    } else if (ch === '"') quoted = true;
    else if (ch === '{' || ch === '[') deepest = Math.max(deepest, ++depth);
    else if (ch === '}' || ch === ']') depth--;
  }
  return deepest;
};

const parseJson = (text: string): unknown => {
  if (text === '') return undefined;
  if (depthOf(text) > MAX_DEPTH) throw badInput({ detail: 'The JSON is nested too deep.' });
  try {
    return JSON.parse(text);
  } catch {
    throw badInput({ detail: 'The body is not JSON.' });
  }
};

const decode = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badInput({ detail: 'The body is not UTF-8.' });
  }
};

const parseBody = async (c: Context, it: Route): Promise<unknown> => {
  const encoding = c.req.header('content-encoding');
  // An unpacked bomb would pass every limit below.
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') throw wrongMediaType();
  const bytes = await readBody(c, it.spec.maxBodyBytes ?? 1 << 20);
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const text = decode(bytes);
  if (it.spec.kind === 'page' && type === 'application/x-www-form-urlencoded')
    return collect(new URLSearchParams(text));
  if (it.spec.text?.types.includes(type)) return { [it.spec.text.field]: text };
  if (bytes.length > 0 && type !== 'application/json' && !type.endsWith('+json')) throw wrongMediaType();
  return parseJson(text);
};

export type Input = { params: unknown; query: unknown; body: unknown };

/** Parameters, query and body of a request as the route's schemas see them. Throws 413, 415 or 422. */
export const readInput = async (c: Context, it: Route): Promise<Input> => {
  const { schemas, spec } = it;
  const params = schemas.params ? check(schemas.params, c.req.param()) : c.req.param();
  let query: unknown = {};
  if (schemas.query) query = check(schemas.query, readQuery(c));
  else if (spec.kind !== 'page') {
    const stray = Object.keys(readQuery(c));
    if (stray.length > 0)
      throw badInput({ errors: stray.slice(0, 20).map((path) => ({ path, message: 'There is no such parameter.' })) });
  }
  const body = schemas.body ? check(schemas.body, await parseBody(c, it)) : undefined;
  return { params, query, body };
};
