import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * The credential in a signed path: 30 bytes, which are 40 base64url characters without slack bits, so that each has one
 * spelling: kid 1 | kind 1 | handle 8 | expires 4 (seconds) | mac 16. The mac is the first half of an HMAC-SHA256 over the
 * rest and the scope (thing/rev/rendition): it opens that scope and nothing else.
 */
export type Key = { kid: number; secret: Buffer };
/** What the handle stands for. */
export type HandleKind = 'session' | 'token';
export type Claims = { kind: HandleKind; /** 8 bytes, never the credential's own id. */ handle: Buffer; expS: number };
export type Token = Claims & { kid: number; head: Buffer; mac: Buffer };

const HEAD_BYTES = 14;
const MAC_BYTES = 16;
const KINDS: Record<HandleKind, number> = { session: 1, token: 2 };

// Node's decoder forgives padding, other alphabets and stray characters: the form is tested before.
const FORM = /^[\w-]{40}$/;

const macOf = (secret: Buffer, head: Buffer, scope: string): Buffer =>
  createHmac('sha256', secret).update('evm1').update(head).update(scope).digest().subarray(0, MAC_BYTES);

export const mintToken = ({ kid, secret }: Key, { kind, handle, expS }: Claims, scope: string): string => {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(kid, 0);
  head.writeUInt8(KINDS[kind], 1);
  handle.copy(head, 2, 0, 8);
  head.writeUInt32BE(expS, 10);
  return Buffer.concat([head, macOf(secret, head, scope)]).toString('base64url');
};

/** Taken apart, not believed. Undefined for what `mintToken` could not have written. */
export const readToken = (text: string): Token | undefined => {
  if (!FORM.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  const head = bytes.subarray(0, HEAD_BYTES);
  const kind = (Object.keys(KINDS) as HandleKind[]).find((it) => KINDS[it] === head[1]);
  if (kind === undefined) return undefined;
  return {
    kid: head.readUInt8(0),
    kind,
    handle: head.subarray(2, 10),
    expS: head.readUInt32BE(10),
    head,
    mac: bytes.subarray(HEAD_BYTES),
  };
};

/** Whether this key signed this token for this scope; takes as long whatever the answer. */
export const isSignedBy = ({ secret }: Pick<Key, 'secret'>, { head, mac }: Token, scope: string): boolean =>
  timingSafeEqual(mac, macOf(secret, head, scope));

const HOUR_S = 3600;
const LEAST_S = 12 * HOUR_S;
/** Whatever is longer is asked for again in between; keys are kept for longer than this. */
export const LONGEST_S = 7 * 24 * HOUR_S;
const GRID_S = 6 * HOUR_S;

/** Twice the music and at least half a day, up to a grid of six hours: for hours the same address, which a browser keeps. */
export const expiryOf = (nowMs: number, durationMs: number): number => {
  const life = Math.min(LONGEST_S - GRID_S, Math.max(LEAST_S, (2 * durationMs) / 1000));
  return Math.ceil((nowMs / 1000 + life) / GRID_S) * GRID_S;
};
