import { defineProblem } from '../kit/index.ts';

export const noFfmpeg = defineProblem({
  code: 'streaming/no-ffmpeg',
  status: 503,
  title: 'There is no ffmpeg on this server: only the file itself can be played.',
});
export const sourceGone = defineProblem({
  code: 'streaming/source-gone',
  status: 410,
  title: 'The file of this track is not there any more.',
});
export const sourceAway = defineProblem({
  code: 'streaming/source-away',
  status: 503,
  title: 'The disk with this track is away just now.',
});
export const unplayable = defineProblem({
  code: 'streaming/unplayable',
  status: 410,
  title: 'The file of this track cannot be decoded.',
});
export const sourceStalled = defineProblem({
  code: 'streaming/source-stalled',
  status: 503,
  title: 'The disk with this track does not answer.',
});
/** The player asks for playback anew and goes on with the new address. */
export const outdated = defineProblem({
  code: 'streaming/outdated',
  status: 410,
  title: 'The file has changed since this address was made. Ask for playback again.',
});
/** The one place where what is not there, is over or was never so is 403: the address itself is the permission. */
export const linkRefused = defineProblem({
  code: 'streaming/link-refused',
  status: 403,
  title: 'This address does not stand, or not any more. Ask for playback again.',
});
/** Behind a caching proxy nobody hears a listener leave: their next wish elsewhere tells. */
export const gaveWay = defineProblem({
  code: 'streaming/gave-way',
  status: 503,
  title: 'Another part of this was asked for meanwhile.',
});
export const tooManyWaiting = defineProblem({
  code: 'streaming/too-many-waiting',
  status: 429,
  title: 'Too much is being prepared for you at once.',
});
export const busyForLong = defineProblem({
  code: 'streaming/busy',
  status: 503,
  title: 'The server could not prepare this in time.',
});
export const emptyAlbum = defineProblem({
  code: 'streaming/empty',
  status: 410,
  title: 'Nothing of this can be played.',
});
