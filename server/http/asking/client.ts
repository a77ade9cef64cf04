import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

/** Where a request comes from, as far as it can be believed. */
export type Client = {
  /** An IP address; `unknown` when there is no socket (requests made inside the process). */
  address: string;
  /** Whether the browser speaks https, here or to a proxy we trust. */
  https: boolean;
  /** The host name and port the browser asked for. */
  host: string | undefined;
};

export type ReadClient = (c: Context) => Client;

/** IPv4 written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address; a zone (`%eth0`) is no part of it. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

const createTrust = (cidrs: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.trim().split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(network) === 0) continue;
    list.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
};

const last = (header: string | undefined): string | undefined => header?.split(',').at(-1)?.trim() || undefined;

type Trust = (address: string) => boolean;

/** The address nearest to us that is not one of our own proxies: everything left of it may be made up. */
const forwardedFor = (header: string | undefined, peer: string, isTrusted: Trust): string => {
  let address = peer;
  for (const hop of (header ?? '').split(',').reverse()) {
    if (!isTrusted(address)) break;
    const next = plainAddress(hop.trim());
    if (isIP(next) === 0) break;
    address = next;
  }
  return address;
};

type ClientNeeds = { trustedProxies: readonly string[]; baseUrl: string | undefined };

/** X-Forwarded-* count only when the TCP peer is a proxy that the owner named. */
export const createClientReader = ({ trustedProxies, baseUrl }: ClientNeeds): ReadClient => {
  const isTrusted = createTrust(trustedProxies);
  const base = baseUrl === undefined ? undefined : new URL(baseUrl);
  return (c) => {
    const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
    const peer = plainAddress(incoming?.socket?.remoteAddress ?? 'unknown');
    const host = c.req.header('host');
    const baseSaysHttps = base?.protocol === 'https:' && base.host === host;
    if (trustedProxies.length === 0 || !isTrusted(peer)) return { address: peer, https: baseSaysHttps, host };
    const forwardedHost = last(c.req.header('x-forwarded-host')) ?? host;
    const scheme = last(c.req.header('x-forwarded-proto'))?.toLowerCase();
    return {
      address: forwardedFor(c.req.header('x-forwarded-for'), peer, isTrusted),
      https: scheme === undefined ? base?.protocol === 'https:' && base.host === forwardedHost : scheme === 'https',
      host: forwardedHost,
    };
  };
};
