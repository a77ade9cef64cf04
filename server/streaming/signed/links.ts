import { createHmac } from 'node:crypto';
import type { Viewer } from '../../http/index.ts';
import type { Clock } from '../../kit/index.ts';
import { createHandles } from './handles.ts';
import type { Standing } from './handles.ts';
import type { KeyRing } from './key-ring.ts';
import { looksLikeScope, scopeName } from './scope.ts';
import type { Scope } from './scope.ts';
import { expiryOf, isSignedBy, mintToken, readToken } from './token.ts';

/** Whether a token opens a scope. `ended`: it was ours, and is over. `invented`: nobody here has written it. */
export type Judgement = { kind: 'yes'; viewer: Viewer; leftS: number } | { kind: 'ended' } | { kind: 'invented' };

export type Links = {
  /** `/m/{token}/{thing}/{rev}/{rendition}`: what hangs below is open to whoever holds it, as long as the viewer's credential stands. */
  sign: (viewer: Viewer, scope: Scope, durationMs: number) => string;
  judge: (token: string, scope: Scope) => Judgement;
  /** Names what somebody may see, so that one copy of a cover serves all who may see the same; it tells nothing else. */
  policyOf: (viewer: Viewer) => string;
  close: () => Promise<void>;
};

export type LinkNeeds = {
  ring: KeyRing;
  standing: Standing;
  /** What a viewer may see of the library, and of which one: equal texts see equal covers. */
  sightOf: (viewer: Viewer) => string;
  clock: Clock;
};

export const createLinks = ({ ring, standing, sightOf, clock }: LinkNeeds): Links => {
  const handles = createHandles({ secret: ring.names, standing, sightOf });
  return {
    sign: (viewer, scope, durationMs) => {
      const name = scopeName(scope);
      const claims = { ...handles.of(viewer), expS: expiryOf(clock.now(), durationMs) };
      return `/m/${mintToken(ring.signing(), claims, name)}/${name}`;
    },
    judge: (text, scope) => {
      const token = looksLikeScope(scope) ? readToken(text) : undefined;
      const key = token && ring.byId(token.kid);
      if (!token || !key || !isSignedBy(key, token, scopeName(scope))) return { kind: 'invented' };
      const leftS = token.expS - clock.now() / 1000;
      const viewer = leftS > 0 ? handles.viewer(token.handle) : undefined;
      return viewer?.scopes.has('playback') ? { kind: 'yes', viewer, leftS } : { kind: 'ended' };
    },
    policyOf: (viewer) => {
      const digest = createHmac('sha256', ring.names).update('policy').update(sightOf(viewer)).digest('base64url');
      return digest.slice(0, 16);
    },
    close: ring.settled,
  };
};
