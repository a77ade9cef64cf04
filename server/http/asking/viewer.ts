import type { Context } from 'hono';
import type { Client } from './client.ts';

export type Role = 'owner' | 'admin' | 'listener';
export type Scope = 'read' | 'write' | 'playback' | 'metrics' | 'admin';

/** Who asks. Every read of the library takes one. */
export type Viewer = {
  userId: string;
  name: string;
  role: Role;
  /** What the credential allows; a session has every scope its role allows. */
  scopes: ReadonlySet<Scope>;
  /** Roots this person may see. */
  roots: 'all' | readonly number[];
  via: 'session' | 'token';
  /** The credential itself (session or token row), for sign-out and for limits. Never shown. */
  credentialId: string;
};

/** Reads the credential of a request: a viewer, or undefined for nobody. A credential that no longer stands is nobody. */
export type WhoIs = (c: Context, client: Client) => Viewer | undefined | Promise<Viewer | undefined>;

export const mayAdminister = (viewer: Viewer): boolean =>
  (viewer.role === 'owner' || viewer.role === 'admin') && viewer.scopes.has('admin');
