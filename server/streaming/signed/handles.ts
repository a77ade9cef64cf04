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
 * accounts each time, so sign-out, revoking and a password change need not tell anybody. Whoever may see something else than
 * when it was signed has another handle: what was laid end to end for them then is not theirs any more.
 */
export type Handles = {
  of: (viewer: Viewer) => { kind: HandleKind; handle: Buffer };
  viewer: (handle: Buffer) => Viewer | undefined;
};

/** More than this many: what has ended since is thrown out. */
const CROWD = 5000;

type Needs = { secret: Buffer; standing: Standing; /** Equal for equal sight. */ sightOf: (viewer: Viewer) => string };

export const createHandles = ({ secret, standing, sightOf }: Needs): Handles => {
  const known = new Map<string, { credentialId: string; sight: string }>();
  let crowd = CROWD;
  const remember = (viewer: Viewer): Buffer => {
    const { credentialId } = viewer;
    const sight = sightOf(viewer);
    const hmac = createHmac('sha256', secret).update('handle').update(`${credentialId}\n${sight}`);
    const handle = hmac.digest().subarray(0, 8);
    known.set(handle.toString('latin1'), { credentialId, sight });
    return handle;
  };
  const fill = (): void => {
    known.clear();
    for (const id of standing.ids()) {
      const viewer = standing.viewer(id);
      if (viewer) remember(viewer);
    }
    crowd = Math.max(CROWD, 2 * known.size);
  };
  fill();
  return {
    of: (viewer) => {
      if (known.size >= crowd) fill();
      return { kind: viewer.via, handle: remember(viewer) };
    },
    viewer: (handle) => {
      const it = known.get(handle.toString('latin1'));
      const viewer = it && standing.viewer(it.credentialId);
      return viewer && sightOf(viewer) === it.sight ? viewer : undefined;
    },
  };
};
