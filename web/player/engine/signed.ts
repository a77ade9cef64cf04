/**
 * Addresses that are their own permission: /m/{token}/{thing}/{rev}/{rendition}/… The token ends some hours after the music
 * would; what it opens stays the same, so a new one takes its place in every address of that scope.
 */
const FORM = /^\/m\/([\w-]{40})\/((?:[^/]+\/){2}[^/]+)/;

export const scopeOf = (url: string): string | undefined => FORM.exec(url)?.[2];

/** Two addresses of the same thing are equal without what was signed. */
export const withoutToken = (url: string): string => url.replace(FORM, '/m/$2');

export type Tokens = {
  /** With the newest token known for its scope. */
  current(url: string): string;
  /** Asks for another token. False: there is none, or the same again. */
  renew(url: string): Promise<boolean>;
};

/** `sign` answers an address within the same scope as the one given, or undefined. */
export function createTokens(sign: (url: string) => Promise<string | undefined>): Tokens {
  const newest = new Map<string | undefined, string>();
  const current = (url: string): string => url.replace(FORM, (_, token, of) => `/m/${newest.get(of) ?? token}/${of}`);
  return {
    current,
    async renew(url) {
      const before = current(url);
      const [, token = '', of] = FORM.exec((await sign(url)) ?? '') ?? [];
      if (!token || of !== scopeOf(url) || before.includes(token)) return false;
      newest.set(of, token);
      return true;
    },
  };
}
