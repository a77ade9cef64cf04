import { defineProblem } from '../../kit/index.ts';

export const tooManyCovers = defineProblem({
  code: 'library/too-many-covers',
  status: 429,
  title: 'More pictures are being made ready for you than may wait at once.',
});
