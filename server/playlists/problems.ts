import { defineProblem } from '../kit/index.ts';

export const playlistFull = defineProblem({
  code: 'playlists/full',
  status: 422,
  title: 'A playlist holds 10,000 entries at most.',
});
export const tooManyPlaylists = defineProblem({
  code: 'playlists/too-many',
  status: 422,
  title: 'One person keeps 2,000 playlists at most.',
});
export const noSuchEntry = defineProblem({
  code: 'playlists/no-entry',
  status: 404,
  title: 'This entry is not in the playlist.',
});
