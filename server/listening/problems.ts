import { defineProblem } from '../kit/index.ts';

export const queueFull = defineProblem({
  code: 'listening/queue-full',
  status: 422,
  title: 'The queue holds 5,000 entries at most.',
});
