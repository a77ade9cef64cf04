import { defineProblem } from '../kit/index.ts';

export const rootOverlap = defineProblem({
  code: 'scan/root-overlap',
  status: 422,
  title: 'This folder lies inside another music folder, or holds one.',
});
export const rootUnreadable = defineProblem({
  code: 'scan/root-unreadable',
  status: 422,
  title: 'This folder does not exist, or it cannot be read.',
});
