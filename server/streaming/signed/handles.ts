import { createHmac } from 'node:crypto';
import type { Viewer } from '../../http/index.ts';
import type { HandleKind } from './token.ts';

/** Sessions and API tokens as accounts has them now, by the ids that lists show. */
export type Standing = {
  /** Whoever stands behind it now; undefined once it ended. */
  viewer: (credentialId: string) => Viewer | undefined;
  ids: () => string[];
};

/*
 * A handle stands for a credential in addresses without telling it, and only this process can lead back from one to the
 * other: that table is made at the start and grows with what is signed. Whether the credential still stands is asked of
 * accounts each time, so sign-out, revoking and a password change need not tell anybody.
 */
export type Handles = {
  of: (viewer: Pick<Viewer, 'credentialId' | 'via'>) => { kind: HandleKind; handle: Buffer };
  viewer: (handle: Buffer) => Viewer | undefined;
};

/** More than this many: what has ended since is thrown out. */
const CROWD = 5000;

export const createHandles = ({ secret, standing }: { secret: Buffer; standing: Standing }): Handles => {
  const credentials = new Map<string, string>();
  let crowd = CROWD;
  const handleOf = (credentialId: string): Buffer =>
    createHmac('sha256', secret).update('handle').update(credentialId).digest().subarray(0, 8);
  const remember = (handle: Buffer, credentialId: string): void =>
    void credentials.set(handle.toString('latin1'), credentialId);
  const fill = (): void => {
    credentials.clear();
    for (const id of standing.ids()) remember(handleOf(id), id);
    crowd = Math.max(CROWD, 2 * credentials.size);
  };
  fill();
  return {
    of: ({ credentialId, via }) => {
      if (credentials.size >= crowd) fill();
      const handle = handleOf(credentialId);
      remember(handle, credentialId);
      return { kind: via, handle };
    },
    viewer: (handle) => {
      const credentialId = credentials.get(handle.toString('latin1'));
      return credentialId === undefined ? undefined : standing.viewer(credentialId);
    },
  };
};
