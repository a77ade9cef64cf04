import { z } from 'zod';
import type { Viewer } from '../../http/index.ts';
import { toInstant } from '../../kit/index.ts';
import { NAME_MAX } from '../people/names.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from '../door/passwords.ts';
import type { Person } from '../people/people-store.ts';
import { SCOPES } from '../people/scopes.ts';
import type { SessionRow } from '../door/session-store.ts';
import type { TokenRow } from '../tokens/token-store.ts';

/* The JSON of this room: what goes in and what comes out. Only what is named here is ever read from a body. */

// Twice what is allowed: the rules in names.ts give the better message, this only bounds the work.
const name = z
  .string()
  .min(1)
  .max(NAME_MAX * 2);
const password = z.string().min(1).max(PASSWORD_MAX);
const newPassword = z.string().min(PASSWORD_MIN, 'It has fewer than 10 characters.').max(PASSWORD_MAX);
const role = z.enum(['owner', 'admin', 'listener']);
const givenRole = z.enum(['admin', 'listener']);
const scope = z.enum(SCOPES);
const instant = z.iso.datetime();

export const setupBody = z.strictObject({ code: z.string().min(1).max(100), name, password: newPassword });
export const signInBody = z.strictObject({ name, password });
export const passwordBody = z.strictObject({ current: password, next: newPassword });
export const tokenBody = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(scope).min(1).max(SCOPES.length),
  expiresAt: z.iso.datetime({ offset: true }).nullish(),
});
export const memberBody = z.strictObject({ name, password: newPassword, role: givenRole.default('listener') });
export const memberChangeBody = z.strictObject({
  name: name.optional(),
  password: newPassword.optional(),
  role: givenRole.optional(),
});

export const meShape = z.object({
  user: z.object({ id: z.string(), name: z.string(), role }),
  scopes: z.array(scope),
  roots: z.union([z.literal('all'), z.array(z.string())]),
});
export const meOf = (viewer: Pick<Viewer, 'userId' | 'name' | 'role' | 'scopes'>): z.infer<typeof meShape> => ({
  user: { id: viewer.userId, name: viewer.name, role: viewer.role },
  scopes: SCOPES.filter((one) => viewer.scopes.has(one)),
  roots: 'all',
});

export const sessionShape = z.object({
  id: z.string(),
  /** The session that asks. */
  current: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  agent: z.string(),
  address: z.string(),
});
export const sessionOf = (row: SessionRow, viewer: Viewer): z.infer<typeof sessionShape> => ({
  id: row.publicId,
  current: row.publicId === viewer.credentialId,
  createdAt: toInstant(row.createdAt),
  lastSeenAt: toInstant(row.lastSeenAt),
  expiresAt: toInstant(row.expiresAt * 1000),
  agent: row.agent,
  address: row.address,
});

export const tokenShape = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});
export const tokenOf = (row: TokenRow): z.infer<typeof tokenShape> => ({
  id: row.id,
  name: row.name,
  scopes: SCOPES.filter((one) => row.scopes.split(' ').includes(one)),
  createdAt: toInstant(row.createdAt),
  expiresAt: toInstant(row.expiresAt),
  lastUsedAt: toInstant(row.lastUsedAt),
});

export const personShape = z.object({ id: z.string(), name: z.string(), role, createdAt: instant });
export const personOf = (person: Person): z.infer<typeof personShape> => ({
  id: person.id,
  name: person.name,
  role: person.role,
  createdAt: toInstant(person.createdAt),
});

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().nullable() });
/** Lists of this room are short by their limits: one page holds them. */
export const wholeList = <T>(items: T[]): { items: T[]; next: null; total: number } => ({
  items,
  next: null,
  total: items.length,
});
