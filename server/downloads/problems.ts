import { defineProblem } from '../kit/index.ts';

export const nothingThere = defineProblem({
  code: 'downloads/nothing-there',
  status: 410,
  title: 'No file of this is there any more.',
});
export const notDecodable = defineProblem({
  code: 'downloads/not-decodable',
  status: 410,
  title: 'The file of this cannot be decoded.',
});
export const cannotEncode = defineProblem({
  code: 'downloads/no-ffmpeg',
  status: 503,
  title: 'There is no ffmpeg on this server: music can be taken along only as it is.',
});
export const noRoomToPrepare = defineProblem({
  code: 'downloads/no-room',
  status: 413,
  title: 'This is more than can be made ready at once. Take it in parts, or as it is.',
});
export const tooManyAtOnce = defineProblem({
  code: 'downloads/too-many-at-once',
  status: 429,
  title: 'Several downloads of yours are running. The next can begin when one of them has ended.',
});
