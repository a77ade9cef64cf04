import { z } from 'zod';
import { neededScope } from '../asking/guard.ts';
import { isPublicRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { templateOf } from './path.ts';

/*
 * OpenAPI 3.1 from the route table: the schemas that check a request are the ones that describe it. Schemas with an id
 * (`.meta({ id: 'Track' })`) become components; what has no JSON form (a transform) is described by what goes in.
 */
type Json = Record<string, unknown>;

const COMPONENTS = '#/components/schemas/';

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457. `code` is stable: match on it.',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', examples: ['http/not-found'] },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    requestId: { type: 'string' },
  },
};

/** One schema as JSON; its named parts go to `components`, and references follow them there. */
const toJson = (schema: z.ZodType, io: 'input' | 'output', components: Json): Json => {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json;
  const text = JSON.stringify(made).replaceAll('"#/$defs/', `"${COMPONENTS}`);
  const { $defs, $schema: _dialect, ...rest } = JSON.parse(text) as Json & { $defs?: Json };
  for (const [name, part] of Object.entries($defs ?? {})) components[name] = part;
  const id = rest['id'];
  if (typeof id !== 'string') return rest;
  components[id] = rest;
  return { $ref: `${COMPONENTS}${id}` };
};

type Parameter = { name: string; in: 'path' | 'query'; required: boolean; schema: Json };

const parametersOf = (it: Route, components: Json): Parameter[] => {
  const described = (shape: z.ZodRawShape | undefined, name: string): z.ZodType | undefined =>
    shape?.[name] as z.ZodType | undefined;
  const inPath = templateOf(it.spec.path).names.map((name): Parameter => {
    const schema = described(it.spec.params, name);
    return {
      name,
      in: 'path',
      required: true,
      schema: schema ? toJson(schema, 'input', components) : { type: 'string' },
    };
  });
  const inQuery = Object.entries(it.spec.query ?? {}).map(([name, schema]): Parameter => {
    const type = schema as z.ZodType;
    // What accepts nothing at all need not be sent.
    return {
      name,
      in: 'query',
      required: !type.safeParse(undefined).success,
      schema: toJson(type, 'input', components),
    };
  });
  return [...inPath, ...inQuery];
};

const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: `${COMPONENTS}Problem` } } },
});

const USUAL: Record<number, string> = {
  401: 'Nobody is signed in, or the token does not stand.',
  403: 'Not allowed: the role, the scope, or where the request came from.',
  422: 'Something in the request is not right; `errors` says what.',
};

/** Failures that the guards and the validation give, whatever the route. */
const usualFailures = ({ spec, schemas }: Route): number[] => [
  ...(isPublicRoute({ spec }) ? [] : [401, 403]),
  ...(spec.kind !== 'page' || schemas.body ? [422] : []),
];

const answersOf = (it: Route, components: Json): Json => {
  const answers: Json = {};
  for (const status of usualFailures(it)) answers[status] = problem(USUAL[status] ?? '');
  for (const [status, told] of Object.entries(it.spec.answers)) {
    if (Number(status) >= 400) answers[status] = problem(typeof told === 'string' ? told : 'A problem.');
    else if (typeof told === 'string') answers[status] = { description: told };
    else
      answers[status] = {
        description: it.spec.summary,
        content: { 'application/json': { schema: toJson(told, 'output', components) } },
      };
  }
  return answers;
};

/** `get /api/v1/albums/{id}` -> `getAlbumsById`. */
const operationId = (method: string, template: string): string =>
  template
    .replace(/^\/api\/v1/, '')
    .split(/[/.-]/)
    .filter(Boolean)
    .reduce((name, part) => {
      const word = part.replace(/\W/g, '');
      return `${name}${part.startsWith('{') ? 'By' : ''}${word.charAt(0).toUpperCase()}${word.slice(1)}`;
    }, method);

const operationOf = (it: Route, components: Json): Json => {
  const { spec } = it;
  const { template } = templateOf(spec.path);
  const scope = neededScope(spec);
  return {
    operationId: operationId(spec.method, template),
    summary: spec.summary,
    tags: [template.split('/')[template.startsWith('/api/') ? 3 : 1] ?? 'other'],
    ...(spec.owner && { description: `Touches ${spec.owner}; what is another's answers 404.` }),
    ...(spec.who === 'admin' && { 'x-role': 'admin' }),
    ...(!isPublicRoute({ spec }) && { 'x-scope': scope }),
    parameters: parametersOf(it, components),
    ...(spec.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: toJson(spec.body, 'input', components),
            ...(spec.example?.body !== undefined && { example: spec.example.body }),
          },
          ...Object.fromEntries((spec.text?.types ?? []).map((type) => [type, { schema: { type: 'string' } }])),
        },
      },
    }),
    responses: answersOf(it, components),
    security: isPublicRoute({ spec }) ? [] : [{ session: [] }, { token: [scope] }],
  };
};

/** True for what scripts may rely on: pages, their assets and the documentation itself are not part of it. */
export const isDescribed = ({ spec }: Route): boolean =>
  spec.kind !== 'page' && /^\/(api\/v1|m|health|metrics)(\/|$)/.test(spec.path);

export const describeApi = (routes: readonly Route[]): Json => {
  const components: Json = { Problem: problemSchema };
  const paths: Record<string, Json> = {};
  for (const it of routes.filter(isDescribed)) {
    const { template } = templateOf(it.spec.path);
    (paths[template] ??= {})[it.spec.method] = operationOf(it, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Evensong',
      version: '1',
      description:
        'Everything the pages do, for scripts. Send `Authorization: Bearer <token>`; make tokens in your settings. ' +
        'A GET also answers HEAD. Lists take `limit`, `cursor` and `sort`; unknown parameters are refused.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'evensong', description: '`__Host-evensong` on https.' },
      },
    },
  };
};
